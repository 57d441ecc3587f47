"""Which team a rep belongs to, and since when: the `crm.rep.updated` events of one partition."""

from bisect import insort

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
        if all(update[:3] != other[:3] for other in known):
            insort(known, update)

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
