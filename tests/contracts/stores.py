"""The stores under contract: each with what fills it, and nothing in it yet."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from streams.brokers.embedded import EmbeddedRedis
from streams.kafka.readers import Change
from streams.serving.keeping import Target
from streams.serving.memory import MemoryStore
from streams.serving.redis_keys import RedisKeys, connect
from streams.serving.redis_store import RedisStore
from streams.serving.store import Store
from streams.sinks.redis_sink import RedisSink
from tests.streams.serving.filling import content

CHANGES_MAX = 20
"""Few enough for a test to go beyond."""


class Filled(NamedTuple):
    """A store and its other side."""

    store: Store
    target: Target

    async def fill(self, *changes: Change) -> None:
        """Read the topics for the first time; these are on them."""
        await self.target.begin()
        await self.target.fill(content(*changes, whole=True))

    async def write(self, *changes: Change) -> None:
        """Let these come, in one batch."""
        await self.target.write(content(*changes))


@asynccontextmanager
async def store_of(server: EmbeddedRedis | None) -> AsyncIterator[Filled]:
    """Yield a store in that Redis, or in memory."""
    if server is None:
        memory = MemoryStore(CHANGES_MAX)
        yield Filled(memory, memory)
        return
    keys = RedisKeys(uuid.uuid4().hex)
    reading, writing = connect(server.url), connect(server.url)
    try:
        yield Filled(RedisStore(reading, keys), RedisSink(writing, keys, "one", CHANGES_MAX))
    finally:
        await reading.aclose()
        await writing.aclose()
