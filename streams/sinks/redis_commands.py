"""Changes as commands: what a transaction says to Redis."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from processors.serving.entry import Entry, index_of, place_of
from processors.serving.points import POINTS_MAX, spacing_ms, window_of
from streams.serving.redis_keys import RedisKeys
from streams.serving.store import RepPlace

NO_SLOT = -1
"""Of a key that has no point yet that this sink knows of."""
PROLONGED_SLOTS = POINTS_MAX // 2
"""A history's life is prolonged after so many slots, well before it ends: a command less for most points."""


def put_kpis(pipe: Any, keys: RedisKeys, kpis: Mapping[str, Entry | None]) -> list[str]:
    """Write records, a command for each bucket; return the buckets that lost some, for `ask_left`."""
    held: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    gone: defaultdict[str, list[str]] = defaultdict(list)
    scores: defaultdict[str, dict[str, float]] = defaultdict(dict)
    unranked: defaultdict[str, list[str]] = defaultdict(list)
    for key, entry in kpis.items():
        place = place_of(key)
        assert place is not None
        rep = place.rep
        if entry is None:
            gone[place.bucket].append(place.dims)
        else:
            held[place.bucket][place.dims] = entry.raw
        if rep is None:
            continue
        if entry is None or entry.value is None:
            unranked[place.bucket].append(rep)
        else:
            scores[place.bucket][rep] = entry.value
    periods: defaultdict[str, list[str]] = defaultdict(list)
    for bucket, records in held.items():
        pipe.hset(keys.kpis(bucket), mapping=records)
        index, period = index_of(bucket)
        if period is not None:
            periods[index].append(period)
    for index, names in periods.items():
        pipe.sadd(keys.periods(index), *names)
    if held:
        pipe.sadd(keys.buckets, *held)
    for bucket, dims in gone.items():
        pipe.hdel(keys.kpis(bucket), *dims)
    for bucket, values in scores.items():
        pipe.zadd(keys.leaderboard(bucket), values)
    for bucket, reps in unranked.items():
        pipe.zrem(keys.leaderboard(bucket), *reps)
    return list(gone)


def ask_left(pipe: Any, keys: RedisKeys, buckets: Sequence[str]) -> None:
    """Ask how much these buckets have, as the last commands of a transaction."""
    for bucket in buckets:
        pipe.hlen(keys.kpis(bucket))


def drop_buckets(pipe: Any, keys: RedisKeys, buckets: Sequence[str]) -> None:
    """Take buckets without records out of the indexes."""
    pipe.srem(keys.buckets, *buckets)
    for bucket in buckets:
        index, period = index_of(bucket)
        if period is not None:
            pipe.srem(keys.periods(index), period)


def put_points(pipe: Any, keys: RedisKeys, kpis: Mapping[str, Entry | None], slots: dict[str, int]) -> None:
    """Write the points of records that are the first of a slot, as far as `slots` knows."""
    for key, entry in kpis.items():
        if entry is None:
            slots.pop(key, None)
            pipe.delete(keys.series(key))
            continue
        spacing = spacing_ms(window_of(key))
        slot = entry.made_ms // spacing
        before = slots.get(key, NO_SLOT)
        if before != slot:
            slots[key] = slot
            pipe.hset(keys.series(key), _field(slot), point_text(entry))
            if before == NO_SLOT or before // PROLONGED_SLOTS != slot // PROLONGED_SLOTS:
                pipe.pexpire(keys.series(key), _lifetime_ms(spacing))


def put_past_point(pipe: Any, keys: RedisKeys, key: str, entry: Entry) -> None:
    """Write a point of the past where none is yet."""
    spacing = spacing_ms(window_of(key))
    pipe.hsetnx(keys.series(key), _field(entry.made_ms // spacing), point_text(entry))
    pipe.pexpire(keys.series(key), _lifetime_ms(spacing))


def put_alerts(pipe: Any, keys: RedisKeys, alerts: Mapping[str, bytes | None]) -> None:
    """Write alerts."""
    _put_fields(pipe, keys.alerts, alerts)


def put_reps(pipe: Any, keys: RedisKeys, reps: Mapping[str, RepPlace | None]) -> None:
    """Write the directory."""
    _put_fields(pipe, keys.directory, {rep: place and place_text(place) for rep, place in reps.items()})


def place_text(place: RepPlace) -> bytes:
    """Return an entry of the directory."""
    return orjson.dumps({"team": place.team, "active": place.active})


def point_text(entry: Entry) -> bytes:
    """Return a point: `1795251790123 42`."""
    return b"%d %s" % (entry.made_ms, orjson.dumps(entry.value))


def _field(slot: int) -> int:
    """Return the field of a slot: the hash is a ring, which its newest points write over its oldest."""
    return slot % POINTS_MAX


def _lifetime_ms(spacing: int) -> int:
    """Return after how long without a new point a history may go: nothing in it would be shown."""
    return 2 * POINTS_MAX * spacing


def _put_fields(pipe: Any, name: str, fields: Mapping[str, bytes | None]) -> None:
    held = {field: value for field, value in fields.items() if value is not None}
    gone = [field for field, value in fields.items() if value is None]
    if held:
        pipe.hset(name, mapping=held)
    if gone:
        pipe.hdel(name, *gone)
