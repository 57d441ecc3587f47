"""Reps: the directory's updates, from which events get their team."""

from collections.abc import Mapping
from typing import Any

from processors.entities.timeline import Fact
from processors.partition import StateItem
from processors.roster import update_fact
from processors.subjects.subject import Context, Handler
from processors.tracking.state import directory_items, restore_directory
from schemas.event import Event
from schemas.events.directory import RepUpdated


class Reps:
    """The directory of a partition. Reps are kept for ever, their updates as long as events can be of their time."""

    tags: tuple[bytes, ...] = (b"r|",)

    def __init__(self, context: Context, tells_roster: bool):
        self._context = context
        self._tells_roster = tells_roster
        self._updated: set[str] = set()
        self._durable = self._written = -1
        """The cuts of the last snapshot but one, which is durable when another is made, and of the last."""
        self._floor: tuple[int, int] | None = None
        """At which offset and up to when there is something to forget."""
        self.handlers: Mapping[str, Handler] = {RepUpdated.TYPE: self._take}

    def learn(self, event: Event, offset: int) -> None:
        """Take an update, known from `offset` on."""
        rep, team = event.data.rep, event.data.team
        assert rep is not None
        assert team is not None
        self._context.directory.learn(rep, (event.t_us, event.source, event.id, team, offset))
        self._updated.add(rep)

    def _take(self, event: Event, _data: Any, facts: list[Fact]) -> None:
        self.learn(event, self._context.offset)
        if self._tells_roster:
            facts.append(update_fact(event))

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a rep's updates."""
        if value is not None:
            restore_directory(self._context.directory, key, value)

    def restored(self, cut: int) -> None:
        """Nothing to do."""

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise the reps that were updated."""
        self._durable, self._written = self._written, cut
        # Not sooner: whoever goes on from an older cut asks for older updates.
        if self._floor is not None and self._floor[0] <= self._durable:
            self._updated.update(self._context.directory.forget(self._floor[1], self._durable))
            self._floor = None
        items = directory_items(self._context.directory, self._updated, cut)
        self._updated.clear()
        return items

    def forget(self, floor_us: int) -> None:
        """Forget updates with the next snapshots."""
        if self._floor is None:
            self._floor = self._context.offset, floor_us

    @property
    def counts(self) -> Mapping[str, int]:
        """Nothing worth a metric."""
        return {}
