"""A sink process: keeping Redis equal to the topics until SIGTERM, through outages of both."""

import asyncio
import os
import socket
import uuid
from functools import partial

import structlog

from streams.process.deadline import Deadline
from streams.process.stopping import run_until_stopped
from streams.serving.keeping import BeginAgainError, Topics, keep
from streams.serving.redis_keys import AWAY, connect, keys_of
from streams.serving.store import StoreAwayError
from streams.settings import Settings
from streams.sinks.redis_sink import RedisSink
from streams.sinks.status import SinkStatus
from streams.web.health import HealthServer

log = structlog.get_logger(__name__)

LEAVE_S = 2.0
"""A Redis that does not answer so soon finds out by itself that the turn is over."""


def run_sink(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT, or until something fails. To be called in the main thread.

    Returns the process's exit status: 0 after a signal, 1 after a failure, which is logged.
    """
    return run_until_stopped(partial(_run, settings))


async def _run(settings: Settings, stop: asyncio.Event, _: Deadline) -> int:
    assert settings.redis_url is not None
    client = connect(settings.redis_url.get_secret_value())
    name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    sink = RedisSink(client, keys_of(settings), name)
    status = SinkStatus(sink)
    log.info("sink_starting", name=name)
    try:
        async with HealthServer(settings.metrics_host, settings.metrics_port, status, status) as pages:
            log.info("sink_serving", url=pages.url)
            await _keep(settings, sink, status, stop)
    finally:
        await client.aclose()
    if status.failure is not None:
        log.error("sink_failed", error=repr(status.failure), exc_info=status.failure)
        return 1
    log.info("sink_stopped")
    return 0


async def _keep(settings: Settings, sink: RedisSink, status: SinkStatus, stop: asyncio.Event) -> None:
    work = asyncio.create_task(keep(Topics(settings), sink, status))
    end = asyncio.create_task(stop.wait())
    await asyncio.wait([work, end], return_when=asyncio.FIRST_COMPLETED)
    for task in (work, end):
        task.cancel()
    (result, _) = await asyncio.gather(work, end, return_exceptions=True)
    if isinstance(result, Exception):
        status.fail("sink", result)
    try:
        async with asyncio.timeout(LEAVE_S):
            await sink.leave()
    except (StoreAwayError, BeginAgainError, *AWAY) as error:
        log.warning("turn_not_given_back", error=str(error))
