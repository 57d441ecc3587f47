"""The directory as readers and notify see it: team and activity of each rep, by its updates, in any order."""

from collections.abc import Sequence
from typing import NamedTuple

from processors.decode import decode
from processors.reading.future import refuse_future
from schemas.dead_letter import Unusable
from schemas.events.directory import RepUpdated


class Said(NamedTuple):
    """What an update says of a rep."""

    rep: str
    team: str
    active: bool


class Places:
    """Of each rep the last update by (time, source, id) counts."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, str, str]] = {}

    def take(self, value: bytes | None, headers: Sequence[tuple[str, bytes]], arrival_us: int) -> Said | None:
        """Take a record of `crm.directory`; return what is so now, where that is news."""
        try:
            event = decode(value, headers)
            refuse_future(event.t_us, arrival_us)  # or it would stand for ever, whatever comes later
        except Unusable:
            return None  # the worker buries it
        said = event.data
        place = (event.t_us, event.source, event.id)
        if not isinstance(said, RepUpdated) or place <= self._last.get(said.rep, (-(1 << 63), "", "")):
            return None
        self._last[said.rep] = place
        return Said(said.rep, said.team, said.active)
