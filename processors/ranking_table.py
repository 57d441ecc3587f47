"""The rankings of one team in one window, and what they are made of while a slice of records is made."""

from typing import NamedTuple

from processors.compile import Plan
from processors.formulas import Shown
from processors.group import Group, Window
from processors.ranking import Ranking
from processors.vector import Vector

REP, TEAM = ("rep",), ("team",)


class Table:
    """The rankings of a team in a window, and what they are made of."""

    __slots__ = (
        "active",
        "at_start",
        "members",
        "named",
        "of",
        "own",
        "own_named",
        "slice",
        "team",
        "window",
    )

    def __init__(self, team: str, window: Window, plan: Plan):
        self.team = team
        self.window = window
        self.of: dict[str, Ranking] = {}
        """By KPI."""
        self.named = plan.named(REP, window.name)
        self.own_named = plan.named(TEAM, window.name)
        self.slice = -1
        """Of which slice what follows is."""
        self.own: tuple[Group, dict[str, Shown], Vector] | None = None
        """The team's own group, likewise."""
        self.active = 0
        """How many active reps the team has."""
        self.members: list[tuple[str, Group, dict[str, Shown], Vector]] = []
        """The team's reps, their values at hand, and the sums that these are made of."""
        self.at_start: list[tuple[str, dict[str, int | float]]] = []
        """The reps' values when the local day began; in periods that run and began before today."""


class Moved(NamedTuple):
    """In what of a team something moved since its records were published for others' sake."""

    windows: dict[Window, dict[str, None] | None]
    """The KPIs; None: all."""
    since_us: int
    published: int
    """Up to which offset everything had been published that moved it."""
