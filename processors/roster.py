"""The roster: which team each rep is in now, who is active, and where they work.

What counts for facts is the team at their time (`entities/directory.py`); who shares a team's value, is
ranked with whom, and belongs to a team's quota share is a matter of now. Fed with the directory's updates
in any order, repeated as often as one likes: of each rep the last by (time, source, id) is kept.

A rep of whom the directory says nothing is in the team of the latest fact, and active.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from processors.partition import StateItem
from schemas.event import Event
from schemas.events.directory import RepUpdated

KIND = "@rep"
"""The kind of the row on `crm.facts` that carries an update; it is added to no group."""

_NOBODY: Mapping[str, None] = {}


class Entry(NamedTuple):
    """What is known of a rep. Entries are in the order of events; what facts say is before all updates."""

    updated: bool
    """Said by the directory, not by a fact."""
    t_us: int
    source: str
    id: str
    team: str
    active: bool
    timezone: str | None = None


class Change(NamedTuple):
    """A rep whose team or activity is another than it was; None: not known before."""

    rep: str
    before: Entry | None
    now: Entry

    @property
    def teams(self) -> set[str]:
        """The teams whose size, and so their reps' team value, may have changed."""
        return {entry.team for entry in (self.before, self.now) if entry is not None}


class Roster:
    """All reps as of now."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._members: dict[str, dict[str, None]] = {}
        self._active: dict[str, int] = {}
        self._versions: dict[str, int] = {}
        self._touched: dict[str, None] = {}
        self._changes: list[Change] = []
        self._relocated: dict[str, None] = {}
        self.fence = -1
        """The highest of what was restored."""

    def take(self, t_us: int, value: int | None, names: Iterable[str | None]) -> None:
        """Take a row as `update_fact` makes it: its time, its value, and its names from the rep on."""
        rep, team, _marks, timezone, source, id_ = names
        assert rep is not None
        assert team is not None
        self._learn(rep, Entry(True, t_us, source or "", id_ or "", team, bool(value), timezone))

    def see(self, rep: str, team: str, t_us: int) -> None:
        """Take the team that a fact counts for. Says nothing of reps in the directory."""
        known = self._entries.get(rep)
        # The hot path: of facts at the same time the greatest name counts, so that order doesn't matter.
        if known is not None and (known.updated or (t_us, team) <= (known.t_us, known.team)):
            return
        self._learn(rep, Entry(False, t_us, "", "", team, True))

    def _learn(self, rep: str, entry: Entry) -> None:
        before = self._entries.get(rep)
        # Of two updates with one identity the first to come counts; facts have none, so the team decides.
        compared = 4 if entry.updated else 5
        if before is not None and before[:compared] >= entry[:compared]:
            return
        self._entries[rep] = entry
        self._touched[rep] = None
        if entry.timezone != (None if before is None else before.timezone):
            self._relocated[rep] = None
        if before is not None:
            del self._members[before.team][rep]
            self._active[before.team] -= before.active
        self._members.setdefault(entry.team, {})[rep] = None
        self._active[entry.team] = self._active.get(entry.team, 0) + entry.active
        if before is not None and (before.team, before.active) == (entry.team, entry.active):
            return
        change = Change(rep, before, entry)
        self._changes.append(change)
        for team in change.teams:
            self._versions[team] = self._versions.get(team, 0) + 1

    def take_changes(self) -> list[Change]:
        """Return who changed team or activity since this was asked last."""
        changes, self._changes = self._changes, []
        return changes

    def take_relocated(self) -> dict[str, str | None]:
        """Return the time zones of the reps who work in another one since this was asked last."""
        relocated, self._relocated = self._relocated, {}
        return {rep: self._entries[rep].timezone for rep in relocated}

    @property
    def changing(self) -> set[str]:
        """The teams of changes that were not asked for yet."""
        return {team for change in self._changes for team in change.teams}

    def team_of(self, rep: str) -> str | None:
        """Return the team that a rep is in now; None for whom nothing is known."""
        entry = self._entries.get(rep)
        return None if entry is None else entry.team

    def directory_team(self, rep: str) -> str | None:
        """Return the team that the directory says a rep is in; None where it says nothing."""
        entry = self._entries.get(rep)
        return entry.team if entry is not None and entry.updated else None

    def reps_of(self, team: str) -> Mapping[str, None]:
        """Return the reps who are in a team now, active or not."""
        return self._members.get(team, _NOBODY)

    def version_of(self, team: str) -> int:
        """Return a number that is another whenever someone joined, left, began or stopped selling in a team."""
        return self._versions.get(team, 0)

    def active(self) -> Iterator[tuple[str, str]]:
        """Yield each active rep and the team that they are in now."""
        return ((rep, entry.team) for rep, entry in self._entries.items() if entry.active)

    def teams(self) -> list[str]:
        """Return the teams that anyone was ever in."""
        return [*self._members]

    def active_reps(self, team: str) -> int:
        """Return how many active reps a team has now."""
        return self._active.get(team, 0)

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise the reps that changed since the last snapshot, as of an offset of the facts.

        Older entries never win, so this state needs no fence. But who knows of a change before its offset
        is restored hears nothing of it then; the offset tells.
        """
        items: list[StateItem] = [
            (f"r|{rep}".encode(), orjson.dumps((*self._entries[rep], cut))) for rep in self._touched
        ]
        self._touched.clear()
        return items

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a record of `snapshot`; of several of a rep the latest entry counts, wherever it stands."""
        if value is not None:
            *fields, cut = orjson.loads(value)
            entry = Entry(*fields)
            rep = key[2:].decode()
            touched = rep in self._touched
            self._learn(rep, entry)
            self.fence = max(self.fence, cut)
            self._changes.clear()
            if not touched:
                self._touched.pop(rep, None)


def update_fact(event: Event) -> tuple[Any, ...]:
    """Return a `crm.rep.updated` as a row among the facts: kind, sign, time, value, rep, team, marks, dims.

    Every partition of tracking has a copy of the update; that of partition 0 is enough.
    """
    data = event.data
    assert isinstance(data, RepUpdated)
    return (
        KIND,
        1,
        event.t_us,
        int(data.active),
        data.rep,
        data.team,
        "",
        data.timezone,
        event.source,
        event.id,
    )
