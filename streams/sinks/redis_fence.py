"""Whose turn it is to write to Redis, and whether that still has what was written to it.

Who takes its turn puts its name into the status; each write watches that and goes through whole or not at all. So
a sink that was held up can't write over what its successor wrote, and a Redis that was emptied (the name is gone)
or restarted, perhaps without the last second (its run id is another), is noticed by the next write or beat.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

from redis.asyncio import Redis
from redis.exceptions import ResponseError, WatchError

from streams.clock import now_us
from streams.process.cancellation import heed_cancellation
from streams.serving.change_id import NOTHING, ChangeId
from streams.serving.keeping import BeginAgainError
from streams.serving.redis_keys import AWAY, RedisKeys, away

#: A sink that was silent for so long has lost its turn to one that waits.
LEASE_MS: Final = 5_000

Build = Callable[[Any], None]
"""Puts commands into a transaction."""


class Turn(NamedTuple):
    """What was found when a turn began."""

    last: ChangeId
    """The id of the last change, or the one before the first of a new generation."""
    told: bool
    """Whether changes go on after it: what readers know who saw it is what is there."""
    has_past: bool
    """Whether short histories were filled."""


class RedisFence:
    """Writes of one sink, one at a time."""

    def __init__(self, redis: "Redis", keys: RedisKeys, name: str) -> None:
        self._redis: Any = redis
        self._keys = keys
        self._name = name.encode()
        self._run_id = b""
        self._lock = asyncio.Lock()

    async def take(self) -> Turn | None:
        """Take the turn; None while another sink has it. Raises StoreAwayError."""
        keys = self._keys
        async with self._transaction() as pipe:
            await self._redis.set(keys.sink, self._name, nx=True, px=LEASE_MS)
            await pipe.watch(keys.sink, keys.status)
            if await pipe.get(keys.sink) != self._name:
                return None
            before = await pipe.hgetall(keys.status)
            self._run_id = await self._running()
            newest = await pipe.xrevrange(keys.changes, count=1)
            last = (ChangeId.parse(newest[0][0].decode()) or NOTHING) if newest else NOTHING
            told = bool(
                before.get(b"told") == b"1"
                and newest
                and self._run_id
                and before.get(b"run_id") == self._run_id
            )
            if not told:
                last = ChangeId(max(now_us() // 1000, last.generation + 1), 0)
            pipe.multi()
            mine = {"sink": self._name, "run_id": self._run_id, "told": int(told)}
            pipe.hset(keys.status, mapping={"filled": 0, "past": 0} | _text(before) | mine)
            await pipe.execute()
        return Turn(last, told, before.get(b"past") == b"1")

    async def write(self, build: Build) -> list[Any]:
        """Run a transaction of what `build` puts in; return the answers. Raises StoreAwayError, BeginAgainError."""
        async with self._transaction() as pipe:
            await pipe.watch(self._keys.status)
            self._check(await pipe.hget(self._keys.status, "sink"))
            pipe.multi()
            build(pipe)
            answers: list[Any] = await pipe.execute()
            return answers

    async def beat(self, fields: Mapping[str, int]) -> None:
        """Keep the turn, and set fields of the status. Raises StoreAwayError, BeginAgainError."""
        keys = self._keys
        async with self._transaction() as pipe:
            await pipe.watch(keys.sink, keys.status)
            self._check(await pipe.hget(keys.status, "sink"))
            if await pipe.get(keys.sink) not in (None, self._name):
                raise BeginAgainError("another sink took its turn")
            if await self._running() != self._run_id:
                raise BeginAgainError("Redis was restarted, or is another one")
            pipe.multi()
            pipe.set(keys.sink, self._name, px=LEASE_MS)
            if fields:
                pipe.hset(keys.status, mapping=dict(fields))
            await pipe.execute()

    async def leave(self) -> None:
        """Let another one take its turn at once. Raises StoreAwayError, BeginAgainError."""
        async with self._transaction() as pipe:
            await pipe.watch(self._keys.sink)
            if await pipe.get(self._keys.sink) == self._name:
                pipe.multi()
                pipe.delete(self._keys.sink)
                await pipe.execute()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Any]:
        try:
            async with self._lock, self._redis.pipeline(transaction=True) as pipe:
                yield pipe
        except WatchError as error:
            heed_cancellation()
            raise BeginAgainError(
                "Redis was emptied, another sink took its turn, or Redis went away"
            ) from error
        except AWAY as error:
            heed_cancellation()
            raise away(error) from error
        heed_cancellation()

    async def _running(self) -> bytes:
        """Return the id that Redis has from its start to its end; nothing where it does not tell it."""
        try:
            return str((await self._redis.info("server")).get("run_id", "")).encode()
        except ResponseError:
            return b""

    def _check(self, name: bytes | None) -> None:
        if name is None:
            raise BeginAgainError("Redis was emptied")
        if name != self._name:
            raise BeginAgainError("another sink took its turn")


def _text(before: Mapping[bytes, bytes]) -> dict[str, bytes]:
    return {name.decode(): value for name, value in before.items()}
