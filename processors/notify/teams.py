"""Teams: whose team each rep is in, by the directory's updates, in any order."""

from collections.abc import Iterable, Iterator

from processors.decode import decode
from processors.partition import Record
from schemas.dead_letter import Unusable
from schemas.events.directory import RepUpdated


class Teams:
    """Of each rep the last update by (time, source, id) counts."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, str, str]] = {}

    def take(self, records: Iterable[Record]) -> Iterator[tuple[str, str]]:
        """Take records of `crm.directory`; yield each rep of whom something newer is known, and the team."""
        for record in records:
            try:
                event = decode(record.value, record.headers)
            except Unusable:
                continue  # the worker buries it
            said = event.data
            place = (event.t_us, event.source, event.id)
            if isinstance(said, RepUpdated) and place > self._last.get(said.rep, (-(1 << 63), "", "")):
                self._last[said.rep] = place
                yield said.rep, said.team
