"""What a tracking partition writes to its changelog of entities and of reps, and how it reads it back.

Keys: `c|[account, conversation]`, likewise `d|` deals, `l|` leads, `q|` quotes and `x|name|` spans; `r|rep` (its
directory updates). Values of entities: `[fence, events, owner teams]`, the fence being the offset on
`crm.activity` up to which the events are complete. Restored entities stay bytes until an event for them
comes, so that recovery costs little and a closed deal next to nothing. What else is written of a partition stands
where it is kept: books (`k|`), segments (`g|`), prices (`p|`), touches (`t|`), ids seen (`s|`), accounts counted
(`u|`) and `meta`.
"""

from collections.abc import Callable, Iterable, Iterator
from math import inf
from sys import intern
from typing import Any

import orjson

from processors.entities.directory import Directory
from processors.entities.timeline import Timeline
from processors.partition import StateItem
from processors.tracking.highest_fence import HighestFence

EntityId = tuple[str, str]
"""account, and conversation, deal, lead or the like: what belongs together shares an account, and so a partition."""


class Timelines:
    """The entities of one kind, by id."""

    def __init__(self, tag: bytes):
        self._tag = tag
        self._known: dict[EntityId, Timeline[Any]] = {}
        self._written: dict[bytes, bytes] = {}
        """Restored and not asked for yet."""
        self._looked_at: dict[bytes, float] = {}
        """Of those that were old enough to be looked at and stay: until when they do, at least (microseconds)."""
        self._fences = HighestFence()
        self._touched: set[EntityId] = set()
        self._forgotten: dict[bytes, None] = {}
        """Keys whose tombstones are due at the next snapshot but one: until then a replay may need the records."""
        self._gone: dict[bytes, None] = {}
        """Keys whose tombstones are due."""

    def __len__(self) -> int:
        return len(self._known) + len(self._written)

    def get(self, id_: EntityId) -> Timeline[Any]:
        """Return the entity's timeline, a new one when nothing is known of it."""
        found = self._known.get(id_)
        if found is None:
            raw = self._written.pop(self._key(id_), None) if self._written else None
            found = Timeline([]) if raw is None else _read(raw)
            # An account has many entities, and each event brings a copy of its name.
            self._known[(intern(id_[0]), id_[1])] = found
            if raw is not None and self._looked_at:
                self._looked_at.pop(self._key(id_), None)
            if self._forgotten or self._gone:  # it is back; its next record stands for itself
                key = self._key(id_)
                self._forgotten.pop(key, None)
                self._gone.pop(key, None)
        return found

    def look(self, id_: EntityId) -> Timeline[Any] | None:
        """Return the entity's timeline, not to be changed; None when there is none. What is bytes stays bytes."""
        found = self._known.get(id_)
        if found is None and (raw := self._written.get(self._key(id_))) is not None:
            return _read(raw)
        return found

    def ids(self) -> Iterator[EntityId]:
        """Yield the entities that there are."""
        yield from self._known
        for key in self._written:
            account, name = orjson.loads(key[len(self._tag) + 1 :])
            yield account, name

    def touch(self, id_: EntityId) -> None:
        """Note that the entity changed."""
        self._touched.add(id_)

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record: the one with the highest fence counts."""
        if value is None:
            self._written.pop(key, None)
            return
        if self._fences.takes(key, value):
            self._written[key] = value

    def restored(self) -> None:
        """The changelog is at its end."""
        self._fences.clear()

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise the entities touched since the last snapshot, true at `cut`."""
        items: list[StateItem] = []
        for id_ in self._touched:
            timeline = self._known[id_]
            timeline.fence = cut
            teams = [(*key, team) for key, team in (timeline.owner_teams or {}).items()]
            items.append((self._key(id_), orjson.dumps((cut, timeline.events, teams))))
        self._touched.clear()
        items += [(key, None) for key in self._gone]
        self._gone, self._forgotten = self._forgotten, {}
        return items

    def forget_before(self, t_us: int, ended: Callable[[list[Any]], bool]) -> None:
        """Drop entities that ended and whose last event is older than `t_us`; tombstones follow.

        One that was written and changed since stays until the next time: by what is written it may not have ended.
        What is bytes is read once at most, since it does not change: `ended` is always the same question.
        """
        gone = [
            id_
            for id_, timeline in self._known.items()
            if _is_over(timeline, t_us, ended) and (timeline.fence < 0 or id_ not in self._touched)
        ]
        for id_ in gone:
            del self._known[id_]
            self._touched.discard(id_)
        unread = [key for key, raw in self._written.items() if self._is_unread_over(key, raw, t_us, ended)]
        for key in unread:
            del self._written[key]
            self._looked_at.pop(key, None)
        self._forgotten |= dict.fromkeys((*map(self._key, gone), *unread))

    def _is_unread_over(self, key: bytes, raw: bytes, t_us: int, ended: Callable[[list[Any]], bool]) -> bool:
        stays_us = self._looked_at.get(key)
        if stays_us is None:
            first_us = _first_us(raw)
            if first_us is None or first_us >= t_us:
                return False
            events = _read(raw).events
            stays_us = self._looked_at[key] = events[-1][0] if ended(events) else inf
        return stays_us < t_us

    def _key(self, id_: EntityId) -> bytes:
        return self._tag + b"|" + orjson.dumps(id_)


class WatchedTimelines(Timelines):
    """Timelines that note which entities changed, for who tells of them."""

    def __init__(self, tag: bytes):
        super().__init__(tag)
        self.changed: dict[EntityId, None] = {}

    def touch(self, id_: EntityId) -> None:
        """Note that the entity changed."""
        super().touch(id_)
        self.changed[id_] = None


def _first_us(raw: bytes) -> int | None:
    """Return the time of the first event in a record, if it has one, without reading the rest."""
    begin = raw.index(b",") + 1
    return int(raw[begin + 2 : raw.index(b",", begin)]) if raw.startswith(b"[[", begin) else None


def _is_over(timeline: Timeline[Any], t_us: int, ended: Callable[[list[Any]], bool]) -> bool:
    return bool(timeline.events and timeline.events[-1][0] < t_us and ended(timeline.events))


def _read(raw: bytes) -> Timeline[Any]:
    fence, events, teams = orjson.loads(raw)
    timeline: Timeline[Any] = Timeline([tuple(event) for event in events], fence)
    if teams:
        timeline.owner_teams = {(source, id_, rep): team for source, id_, rep, team in teams}
    return timeline


def directory_items(directory: Directory, reps: Iterable[str], cut: int) -> list[StateItem]:
    """Serialise the updates of these reps."""
    return [(b"r|" + rep.encode(), orjson.dumps((cut, directory.updates[rep]))) for rep in sorted(reps)]


def restore_directory(directory: Directory, key: bytes, value: bytes) -> None:
    """Take a rep's updates: those not known yet."""
    for update in orjson.loads(value)[1]:
        directory.learn(key[2:].decode(), tuple(update))
