"""Which store readers get: Redis where one is configured, else this process's memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from streams.serving.content import Fold
from streams.serving.feed import News
from streams.serving.keeping import Topics, Watch, keep
from streams.serving.memory import MemoryStore
from streams.serving.redis_keys import connect, keys_of
from streams.serving.redis_store import RedisStore
from streams.serving.store import Store
from streams.settings import Settings

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """Yield the store of an installation, at once: its status says when it is filled. Nothing is raised later
    but what the port's calls raise.
    """
    if settings.redis_url is None:
        async with filled_memory_store(settings) as store:
            yield store
        return
    client = connect(settings.redis_url.get_secret_value())
    try:
        yield RedisStore(client, keys_of(settings))
    finally:
        await client.aclose()


@asynccontextmanager
async def filled_memory_store(settings: Settings, watch: Watch | None = None) -> AsyncIterator[MemoryStore]:
    """Yield a store in memory, which is filled from the topics, and follows them as long as the context is open.

    It goes on through outages of Kafka; meanwhile its status says until when it was level.
    """
    store = MemoryStore()
    task = asyncio.create_task(keep(Topics(settings), store, watch or Unwatched()))
    task.add_done_callback(_told)
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


def _told(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("memory_store_failed", exc_info=task.exception())
