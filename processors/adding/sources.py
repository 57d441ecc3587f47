"""Sources: how far each partition of `crm.activity` is, as the facts say that were made of it."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

QUIET_MS = 2_000
"""A partition of activity without facts for so long beside others has nothing to track: how far it is says nothing."""
ROWS_LOOKED_AT = 100
"""The last rows of a message say how far its events are: they come in order, but for those that are late."""
_PANE = 2
"""Where a row has its pane."""


class _Source(NamedTuple):
    facts_ms: int
    """When its last facts were appended, milliseconds…"""
    delay_ms: int
    """…and how long after their activity."""
    pane: int
    """The latest pane of its facts."""


class Sources:
    """The latest of each partition that facts came from."""

    def __init__(self) -> None:
        self._of: dict[int, _Source] = {}
        self._newest_ms = 0

    def note(self, source: int, facts_ms: int, activity_ms: int, rows: Sequence[Sequence[Any]]) -> None:
        """Note that these facts were appended of activity that was appended then, by the same clock."""
        known = self._of.get(source)
        pane = max((row[_PANE] for row in rows[-ROWS_LOOKED_AT:]), default=0)
        self._of[source] = _Source(facts_ms, facts_ms - activity_ms, max(pane, known.pane if known else 0))
        self._newest_ms = max(self._newest_ms, facts_ms)

    def longest_delay_ms(self, but: Collection[int] = ()) -> int:
        """Return the longest delay of those that facts come from now, some left out; 0 for none."""
        return max((one.delay_ms for source, one in self._now() if source not in but), default=0)

    @property
    def slowest_pane(self) -> int:
        """The pane up to which all of those were read that facts come from now; 0 where there are none."""
        return min((one.pane for _, one in self._now()), default=0)

    def _now(self) -> list[tuple[int, _Source]]:
        since_ms = self._newest_ms - QUIET_MS
        return [(source, one) for source, one in self._of.items() if one.facts_ms >= since_ms]
