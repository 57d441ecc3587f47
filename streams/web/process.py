"""A serve process: the store opened, silences followed, the application answered, until SIGTERM."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import structlog

from streams.process.deadline import Deadline
from streams.process.open_files import may_open
from streams.process.stopping import run_until_stopped
from streams.serving.store import Store
from streams.settings import Settings
from streams.web.api.app import create_app, note_failure
from streams.web.api.context import Context
from streams.web.api.hub import Hub
from streams.web.api.silence_log import KafkaSilences, SilenceLog
from streams.web.server import HttpServer, listening, url_of

log = structlog.get_logger(__name__)

CONNECTIONS_BESIDE_STREAMS = 500
"""For questions, pages and supervisors, when every stream is taken."""
FILES_BESIDE_CONNECTIONS = 200
"""For Redis, Kafka and the page's files."""

OpenStore = Callable[[Settings, Callable[["asyncio.Task[None]"], None]], AbstractAsyncContextManager[Store]]
"""Opens the store; calls the second when what fills it has ended."""
MakeContext = Callable[[Store, SilenceLog], Context]
"""Makes what the routes work with."""


def run_serve(settings: Settings, open_store: OpenStore, make_context: MakeContext) -> int:
    """Answer until SIGTERM or SIGINT. To be called in the main thread. Returns the exit status, 0 after a signal.

    Raises:
        PortTakenError: the address can't be bound.
    """
    return run_until_stopped(partial(_run, settings, open_store, make_context))


async def _run(
    settings: Settings,
    open_store: OpenStore,
    make_context: MakeContext,
    stop: asyncio.Event,
    deadline: Deadline,
) -> int:
    silences = KafkaSilences(settings)
    with listening(settings.http_host, settings.http_port) as sock:

        def store_ended(task: "asyncio.Task[None]") -> None:
            # What fills it begins when something is awaited: by then there is a context.
            note_failure(context.hub, task)

        async with open_store(settings, store_ended) as store:
            context = make_context(store, silences)
            connections_max = context.limits.streams_max + CONNECTIONS_BESIDE_STREAMS
            may_open(connections_max + FILES_BESIDE_CONNECTIONS)
            server = HttpServer(create_app(context), sock, connections_max)
            context.abort = server.abort
            following = followed(silences.run(), context.hub)
            serving = asyncio.create_task(server.run(stop))
            people = len(context.tokens or ())
            log.info("serve_started", url=url_of(settings.http_host, sock), people=people)
            try:
                await asyncio.wait(
                    [serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED
                )
                context.hub.close()  # or streams would be waited for
                await serving
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
            deadline.status = 0
    log.info("serve_stopped")
    return 0


def followed(running: Coroutine[Any, Any, None], hub: Hub) -> asyncio.Task[None]:
    """Start what is to run for ever; should it fail, the health page says so."""
    task = asyncio.create_task(running)
    task.add_done_callback(partial(note_failure, hub))
    return task
