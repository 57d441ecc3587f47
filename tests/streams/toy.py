"""A toy pipeline in the shape of the real one: deduplicate and pair events, then add the facts up by team.

Two stages, with everything that the shell must keep in order: facts that must be acknowledged before the
state they come from, state in groups, fences, a vector that tells repeated facts from new ones, and
values that are published by ticks only.

An event is a JSON object: `id`; `kind`: call, open or close; `case` (for open and close), `team`, `t`.
A close gives a response of (its t − the open's t) and closes the case.
"""

from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

import orjson

from processors.partition import OneTick, Record, Send, StateItem
from streams.settings import Settings
from streams.topics import topics
from streams.topology import Stage

EMIT_SLICE = 2_000


class Pairing(OneTick):
    """Partition of the first stage. State: the open cases, and the ids seen, fenced."""

    def __init__(self, partition: int, facts_topic: str, targets: int) -> None:
        self.cut = -1
        self._partition = partition
        self._facts_topic = facts_topic
        self._targets = targets
        self._cases: dict[str, list[int | None]] = {}  # case → [fence, when opened]
        self._seen: set[str] = set()
        self._new_ids: list[str] = []
        self._dirty: set[str] = set()
        self._written_cut = -1
        self._target_of: dict[str, int] = {}
        self._duplicates = 0

    def restore(self, items: Iterable[StateItem]) -> None:
        for key, value in items:
            assert value is not None
            kind, name = key[:1], key[2:].decode()
            content = orjson.loads(value)
            if kind == b"c":
                self.cut = max(self.cut, content)
            elif kind == b"s":
                self._seen.update(content)
            elif content[0] >= self._cases.get(name, [-1])[0]:
                self._cases[name] = content

    def restored(self) -> None:
        self._written_cut = self.cut

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        rows: list[list[tuple[int, str, str, int]]] = [[] for _ in range(self._targets)]
        events = orjson.loads(b"[%b]" % b",".join([record.value or b"null" for record in records]))
        for record, event in zip(records, events, strict=True):
            if event["id"] in self._seen:
                self._duplicates += 1
                continue
            self._seen.add(event["id"])
            self._new_ids.append(event["id"])
            team, offset = event["team"], record.offset
            target = self._target_of.get(team)
            if target is None:
                target = self._target_of[team] = crc32(team.encode()) % self._targets
            if event["kind"] == "call":
                rows[target].append((offset, "calls", team, 1))
                continue
            case = self._cases.setdefault(event["case"], [-1, None])
            assert case[0] is not None
            if case[0] >= offset:
                continue  # its facts went out before it was written
            self._dirty.add(event["case"])
            if event["kind"] == "open":
                case[1] = event["t"]
            elif case[1] is not None:
                rows[target].append((offset, "responses", team, event["t"] - case[1]))
                case[1] = None
        self.cut = records[-1].offset
        key = b"%d" % self._partition
        return [
            Send(self._facts_topic, target, key, orjson.dumps((self._partition, self.cut, facts)))
            for target, facts in enumerate(rows)
            if facts
        ]

    def skip_to(self, offset: int) -> None:
        self.cut = offset - 1

    def snapshot(self) -> list[list[StateItem]]:
        if self.cut == self._written_cut:
            return []
        cases: list[StateItem] = []
        for name in self._dirty:
            case = self._cases[name]
            case[0] = self.cut
            cases.append((b"e|" + name.encode(), orjson.dumps(case)))
        self._dirty.clear()
        ids: list[StateItem] = [(b"s|%d" % self.cut, orjson.dumps(self._new_ids))] if self._new_ids else []
        self._new_ids = []
        self._written_cut = self.cut
        return [group for group in (cases, [*ids, (b"c|", b"%d" % self.cut)]) if group]

    def tick(self, now_us: int) -> list[Send]:
        return []

    @property
    def stats(self) -> Mapping[str, int]:
        return {"duplicates": self._duplicates, "cases_now": len(self._cases)}


