"""The latest KPI records in Redis, for readers: one hash a key, leaderboards, and word of every change.

    crm:kpi:<key>                      hash: value, n, as_of, revision, record (the whole JSON)
    crm:leaderboard:<kpi>|<window>     sorted set: rep → value (the window with its period, as in the key)
    crm:changes                        channel: JSON list of the keys that changed

Redis is a cache: when it is away nothing waits for it, and when it comes back it is filled again from the
compacted topic. One such sink an installation is enough; more do no harm, they write the same.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.kpi import dims_of
from streams.readers import Batch, ReadError, follow
from streams.settings import Settings

#: Commands sent in one go; more would make Redis hold a long reply.
PIPELINE_MAX: Final = 1_000
RETRY_S: Final = 1.0
RETRY_S_MAX: Final = 30.0
TIMEOUT_S: Final = 5.0

log = structlog.get_logger(__name__)
AWAY: Final = (RedisError, OSError, TimeoutError)


class RedisLatest:
    """Keeps Redis equal to the KPI topic."""

    def __init__(self, redis: "Redis", namespace: str = "crm") -> None:
        self._redis = redis
        self._namespace = namespace
        self.up = False
        """Whether Redis took the last write."""
        self.written = 0
        """Records written, tombstones included."""
        self.outages = 0
        """How often Redis went away, or was not there at the start."""

    async def run(self, settings: Settings, topic: str) -> None:
        """Fill Redis from the KPI topic and follow it, until cancelled, through outages of both."""
        await self.keep(lambda: follow(settings, [topic]))

    async def keep(self, source: Callable[[], AsyncGenerator[Batch, None]], retry_s: float = RETRY_S) -> None:
        """Write what `source()` gives; after an outage begin again with a new one, each time later."""
        wait_s = retry_s
        while True:
            try:
                await self._redis.ping()
                heed_cancellation()
                async with aclosing(source()) as batches:
                    async for batch in batches:
                        await self.write(batch)
                        heed_cancellation()
                        wait_s = retry_s
            except AWAY as error:
                heed_cancellation()
                self._lost(error)
            except ReadError as error:
                log.warning("redis_sink_waits_for_kafka", error=str(error))
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, RETRY_S_MAX)

    async def write(self, batch: Batch) -> None:
        """Write the last record of each key in the batch, and tell the channel.

        Raises:
            RedisError, OSError, TimeoutError: Redis is away; some of the batch may be written.
        """
        last = {change.key: change.value for change in batch.changes}
        keys = list(last)
        for start in range(0, len(keys), PIPELINE_MAX):
            part = keys[start : start + PIPELINE_MAX]
            async with self._redis.pipeline(transaction=False) as pipeline:
                for key in part:
                    value = last[key]
                    self._put(pipeline, key, None if value is None else orjson.loads(value), value)
                pipeline.publish(f"{self._namespace}:changes", orjson.dumps(part))
                await pipeline.execute()
            self.written += len(part)
        if not self.up:
            self.up = True
            log.info("redis_is_there")

    async def leaderboard(self, kpi: str, window: str, top: int = 20) -> list[tuple[str, float]]:
        """Return (rep, value), highest first. `window` is as in the key: `rolling_24h`, `month:2026-11`.

        Raises:
            RedisError, OSError, TimeoutError: Redis is away.
        """
        name = f"{self._namespace}:leaderboard:{kpi}|{window}"
        rows: list[Any] = await self._redis.zrevrange(name, 0, top - 1, withscores=True)
        return [(rep.decode() if isinstance(rep, bytes) else rep, float(score)) for rep, score in rows]

    def _put(self, pipeline: Any, key: str, record: Mapping[str, Any] | None, raw: bytes | None) -> None:
        name = f"{self._namespace}:kpi:{key}"
        if record is None:
            pipeline.delete(name)
        else:
            fields: dict[str, Any] = {
                "value": orjson.dumps(record["value"]),
                "n": record["n"],
                "as_of": record.get("as_of") or "",
                "revision": record.get("revision") or 0,
                "record": raw,
            }
            pipeline.hset(name, mapping=fields)
        kpi, window, dims_text = key.split("|", 2)
        dims = dims_of(dims_text)
        if list(dims) == ["rep"] and dims["rep"]:
            board = f"{self._namespace}:leaderboard:{kpi}|{window}"
            if record is None or record["value"] is None:
                pipeline.zrem(board, dims["rep"])
            else:
                pipeline.zadd(board, {dims["rep"]: record["value"]})

    def _lost(self, error: BaseException) -> None:
        if self.up or not self.outages:
            self.outages += 1
            log.warning("redis_is_away", error=str(error) or type(error).__name__)
        self.up = False


def heed_cancellation() -> None:
    """Raise CancelledError if this task was cancelled, for loops around calls of the client.

    redis-py (8.1) now and then swallows a cancellation that comes during a call; the call then succeeds,
    or fails as if Redis were away, and a loop around it would go on for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def connect(url: str) -> "Redis":
    """Return a client for `url`, not connected yet, whose calls fail after `TIMEOUT_S` instead of hanging."""
    return Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
