"""A notify process: in the group, sending when it is its turn, until SIGTERM or until something is in doubt."""

import asyncio
import random
from collections.abc import Callable, Mapping
from functools import partial

import structlog

from processors.notify.notifier import Notifier
from streams.notify.sender import Sender
from streams.notify.session import Session
from streams.notify.status import NotifyStatus
from streams.notify.turn import Turn, membership
from streams.owning.membership import Lease
from streams.process.deadline import Deadline
from streams.process.stopping import FAIL_TIMEOUT_S, STOP_TIMEOUT_S, run_until_stopped
from streams.settings import Settings
from streams.web.health import HealthServer

log = structlog.get_logger(__name__)


def run_notify(
    settings: Settings,
    make_notifier: Callable[[], Notifier],
    make_senders: Callable[[], Mapping[str, Sender]],
) -> int:
    """Run until SIGTERM or SIGINT, or until something fails. To be called in the main thread.

    Every topic must exist. A notifier is made for each turn. Returns the process's exit status: 0 after a
    signal, 1 after a failure, which is logged.
    """
    return run_until_stopped(partial(_run, settings, make_notifier, make_senders))


async def _run(
    settings: Settings,
    make_notifier: Callable[[], Notifier],
    make_senders: Callable[[], Mapping[str, Sender]],
    stop: asyncio.Event,
    deadline: Deadline,
) -> int:
    senders = make_senders()
    status = NotifyStatus(senders)
    log.info("notify_starting", receivers=sorted(senders))
    try:
        async with HealthServer(settings.metrics_host, settings.metrics_port, status, status) as pages:
            log.info("notify_serving", url=pages.url)
            await _take_turns(settings, make_notifier, senders, status, stop, deadline)
    finally:
        await asyncio.gather(*(sender.close() for sender in senders.values()), return_exceptions=True)
    if status.failure is not None:
        log.error(
            "notify_failed", where=status.failed_in, error=repr(status.failure), exc_info=status.failure
        )
        return 1
    log.info("notify_stopped")
    return 0


async def _take_turns(
    settings: Settings,
    make_notifier: Callable[[], Notifier],
    senders: Mapping[str, Sender],
    status: NotifyStatus,
    stop: asyncio.Event,
    deadline: Deadline,
) -> None:
    lease = status.lease = Lease(settings.session_timeout_s)

    async def turns(turn: Turn) -> None:
        while not stop.is_set():
            async with turn.taken() as over:
                status.reading = True
                session = Session(settings, make_notifier(), senders, lease, status, random.random)
                try:
                    await session.run(over)
                finally:
                    status.reading = False

    async with membership(settings, lease, status.fail) as turn:
        status.joined = True
        log.info("notify_started")
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(status.failed.wait())]
        work = asyncio.create_task(turns(turn))
        await asyncio.wait([work, *ends], return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            deadline.start(FAIL_TIMEOUT_S)
        if not work.done():
            turn.over.set()  # what is on its way is finished, not cut off
            if turn.active and not status.failed.is_set():
                await asyncio.wait([work], timeout=STOP_TIMEOUT_S / 2)
        for task in (work, *ends):
            task.cancel()
        results = await asyncio.gather(work, *ends, return_exceptions=True)
        if isinstance(results[0], Exception):
            status.fail("notify", results[0])