class Adding(OneTick):
    """Partition of the second stage. State: (count, sum) by (fact, team), and the vector, fenced."""

    def __init__(self, partition: int, kpis_topic: str) -> None:
        self.cut = -1
        self._kpis_topic = kpis_topic
        self._sums: dict[str, list[int]] = {}  # key → [fence, count, sum]
        self._vector: dict[int, int] = {}  # source partition → last offset counted
        self._dirty: set[str] = set()
        self._changed: dict[str, None] = {}
        self._written_cut = -1
        self._revision_ms = 0
        self._repeated = 0

    def restore(self, items: Iterable[StateItem]) -> None:
        for key, value in items:
            assert value is not None
            kind, name = key[:1], key[2:].decode()
            content = orjson.loads(value)
            if kind == b"c":
                self.cut = max(self.cut, content)
            elif kind == b"v":
                self._vector[int(name)] = max(self._vector.get(int(name), -1), content)
            elif content[0] >= self._sums.get(name, [-1])[0]:
                self._sums[name] = content

    def restored(self) -> None:
        self._written_cut = self.cut
        # What was changed but not yet published when the state was written is not known: publish all.
        self._changed = dict.fromkeys(self._sums)

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        for record in records:
            source, last, facts = orjson.loads(record.value or b"")
            counted = self._vector.get(source, -1)
            for offset, kind, team, value in facts:
                if offset <= counted:
                    self._repeated += 1
                    continue
                key = f"{kind}|{team}"
                total = self._sums.get(key)
                if total is None:
                    total = self._sums[key] = [-1, 0, 0]
                if total[0] < record.offset:
                    total[1] += 1
                    total[2] += value
                    self._dirty.add(key)
                    self._changed[key] = None
            self._vector[source] = max(counted, last)
        self.cut = records[-1].offset
        return []

    def skip_to(self, offset: int) -> None:
        self.cut = offset - 1

    def snapshot(self) -> list[list[StateItem]]:
        if self.cut == self._written_cut:
            return []
        sums: list[StateItem] = []
        for key in self._dirty:
            total = self._sums[key]
            total[0] = self.cut
            sums.append((b"p|" + key.encode(), orjson.dumps(total)))
        self._dirty.clear()
        vector: list[StateItem] = [(b"v|%d" % source, b"%d" % last) for source, last in self._vector.items()]
        self._written_cut = self.cut
        return [group for group in (sums, [*vector, (b"c|", b"%d" % self.cut)]) if group]

    def tick(self, now_us: int) -> list[Send]:
        due = list(self._changed)[:EMIT_SLICE]
        self._revision_ms = max(self._revision_ms + 1, now_us // 1_000)
        sends = []
        for key in due:
            del self._changed[key]
            _, count, total = self._sums[key]
            record = {"count": count, "sum": total, "revision": self._revision_ms}
            sends.append(Send(self._kpis_topic, None, key.encode(), orjson.dumps(record)))
        return sends

    @property
    def stats(self) -> Mapping[str, int]:
        return {"repeated": self._repeated, "sums_now": len(self._sums)}


class Copying(OneTick):
    """Partition of a stage without state: copies its records to another topic."""

    def __init__(self, target: str) -> None:
        self.cut = -1
        self._target = target

    def restore(self, items: Iterable[StateItem]) -> None: ...

    def restored(self) -> None: ...

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        self.cut = records[-1].offset
        return [Send(self._target, None, record.key, record.value) for record in records]

    def skip_to(self, offset: int) -> None:
        self.cut = offset - 1

    def snapshot(self) -> list[list[StateItem]]:
        return []

    def tick(self, now_us: int) -> list[Send]:
        return []

    @property
    def stats(self) -> Mapping[str, int]:
        return {}


def toy_stages(settings: Settings) -> list[Stage]:
    """Return the toy pipeline on an installation's own topics: activity → facts → KPIs.

    Beside it, what comes on the directory's topic is copied to the KPIs' history.
    """
    own = topics(settings)

    def pairing(partition: int) -> Pairing:
        return Pairing(partition, own.facts.name, own.facts.partitions)

    def adding(partition: int) -> Adding:
        return Adding(partition, own.kpis.name)

    every = [
        Stage("directory", own.directory, lambda _: Copying(own.kpis_history.name), None),
        Stage("track", own.activity, pairing, own.changelogs["track"].name),
        Stage("rollup", own.facts, adding, own.changelogs["rollup"].name),
    ]
    return [stage for stage in every if stage.name in settings.stages]
