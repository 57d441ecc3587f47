"""How long after its arrival activity was tracked: whether whoever tracks it has a backlog."""

from collections.abc import Collection

QUIET_MS = 2_000
"""A partition of activity without facts for so long beside others has nothing to track; its last delay is history."""


class SourceDelays:
    """The latest delay of each partition of `crm.activity` that facts came from."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[int, int]] = {}
        """When its last facts were appended, and how long after their activity (milliseconds)."""
        self._newest_ms = 0

    def note(self, source: int, facts_ms: int, activity_ms: int) -> None:
        """Note that facts were appended of activity that was appended then, by the same clock."""
        self._of[source] = facts_ms, facts_ms - activity_ms
        self._newest_ms = max(self._newest_ms, facts_ms)

    def longest_ms(self, but: Collection[int] = ()) -> int:
        """Return the longest delay of those that facts come from now, some left out; 0 for none."""
        since_ms = self._newest_ms - QUIET_MS
        return max(
            (
                delay_ms
                for source, (at_ms, delay_ms) in self._of.items()
                if at_ms >= since_ms and source not in but
            ),
            default=0,
        )
