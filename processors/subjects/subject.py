"""What a subject is: handlers for types of event, and the state of tracking that is its own."""

from collections.abc import Callable, Mapping
from sys import intern
from typing import Any, Protocol

from processors.entities.directory import Directory
from processors.entities.timeline import Fact
from processors.partition import StateItem
from schemas.event import Event

Handler = Callable[[Event, Any, list[Fact]], None]
"""Takes an event and its data, and appends the facts that it gives or takes back."""


class Context:
    """What all subjects of a partition share: the moment in its log, and what is asked beside the event."""

    __slots__ = ("directory", "event_marks", "late_corrections", "offset", "watermark_us")

    def __init__(self) -> None:
        self.directory = Directory()
        self.offset = -1
        """Of the event at hand."""
        self.event_marks = ""
        """The catalog's filters that the event at hand passes: their ids, joined by commas."""
        self.watermark_us = 0
        self.late_corrections = 0

    def team(self, event: Event, data: Any) -> str:
        """Return the team of an event: its own, else its rep's."""
        team: str | None = data.team
        return team or self.directory.team(data.rep, event.t_us, self.offset)


class Subject(Protocol):
    """One subject of a partition. It keeps a fence where replays could tell it something twice."""

    tags: tuple[bytes, ...]
    """Begin the keys of its changelog records: a letter and `|`."""
    handlers: Mapping[str, Handler]
    """By type of event. Of the subjects that have one for a type, each gets the event."""

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record."""
        ...

    def restored(self, cut: int) -> None:
        """The changelog is at its end; the events behind `cut` follow."""
        ...

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise what changed since the last snapshot, which is durable; true at `cut`."""
        ...

    def forget(self, floor_us: int) -> None:
        """Let go of what ended before that time; called now and then."""
        ...

    @property
    def counts(self) -> Mapping[str, int]:
        """How much is kept, by the names of metrics."""
        ...


def kept(name: str | None) -> str | None:
    """Return the one copy of a name that comes again and again, for what is kept."""
    return None if name is None else intern(name)


class Stateless:
    """A subject that keeps nothing."""

    tags: tuple[bytes, ...] = ()

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Nothing is written."""
        raise AssertionError(key)

    def restored(self, cut: int) -> None:
        """Nothing to do."""

    def snapshot(self, cut: int) -> list[StateItem]:
        """Nothing to write."""
        return []

    def forget(self, floor_us: int) -> None:
        """Nothing to forget."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Nothing is kept."""
        return {}
