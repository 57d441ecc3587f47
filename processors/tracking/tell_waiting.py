"""What tracking tells of what waits: of the kinds that a rule asks for, nothing else.

What an entity's events say is told whenever they changed, once for a slice of the log. When a kind is asked
for that was not told before (a new rule, new state), all of it that waits is told anew; which kinds have been
told is part of what tracking keeps.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from processors.entities.timeline import Timeline
from processors.entities.waits import WAITS
from processors.tracking.state import EntityId, WatchedTimelines
from schemas.waiting import Kind, Waiting

ANEW_MAX = 10_000
"""Entities looked at for one message when all that waits is told: some tens of milliseconds."""


class TellWaiting:
    """The entities of a partition that are asked for."""

    def __init__(self, watched: Mapping[Kind, WatchedTimelines]):
        self._watched = watched
        self._told: list[Kind] = [*watched]
        self._untold: list[Kind] = []
        self._going_through: list[EntityId] | None = None
        """Of the first untold kind: what was not looked at yet; None before it is begun."""
        self._since = -1
        """The cut when that was begun."""
        self.rows = 0
        """How many were told."""

    def restored(self, cut: int, told: Collection[str]) -> None:
        """Take up which kinds were told; where there was no event yet, there is nothing to tell."""
        asked: list[Kind] = list(self._watched)
        self._told = [kind for kind in asked if cut < 0 or kind in told]
        self._untold = [kind for kind in asked if kind not in self._told]
        self._drain()

    @property
    def told(self) -> tuple[str, ...]:
        """The kinds of which all that waits was told, to be written down."""
        return tuple(sorted(self._told))

    def changes(self) -> list[Waiting]:
        """Return what the entities say that changed since the last call."""
        rows: list[Waiting] = []
        speaking = self._told if self._going_through is None else [*self._told, self._untold[0]]
        for kind in speaking:
            timelines = self._watched[kind]
            if timelines.changed:
                rows += _rows(kind, timelines, timelines.changed)
        self._drain()
        self.rows += len(rows)
        return rows

    def anew(self, cut: int) -> tuple[list[Waiting], dict[Kind, int]] | None:
        """Return the next part of what was not told yet and waits, and the kind that is complete with it.

        With the kind comes the cut at which it was begun. None when there is no more.
        """
        if not self._untold:
            return None
        kind = self._untold[0]
        timelines = self._watched[kind]
        if self._going_through is None:
            self._going_through, self._since = [*timelines.ids()], cut
        part = self._going_through[-ANEW_MAX:]
        del self._going_through[-ANEW_MAX:]
        rows = [row for row in _rows(kind, timelines, part) if row.since_us is not None]
        self.rows += len(rows)
        if self._going_through:
            return rows, {}
        self._going_through = None
        self._told.append(self._untold.pop(0))
        return rows, {kind: self._since}

    def _drain(self) -> None:
        for timelines in self._watched.values():
            timelines.changed.clear()


def _rows(kind: Kind, timelines: WatchedTimelines, ids: Iterable[EntityId]) -> list[Waiting]:
    rows = []
    for id_ in ids:
        timeline = timelines.look(id_)
        if timeline is not None:
            # Also what never waited, by what is known now: it may have been told otherwise.
            rows.append(_row(kind, id_, timeline))
    return rows


def _row(kind: Kind, id_: EntityId, timeline: Timeline[Any]) -> Waiting:
    waits = WAITS[kind](timeline.events, timeline.owner_teams or {})
    return Waiting(kind, *id_, waits.spans, waits.rep, waits.team, waits.dims)
