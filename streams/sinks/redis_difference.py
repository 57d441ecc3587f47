"""What Redis has that it should not, and the other way round: so a new sink need not begin by emptying it."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from redis.asyncio import Redis

from processors.serving.entry import Entry, key_of, place_of
from streams.process.cancellation import heed_cancellation
from streams.serving.content import Content
from streams.serving.redis_keys import AWAY, RedisKeys, away
from streams.sinks.redis_commands import place_text

#: Buckets looked at in one go: some thousand records.
BUCKETS_AT_ONCE: Final = 50

Value = TypeVar("Value")


async def differences(redis: "Redis", keys: RedisKeys, whole: Content) -> AsyncIterator[Content]:
    """Yield, in parts, what must be written for Redis to hold just `whole`. Raises StoreAwayError."""
    client: Any = redis
    try:
        by_bucket: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        for key, entry in whole.kpis.items():
            place = place_of(key)
            assert place is not None and entry is not None
            by_bucket[place.bucket][place.dims] = entry
        stored = {name.decode() for name in await client.smembers(keys.buckets)}
        buckets = iter(sorted(stored | by_bucket.keys()))
        while some := list(islice(buckets, BUCKETS_AT_ONCE)):
            part = Content()
            for bucket, found in zip(some, await _hashes(client, keys, some, stored), strict=True):
                part.kpis |= _bucket_difference(bucket, by_bucket.get(bucket, {}), found)
            yield part
        alerts = await client.hgetall(keys.alerts)
        reps = await client.hgetall(keys.directory)
        texts = {rep: place_text(place) for rep, place in whole.reps.items() if place is not None}
        changed = _difference(texts, reps)
        yield Content(
            alerts=_difference({id_: raw for id_, raw in whole.alerts.items() if raw is not None}, alerts),
            reps={rep: text and whole.reps[rep] for rep, text in changed.items()},  # type: ignore[misc]
        )
    except AWAY as error:
        heed_cancellation()
        raise away(error) from error


async def _hashes(
    client: Any, keys: RedisKeys, buckets: Sequence[str], stored: set[str]
) -> list[Mapping[bytes, bytes]]:
    known = [bucket for bucket in buckets if bucket in stored]
    async with client.pipeline(transaction=False) as pipe:
        for bucket in known:
            pipe.hgetall(keys.kpis(bucket))
        found = dict(zip(known, await pipe.execute() if known else (), strict=True))
    heed_cancellation()
    return [found.get(bucket, {}) for bucket in buckets]


def _bucket_difference(
    bucket: str, wanted: Mapping[str, Entry], found: Mapping[bytes, bytes]
) -> dict[str, Entry | None]:
    changed = _difference({dims: entry.raw for dims, entry in wanted.items()}, found)
    return {key_of(bucket, dims): None if raw is None else wanted[dims] for dims, raw in changed.items()}


def _difference(wanted: Mapping[str, bytes], found: Mapping[bytes, bytes]) -> dict[str, bytes | None]:
    changed: dict[str, bytes | None] = {
        field: value for field, value in wanted.items() if found.get(field.encode()) != value
    }
    changed |= {field: None for name in found if (field := name.decode()) not in wanted}
    return changed
