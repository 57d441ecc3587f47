"""What a formula sees of a group: any window's sums, what was before, targets, and other windows."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from processors.adding.group import NOW, Group, Window
from processors.adding.inflow import Inflow
from processors.adding.routes import Routes
from processors.adding.shares_of_reps import SharesOfReps
from processors.calendar import Period
from processors.compile import Plan
from processors.panes import Panes
from processors.planning.formulas import linear, total
from processors.planning.vector import Vector, slot_of
from processors.roster import Roster
from processors.targets import Target, Targets
from processors.valuing.view import View
from schemas.fact import PANE_US
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, Row, fact
from tests.processors.engine import plan as own_plan

AT = "2026-03-04T10:02:00Z"
CALLS = slot_of("call.count")
OPEN = slot_of("inquiry_open.count")


class Seen:
    """Panes with some facts, and a view of them at a moment."""

    def __init__(
        self, *rows: Row, at: str = AT, targets: Mapping[str, float] | None = None, plan: Plan = PLAN
    ) -> None:
        self.now_us = instant(at)
        self.panes = Panes(plan)
        self.panes.pane_now = self.now_us // PANE_US
        self.roster = Roster()
        catalog = [
            Target("won_revenue", "month", "2026-03", {"rep": rep} if rep else {}, value)
            for rep, value in (targets or {}).items()
        ]
        known = Targets(plan.calendar, catalog)
        inflow = Inflow(self.panes, self.roster, SharesOfReps(self.panes, self.roster, known))
        routes = Routes(plan, self.panes)
        for sign, pane, value, route in rows:
            inflow.add(routes[route], sign, pane, value)
        inflow.flush()
        self.roster.take(1, 1, ("ann", "north", "", None, "crm", "1"))
        self.view = View(self.panes, known, self.roster)

    def aim(self, window: str, label: str | None = None, **dims: str) -> Vector:
        """Aim the view; `label` is a period's."""
        group = self.panes.groups.get(",".join(f"{k}={v}" for k, v in dims.items())) or Group(dims)
        return self.view.aim(group, self.window(window, label), self.now_us)

    def window(self, name: str, label: str | None = None) -> Window:
        """Return a window by name."""
        if name == "now":
            return NOW
        if name.startswith("rolling"):
            return next(window for window in PLAN.rolling if window.name == name)
        if name == "all_time":
            return PLAN.calendar.all_time
        period = PLAN.calendar.period(name, label or "")
        assert period is not None
        return period


CALLED = [
    fact("call", "2026-02-28T10:00:00Z"),
    fact("call", "2026-03-03T09:00:00Z"),
    fact("call", "2026-03-04T10:00:00Z"),
]


@pytest.mark.parametrize(
    ("window", "label", "calls"),
    [
        ("rolling_24h", None, 1), ("rolling_7d", None, 3), ("day", "2026-03-03", 1), ("month", "2026-03", 2),
        ("quarter", "2026-Q1", 3), ("all_time", None, 3), ("now", None, 3), ("day", "2026-03-02", 0),
    ],
)  # fmt: skip
def test_sums(window: str, label: str | None, calls: int) -> None:
    """Of any window, rolling ones made when first asked for; nothing is empty; now is all that ever was."""
    assert calls == Seen(*CALLED).aim(window, label, rep="ann").get(CALLS, 0)


def test_a_group_without_facts_sums_to_nothing() -> None:
    """Nobody has called yet, in no window."""
    seen = Seen()

    assert [{}, {}, {}] == [
        seen.aim(*what, rep="bob") for what in (("rolling_24h",), ("day", "2026-03-04"), ("now",))
    ]


def test_the_period_before() -> None:
    """All of it; or the same elapsed part of both, cut at the last full hour."""
    seen = Seen(
        fact("call", "2026-03-03T09:59:00Z"), fact("call", "2026-03-03T10:01:00Z"),
        fact("call", "2026-03-04T09:00:00Z"), fact("call", "2026-03-04T10:01:00Z"),
    )  # fmt: skip
    seen.aim("day", "2026-03-04")

    own, before = seen.view.before(False)
    assert (None, 2) == (own, before[CALLS])
    own, before = seen.view.before(True)
    assert own is not None
    assert (1, 1) == (own[CALLS], before[CALLS])
    seen.aim("day", "2026-03-02")
    assert (None, {}) == seen.view.before(False)
    seen.aim("all_time")
    assert (None, {}) == seen.view.before(True)


def test_a_whole_period_is_compared_with_a_whole_one() -> None:
    """When it is over, same elapsed is all of both."""
    seen = Seen(*CALLED)
    seen.aim("month", "2026-02")
    own, before = seen.view.before(True)

    assert own is not None
    assert ({}, 1) == (before, own[CALLS])


@pytest.mark.parametrize(
    ("window", "label", "opened"),
    [("day", "2026-03-04", 2), ("day", "2026-03-03", 1), ("month", "2026-03", 1), ("month", "2026-02", 0),
     ("day", "2026-03-05", 3)],
)  # fmt: skip
def test_opening(window: str, label: str, opened: int) -> None:
    """What there was before the period: all time less the days since."""
    seen = Seen(*CALLED)
    seen.aim(window, label)

    assert opened == seen.view.opening(CALLS)
    assert 0 == seen.view.opening(OPEN)


