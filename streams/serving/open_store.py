"""Which store readers get: Redis where one is configured, else this process's memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from streams.serving.content import Fold
from streams.serving.feed import News
from streams.serving.keeping import Topics, keep
from streams.serving.memory import MemoryStore
from streams.serving.redis_keys import connect, keys_of
from streams.serving.redis_store import RedisStore
from streams.serving.store import Store
from streams.settings import Settings

log = structlog.get_logger(__name__)


Ended = Callable[["asyncio.Task[None]"], None]
"""Told when what fills a store has ended, which is to run until it is canceled."""


def note_end(task: "asyncio.Task[None]") -> None:
    """Have the log say that the values of a store will not change any more."""
    if not task.cancelled() and task.exception() is not None:
        log.error("memory_store_failed", exc_info=task.exception())


@asynccontextmanager
async def open_store(settings: Settings, ended: Ended = note_end) -> AsyncIterator[Store]:
    """Yield the store of an installation, at once: its status says when it is filled. Nothing is raised later
    but what the port's calls raise.

    A store in memory is filled by this process: should that fail, `ended` is told.
    """
    if settings.redis_url is None:
        async with filled_memory_store(settings, ended) as store:
            yield store
        return
    client = connect(settings.redis_url.get_secret_value())
    try:
        yield RedisStore(client, keys_of(settings))
    finally:
        await client.aclose()


@asynccontextmanager
async def filled_memory_store(settings: Settings, ended: Ended = note_end) -> AsyncIterator[MemoryStore]:
    """Yield a store in memory, which is filled from the topics, and follows them as long as the context is open.

    It goes on through outages of Kafka; meanwhile its status says until when it was level.
    """
    store = MemoryStore()
    task = asyncio.create_task(keep(Topics(settings), store, Unwatched()))
    task.add_done_callback(ended)
    try:
        yield store
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Unwatched:
    """For whom the store's own status is enough."""

    def heard(self, news: News, fold: Fold) -> None:
        """Nobody asks."""

    def kafka_away(self) -> None:
        """The status gets old."""

    def store_away(self) -> None:
        """The store's calls say so."""

    def level(self, filled: bool) -> None:
        """The status says so."""
