"""Keeps Redis equal to the topics; docs/redis.md has the layout. One sink writes at a time, others stand by."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, Final, TypeVar

import orjson
import structlog
from redis.asyncio import Redis

from processors.serving.entry import Entry, read_entry
from processors.serving.points import is_recent, spacing_ms, window_of
from streams.clock import monotonic_s, now_us
from streams.kafka.readers import Change
from streams.serving.change_id import NOTHING, ChangeId
from streams.serving.content import Content
from streams.serving.redis_keys import ALERT, AWAY, FILLED, RedisKeys
from streams.sinks.redis_commands import (
    NO_SLOT,
    ask_left,
    drop_buckets,
    put_alerts,
    put_kpis,
    put_past_point,
    put_points,
    put_reps,
)
from streams.sinks.redis_difference import differences
from streams.sinks.redis_fence import RedisFence

#: Records in one transaction: Redis does nothing else for a millisecond or two.
RECORDS_AT_ONCE: Final = 500
#: So many changed records are kept for readers who go on where they were: minutes of a busy floor, some 30 MB.
CHANGES_RECORDS_MAX: Final = 50_000
BEAT_S: Final = 1.0
STANDBY_S: Final = 1.0

log = structlog.get_logger(__name__)
Value = TypeVar("Value")


class RedisSink:
    """What fills a Redis (`streams.serving.keeping.Target`). `name` is another for each sink that runs."""

    def __init__(
        self,
        redis: "Redis",
        keys: RedisKeys | None = None,
        name: str = "sink",
        changes_max: int = CHANGES_RECORDS_MAX,
    ) -> None:
        self._redis = redis
        self._keys = keys or RedisKeys()
        self._fence = RedisFence(redis, self._keys, name)
        self._changes_max = changes_max
        self.active = False
        """Whether it is its turn."""
        self.standing_by = False
        """Whether another one has the turn."""
        self.written: Counter[str] = Counter()
        """Records written, by kind, those removed included."""
        self.write_s = 0.0
        self.wants_past = False
        self._last = NOTHING
        self._told = False
        self._made_ms: int | None = None
        self._slots: dict[str, int] = {}
        """Of each key that exists, the slot of its last point."""
        self._past_slots: dict[str, int] = {}
        self._kept: deque[tuple[ChangeId, int]] = deque()
        """Changes told in this turn that are kept, with how many records each has…"""
        self._kept_records = 0
        """…and how many that are."""
        self._beat_s = self._level_s = -BEAT_S

    async def begin(self) -> None:
        """Wait for the turn."""
        self.active = self.standing_by = False
        # Connections from before an outage are dead, and each would look like another outage.
        with suppress(*AWAY):
            await self._redis.connection_pool.disconnect(inuse_connections=False)
        while (turn := await self._fence.take()) is None:
            self.standing_by = True
            await asyncio.sleep(STANDBY_S)
        self.standing_by = False
        log.info("sink_active", goes_on=turn.told)
        self.active = True
        self._last, self._told, self.wants_past = turn.last, turn.told, not turn.has_past
        self._made_ms = None
        self._slots, self._past_slots = {}, {}
        self._kept.clear()
        self._kept_records = 0
        self._beat_s = self._level_s = -BEAT_S

    async def fill(self, content: Content) -> None:
        """Make Redis hold just this: only what is different is written, so readers never see less."""
        self._slots = dict.fromkeys(content.kpis, NO_SLOT)
        self._made_ms = content.made_ms
        await self.beat(None)
        async for part in differences(self._redis, self._keys, content):
            # A part that Redis has already writes nothing, and of a large Redis these are many.
            await self.beat(None)
            # Points of a lost history come from the history topic; they would be the same.
            await self._write(part, points=not self.wants_past)
        if not self._told:
            self._told = True
            self._last = self._last.next
            id_ = str(self._last)
            await self._fence.write(lambda pipe: pipe.xadd(self._keys.changes, {FILLED: "1"}, id=id_))
        await self._fence.beat({"filled": 1, "told": 1})
        log.info("sink_level", kpis=len(content.kpis), written=sum(self.written.values()))

    async def write(self, content: Content) -> None:
        """Take what changed."""
        await self._write(content, points=True)

    async def beat(self, level_ms: int | None) -> None:
        """Keep the turn; say once a second until when everything is written."""
        now_s = monotonic_s()
        if now_s - (self._beat_s if level_ms is None else self._level_s) < BEAT_S:
            return
        fields = {"written_ms": level_ms, "as_of_ms": self._made_ms}
        await self._fence.beat({name: value for name, value in fields.items() if value is not None})
        self._beat_s = monotonic_s()
        if level_ms is not None:
            self._level_s = self._beat_s

    async def take_past(self, changes: Sequence[Change]) -> None:
        """Take records of the history: the first of each slot, of keys that exist."""
        now_ms = now_us() // 1000
        points: list[tuple[str, Entry]] = []
        for change in changes:
            entry = None if change.value is None else read_entry(change.value)
            if entry is None or change.key not in self._slots:
                continue
            spacing = spacing_ms(window_of(change.key))
            slot = entry.made_ms // spacing
            if is_recent(entry.made_ms, now_ms, spacing) and self._past_slots.get(change.key) != slot:
                self._past_slots[change.key] = slot
                points.append((change.key, entry))
        for part in _parts(points):

            def build(pipe: Any, part: Sequence[tuple[str, Entry]] = part) -> None:
                for key, entry in part:
                    if key in self._slots:
                        put_past_point(pipe, self._keys, key, entry)

            await self._fence.write(build)

    async def past_taken(self) -> None:
        """Note that short histories are there."""
        await self._fence.beat({"past": 1})
        self.wants_past, self._past_slots = False, {}
        log.info("short_histories_filled")

    async def leave(self) -> None:
        """Let another sink take its turn at once."""
        if self.active:
            self.active = False
            await self._fence.leave()

    async def _write(self, content: Content, *, points: bool) -> None:
        made_ms = content.made_ms
        if made_ms is not None:
            self._made_ms = max(made_ms, self._made_ms or made_ms)
        # In order, so that few transactions touch the same bucket.
        for kpis in _parts(sorted(content.kpis.items())):
            await self._write_kpis(dict(kpis), points=points)
        for alerts in _parts(content.alerts.items()):
            told = [(ALERT + id_, raw) for id_, raw in alerts]
            await self._run("alert", told, partial(put_alerts, keys=self._keys, alerts=dict(alerts)))
        for reps in _parts(content.reps.items()):
            self.written["rep"] += len(reps)
            await self._run("rep", (), partial(put_reps, keys=self._keys, reps=dict(reps)))

    async def _write_kpis(self, kpis: Mapping[str, Entry | None], *, points: bool) -> None:
        shrunk: list[str] = []

        def build(pipe: Any) -> None:
            gone = {key: None for key, entry in kpis.items() if entry is None}
            put_points(pipe, self._keys, kpis if points else gone, self._slots)
            shrunk.extend(put_kpis(pipe, self._keys, kpis))

        def ask(pipe: Any) -> None:
            ask_left(pipe, self._keys, shrunk)

        told = [(key, None if entry is None else entry.raw) for key, entry in kpis.items()]
        answers = await self._run("kpi", told, build, ask)
        empty = [
            bucket
            for bucket, left in zip(shrunk, answers[len(answers) - len(shrunk) :], strict=True)
            if not left
        ]
        if empty:
            await self._fence.write(lambda pipe: drop_buckets(pipe, self._keys, empty))

    async def _run(
        self,
        kind: str,
        told: Sequence[tuple[str, bytes | None]],
        build: Callable[[Any], None],
        last: Callable[[Any], None] = lambda _: None,
    ) -> list[Any]:
        """Write and tell in one transaction; return its answers."""
        began_s = monotonic_s()

        def all_of_it(pipe: Any) -> None:
            build(pipe)
            if told:
                self._tell(pipe, told)
            last(pipe)

        answers = await self._fence.write(all_of_it)
        if told:
            self.written[kind] += len(told)
        self.write_s += monotonic_s() - began_s
        await self.beat(None)
        return answers

    def _tell(self, pipe: Any, told: Sequence[tuple[str, bytes | None]]) -> None:
        pipe.publish(self._keys.changed, orjson.dumps([name for name, _ in told]))
        if not self._told:
            return  # a new generation begins: nobody goes on from what was before
        self._last = self._last.next
        self._kept.append((self._last, len(told)))
        self._kept_records += len(told)
        while self._kept_records > self._changes_max and len(self._kept) > 1:
            self._kept_records -= self._kept.popleft()[1]
        fields: dict[Any, Any] = {name: raw or b"" for name, raw in told}
        pipe.xadd(self._keys.changes, fields, id=str(self._last))
        if self._kept_records > self._changes_max // 2:
            # What a sink before this one told is let go by then: how much that is nobody knows.
            pipe.xtrim(self._keys.changes, minid=str(self._kept[0][0]), approximate=True)


def _parts(items: Iterable[Value]) -> Iterator[list[Value]]:
    rest = iter(items)
    while part := list(islice(rest, RECORDS_AT_ONCE)):
        yield part