def test_opening_after_years() -> None:
    """However the days since are put together, it is what the days before had."""
    days = [date(2024, 6, 1) + timedelta(days=number) for number in range(0, 700, 3)]
    seen = Seen(*[fact("call", f"{day}T10:00:00Z") for day in days], at="2026-06-01T10:00:00Z")
    for window, label in (
        ("year", "2026"), ("year", "2025"), ("quarter", "2025-Q3"), ("month", "2025-02"), ("week", "2025-W14"),
        ("day", "2025-01-30"), ("day", "2024-07-31"), ("day", "2026-06-01"),
    ):  # fmt: skip
        seen.aim(window, label)
        period = seen.window(window, label)
        assert isinstance(period, Period)
        assert sum(day.toordinal() < period.ordinal for day in days) == seen.view.opening(CALLS)


@pytest.mark.parametrize(
    ("opened_at", "from_pane"),
    [
        ("2026-03-04T09:58:00Z", "2026-03-04T09:55:00Z"),
        ("2026-03-03T09:58:00Z", "2026-03-03T09:55:00Z"),
        ("2026-03-03T07:58:00Z", "2026-03-03T07:00:00Z"),
        ("2026-01-18T09:58:00Z", "2026-01-18T09:00:00Z"),
        ("2026-01-16T09:58:00Z", "2026-01-16T00:00:00Z"),
    ],
)
def test_the_oldest_that_is_open(opened_at: str, from_pane: str) -> None:
    """From five minutes, an hour or a day, as panes of that age are; what is closed since does not count."""
    closed = (
        fact("inquiry_open", "2025-12-01T10:00:00Z"),
        fact("inquiry_open", "2025-12-01T10:00:00Z", sign=-1),
    )
    seen = Seen(*closed, fact("inquiry_open", opened_at), fact("inquiry_open", "2026-03-04T10:00:00Z"))
    seen.aim("now")

    assert instant(from_pane) == seen.view.oldest_us(OPEN)
    assert None is seen.view.oldest_us(CALLS)


@pytest.mark.parametrize(
    ("oldest", "beside", "from_pane"),
    [
        ("2026-03-03T01:58:00Z", "2026-03-03T09:58:00Z", "2026-03-03T01:00:00Z"),
        ("2026-03-03T08:12:00Z", "2026-03-03T08:48:00Z", "2026-03-03T08:00:00Z"),
        ("2026-01-17T02:00:00Z", "2026-01-17T20:00:00Z", "2026-01-17T00:00:00Z"),
    ],
)
def test_what_is_younger_on_the_same_day(oldest: str, beside: str, from_pane: str) -> None:
    """It may be kept more finely than what is older: in panes beside hours, in hours beside the day."""
    seen = Seen(fact("inquiry_open", beside), fact("inquiry_open", oldest), at="2026-03-04T10:30:00Z")
    seen.aim("now")

    assert instant(from_pane) == seen.view.oldest_us(OPEN)


def test_the_oldest_is_older_than_days_are_kept() -> None:
    """It is as old as the first of these at least, whatever else is open."""
    facts = [fact("inquiry_open", "2023-01-01T10:00:00Z"), fact("call", "2026-03-04T10:00:00Z")]
    for newer in ((), (fact("inquiry_open", "2026-03-04T10:00:00Z"),)):
        seen = Seen(*facts, *newer)
        seen.aim("now")

        assert instant("2023-12-26T00:00:00Z") == seen.view.oldest_us(OPEN)


def test_the_oldest_in_the_hour_of_midnight() -> None:
    """In India a day begins at half past: the hour is the pane all the same, on either side of midnight."""
    india = own_plan("calendar: {timezone: Asia/Kolkata}")
    for opened_at in ("2026-03-01T18:20:00Z", "2026-03-01T18:40:00Z"):
        seen = Seen(fact("inquiry_open", opened_at), plan=india)
        seen.aim("now")

        assert instant("2026-03-01T18:00:00Z") == seen.view.oldest_us(OPEN)


def test_the_target() -> None:
    """That of exactly the group and period; rolling windows and now have none."""
    seen = Seen(fact("deal_won", AT, 5), targets={"": 100, "ann": 10})
    found = []
    for what in (("month", "2026-03"), ("month", "2026-02"), ("rolling_30d",), ("now",)):
        seen.aim(*what)
        found.append(seen.view.target("won_revenue"))

    assert [100, None, None, None] == found
    seen.aim("month", "2026-03", rep="ann")
    assert (10, None) == (seen.view.target("won_revenue"), seen.view.target("deals_won"))


def test_the_reps_with_a_target() -> None:
    """Of the company all, of a team those whom the directory puts there; who sold nothing has sums of nothing.

    While each is looked at the view is his, and then it is back where it was.
    """
    seen = Seen(fact("deal_won", AT, 5), targets={"": 100, "ann": 10, "bob": 20})
    won = slot_of("deal_won.count")
    found: dict[str, list[tuple[float, int]]] = {}
    for team in ("", "north", "unassigned", "south"):
        seen.aim("month", "2026-03", **({"team": team} if team else {}))
        group = seen.view.group
        found[team] = seen.view.reps_with_target("won_revenue", lambda own, _look: own.get(won, 0))
        assert group is seen.view.group

    assert {"": [(10, 1), (20, 0)], "north": [(10, 1)], "unassigned": [(20, 0)], "south": []} == found
    seen.aim("rolling_30d")
    assert [] == seen.view.reps_with_target("won_revenue", lambda own, _look: own)


@pytest.mark.parametrize(("window", "calls"), [("rolling_24h", 1), ("month", 2), ("all_time", 3), ("now", 3)])
def test_at_another_window(window: str, calls: int) -> None:
    """The running one of that name; and then the view is back where it was."""
    seen = Seen(*CALLED)
    seen.aim("day", "2026-03-03")

    assert (calls, calls) == seen.view.at(window, total(linear([CALLS])))
    assert isinstance(seen.view.window, Period)
    assert "2026-03-03" == seen.view.window.label
