"""Which team a rep belongs to, and since when: the `crm.rep.updated` events of one partition."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

UNASSIGNED = "unassigned"

Update = tuple[int, str, str, str, int]
"""time (microseconds), source, id, team, source offset."""


class Directory:
    """The updates of each rep in the order (time, source, id)."""

    def __init__(self) -> None:
        self.updates: dict[str, list[Update]] = {}

    def learn(self, rep: str, update: Update) -> None:
        """Take an update; one that is known already (a replay) changes nothing."""
        known = self.updates.setdefault(rep, [])
        at = bisect_left(known, update[:3])  # the first fields alone stand before all of them
        if at == len(known) or known[at][:3] != update[:3]:
            known.insert(at, update)

    def forget(self, floor_us: int, offset: int) -> Iterator[str]:
        """Let go of what is not asked for any more; yield the reps of whom there was any.

        Events are no older than `floor_us` and come after `offset`: of the updates up to both only the last counts.
        """
        for rep, known in self.updates.items():
            until = bisect_right(known, floor_us, key=lambda update: update[0])
            last = next((at for at in reversed(range(until)) if known[at][4] <= offset), 0)
            if last:
                del known[:last]
                yield rep

    def team(self, rep: str | None, t_us: int, offset: int) -> str:
        """Return the rep's team by the latest update at or before that time, as known at `offset`.

        An update further on in the log is not looked at: a replay after a crash finds it in the restored
        state, and must say what was said the first time.
        """
        if rep is not None:
            for update in reversed(self.updates.get(rep, ())):
                if update[4] <= offset and update[0] <= t_us:
                    return update[3]
        return UNASSIGNED
