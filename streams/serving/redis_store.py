"""The store in Redis, as its readers see it."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import orjson
from redis.asyncio import Redis

from processors.serving.entry import Place, place_of, read_entry
from processors.serving.points import recent, spacing_ms, window_of
from streams.process.cancellation import heed_cancellation
from streams.serving.change_id import NOTHING, ChangeId
from streams.serving.memory import with_present
from streams.serving.redis_keys import ALERT, AWAY, FILLED, RedisKeys, away
from streams.serving.standings import standings
from streams.serving.store import Changes, GoneError, Point, RepPlace, Standing, StoreStatus

#: One wait for changes; shorter than what a call may take.
BLOCK_MS: Final = 2_000
ENTRIES_MAX: Final = 100


class RedisStore:
    """Current values in Redis; `RedisSink` puts them there."""

    def __init__(self, redis: "Redis", keys: RedisKeys | None = None) -> None:
        self._redis: Any = redis
        self._keys = keys or RedisKeys()

    async def periods(self, kpi: str, window: str) -> Sequence[str]:
        """Return the periods that have records."""
        async with _asking():
            return sorted(_texts(await self._redis.smembers(self._keys.periods(f"{kpi}|{window}"))))

    async def records(self, bucket: str, dims: Sequence[str] | None = None) -> Mapping[str, bytes]:
        """Return records of a bucket."""
        name = self._keys.kpis(bucket)
        async with _asking():
            if dims is None:
                found = await self._redis.hgetall(name)
                return {text.decode(): raw for text, raw in found.items()}
            raws = await self._redis.hmget(name, list(dims)) if dims else []
            return {text: raw for text, raw in zip(dims, raws, strict=True) if raw is not None}

    async def leaderboard(
        self, bucket: str, *, descending: bool = True, top: int | None = None
    ) -> Sequence[Standing]:
        """Return the reps with a value, the best first."""
        async with _asking():
            # All of them: Redis would decide by other names among those who are equal to the last.
            rows = await self._redis.zrange(self._keys.leaderboard(bucket), 0, -1, withscores=True)
        return standings(
            ((rep.decode(), float(score)) for rep, score in rows), descending=descending, top=top
        )

    async def series(self, keys: Sequence[str]) -> Sequence[Sequence[Point]]:
        """Return the short history of each key."""
        places = [place_of(key) or Place("", "") for key in keys]
        async with _asking(), self._redis.pipeline(transaction=False) as pipeline:
            for key, place in zip(keys, places, strict=True):
                pipeline.hvals(self._keys.series(key))
                pipeline.hget(self._keys.kpis(place.bucket), place.dims)
            answers = await pipeline.execute()
        return [
            _series(key, points, raw)
            for key, points, raw in zip(keys, answers[::2], answers[1::2], strict=True)
        ]

    async def alerts(self) -> Mapping[str, bytes]:
        """Return every alert."""
        async with _asking():
            found = await self._redis.hgetall(self._keys.alerts)
        return {id_.decode(): raw for id_, raw in found.items()}

    async def directory(self) -> Mapping[str, RepPlace]:
        """Return every rep."""
        async with _asking():
            found = await self._redis.hgetall(self._keys.directory)
        places = {rep.decode(): orjson.loads(raw) for rep, raw in found.items()}
        return {rep: RepPlace(place["team"], place["active"]) for rep, place in places.items()}

    async def status(self) -> StoreStatus:
        """Return how far it can be believed."""
        async with _asking():
            filled, made, written = await self._redis.hmget(
                self._keys.status, ["filled", "as_of_ms", "written_ms"]
            )
        return StoreStatus(filled == b"1", _number(made), _number(written))

    async def changes(self, after: str | None = None) -> AsyncGenerator[Changes, None]:
        """Yield what changes."""
        last = await self._last()
        at = last if after is None else ChangeId.parse(after)
        if at is None or at > last or (at < last and not await self._is_next(at)):
            raise GoneError(f"the changes after {after!r} are not kept")
        yield Changes(str(at), (), ())
        while True:
            async with _asking():
                found = await self._redis.xread(
                    {self._keys.changes: str(at)}, count=ENTRIES_MAX, block=BLOCK_MS
                )
            for id_, fields in _entries(found):
                came = ChangeId.parse(id_.decode())
                if came is None or came != at.next:
                    raise GoneError(f"the changes after {at} are not kept any more")
                at = came
                yield _changes(at, fields)

    async def _last(self) -> ChangeId:
        async with _asking():
            entries = await self._redis.xrevrange(self._keys.changes, count=1)
        return (ChangeId.parse(entries[0][0].decode()) or NOTHING) if entries else NOTHING

    async def _is_next(self, at: ChangeId) -> bool:
        """Tell whether what is kept after `at` begins with the change that followed it."""
        async with _asking():
            found = await self._redis.xrange(self._keys.changes, min=f"({at}", count=1)
        return bool(found) and ChangeId.parse(found[0][0].decode()) == at.next


@asynccontextmanager
async def _asking() -> AsyncIterator[None]:
    try:
        yield
    except AWAY as error:
        heed_cancellation()
        raise away(error) from error
    heed_cancellation()


def _series(key: str, texts: Sequence[bytes], raw: bytes | None) -> list[Point]:
    entry = None if raw is None else read_entry(raw)
    if entry is None:
        return []
    pairs = [text.split(b" ", 1) for text in texts]
    points = [(int(at_ms), None if value == b"null" else float(value)) for at_ms, value in pairs]
    return with_present([Point(*point) for point in recent(points, spacing_ms(window_of(key)))], entry)


def _entries(found: Any) -> Sequence[tuple[bytes, Mapping[bytes, bytes]]]:
    """Return the entries of the one stream that was read, whichever protocol the client speaks."""
    streams = found.items() if isinstance(found, Mapping) else found
    for _, entries in streams:
        # RESP3 has a list of lists of entries here.
        return entries[0] if isinstance(found, Mapping) else entries  # type: ignore[no-any-return]
    return ()


def _changes(id_: ChangeId, fields: Mapping[bytes, bytes]) -> Changes:
    kpis: list[tuple[str, bytes | None]] = []
    alerts: list[tuple[str, bytes | None]] = []
    for name_bytes, raw in fields.items():
        name = name_bytes.decode()
        if name.startswith(ALERT):
            alerts.append((name.removeprefix(ALERT), raw or None))
        elif name != FILLED:
            kpis.append((name, raw or None))
    return Changes(str(id_), kpis, alerts)


def _texts(values: Any) -> list[str]:
    return [value.decode() for value in values]


def _number(value: bytes | None) -> int | None:
    return None if value is None else int(value)
