"""The rankings of one team in one window, and what they are made of.

Whose value may have changed is noted as it happens (`Group.watched`), so that keeping a team's rankings costs what
changed and not what the team is large.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from processors.adding.group import FLAGS, Group, Window
from processors.comparing.ranking import NOBODY, Number, Ranking
from processors.compile import Plan
from schemas.catalogs.kpi_groups import REP, TEAM


class Table:
    """The rankings of a team in a window."""

    __slots__ = (
        "active",
        "groups_seen",
        "made",
        "members",
        "named",
        "of",
        "own",
        "own_named",
        "slice",
        "stale",
        "start_from_us",
        "start_until_us",
        "starts",
        "team",
        "version",
        "waiting",
        "window",
    )

    def __init__(self, team: str, window: Window, plan: Plan):
        self.team = team
        self.window = window
        self.of: dict[str, Kept] = {}
        """By KPI."""
        self.named = plan.named(REP, window.name)
        self.own_named = plan.named(TEAM, window.name)
        self.slice = -1
        """Of which slice of records what follows is."""
        self.made = 0
        """Changes when all values are to be taken anew."""
        self.version = -1
        """Of the team's roster."""
        self.groups_seen = 0
        """How many groups there were when members without one were looked for."""
        self.own: Group | None = None
        """The team's own group."""
        self.active = 0
        """How many active reps the team has."""
        self.members: dict[str, Group | None] = {}
        """The team's reps; None of whom there are no facts."""
        self.stale: dict[Group, int] = {}
        """Members with facts since the last slice, and the team's own group likewise; the bits of their kinds."""
        self.waiting: defaultdict[str, dict[str | None, None]] = defaultdict(dict)
        """By KPI: whose value is to be looked at again when its ranking is asked for; None: the team's."""
        self.starts: Mapping[str, Mapping[str, Number]] = {}
        """By KPI: the reps' values when the local day began; in periods that run and began before today."""
        self.start_from_us = self.start_until_us = 0
        """When they were gathered, and the end of that day."""

    def begin_anew(self) -> None:
        """Take that nothing was noted of what changed."""
        self.made += 1
        self.version, self.own = -1, None
        self.members = {}

    def take_members(self, reps: Iterable[str], active: int) -> None:
        """Take who is in the team now: the values of those who stay need not be looked at."""
        before, self.members = self.members, dict.fromkeys(reps)
        for rep, group in before.items():
            if rep in self.members:
                self.members[rep] = group
            else:
                for kpi in self.of:
                    self.waiting[kpi][rep] = None
        self.active = active
        self.start_until_us = 0
        self.look_again()

    def sort_stale(self, plan: Plan) -> None:
        """Note by KPI whose value is to be looked at again."""
        stale, kept = self.stale, self.of
        while stale:
            group, bits = stale.popitem()
            rep = group.dims.get("rep")
            if rep is None or rep in self.members:  # else the rep has left the team
                for kpi in plan.kpis(group.signature, self.window.name, bits & ~FLAGS):
                    if kpi.id in kept:
                        self.waiting[kpi.id][rep] = None

    def leave(self) -> None:
        """Have its groups note nothing for it any more: it is let go."""
        for group in (self.own, *self.members.values()):
            if group is not None and group.watched.get(self.window) is self.stale:
                del group.watched[self.window]

    def look_again(self) -> None:
        """Note that what the rankings are compared with is another."""
        for kpi in self.of:
            self.waiting[kpi][None] = None

    def starts_of(self, kpi: str) -> Mapping[str, Number]:
        """Return the reps' values when the local day began."""
        return self.starts.get(kpi, NOBODY)


class Kept:
    """A ranking, and as of when it has everyone's values."""

    __slots__ = ("made", "ranking", "turn")

    def __init__(self, direction: str):
        self.ranking = Ranking(direction)
        self.turn = -1
        """In which whole tick all values were looked at."""
        self.made = -1
        """Of the table; all values are taken anew under another."""


class Moved(NamedTuple):
    """In what of a team something moved since its records were published for others' sake."""

    windows: dict[Window, dict[str, None] | None]
    """The KPIs; None: all."""
    published: int
    """Up to which offset everything had been published that moved it."""
