"""Values that change without a fact of their own: whoever looks elsewhere is due when that changes."""

from collections.abc import Iterable

import orjson
import pytest

from processors.adding.group import NOW, RETIRE, UNSEEN, Window
from processors.calendar import Period
from processors.panes import Panes
from processors.planning.vector import slot_of
from processors.publishing.ripples import Ripples
from tests.oracle.moments import instant
from tests.oracle.telling import event
from tests.processors.engine import PLAN, Desk, Rec, fact, plan

NOW_US = instant("2026-03-04T10:00:00Z")
WON, ACTIVE, OPEN = (PLAN.bits.of(kind) for kind in ("deal_won", "customer_active", "inquiry_open"))


def period(window: str, label: str) -> Period:
    """Return a period of the calendar."""
    found = PLAN.calendar.period(window, label)
    assert found is not None
    return found


def spread(window: Window, facts: int) -> dict[str, int]:
    """Return what is due as well when these facts changed in a window, by its name and label."""
    windows = {window: facts}
    Ripples(Panes(PLAN)).spread(windows, NOW_US)
    del windows[window]
    return {named(one): bits for one, bits in windows.items()}


def named(window: Window) -> str:
    """Return a window's name, and its label where it has one."""
    return f"{window.name}:{window.label}" if isinstance(window, Period) and window.label else window.name


def test_growth_looks_at_the_period_before() -> None:
    """A win of a closed month makes the next one due, for that alone; one of the running month does not."""
    assert {"month:2026-03": WON} == spread(period("month", "2026-02"), WON | RETIRE)
    assert {} == spread(period("month", "2026-03"), WON)
    assert {} == spread(period("month", "2026-02"), PLAN.bits.of("call"))


def test_churn_looks_at_all_that_was_before() -> None:
    """Who became active on a day is among those at the start of every period that began since."""
    found = spread(period("day", "2026-03-01"), ACTIVE)

    assert {"day:2026-03-02", "day:2026-03-03", "day:2026-03-04", "week:2026-W10"} == set(found)
    assert {ACTIVE | UNSEEN} == {*found.values()}
    assert {} == spread(period("day", "2026-03-04"), ACTIVE)
    assert {} == spread(period("week", "2026-W09"), ACTIVE)


def test_arithmetic_looks_at_windows_of_its_own() -> None:
    """The value of a customer is of the year's purchases."""
    rolling = next(window for window in PLAN.rolling if window.name == "rolling_365d")
    revenue = PLAN.bits.of("revenue")

    assert {"all_time": revenue} == spread(rolling, revenue)
    assert {} == spread(rolling, WON)


def due(panes: Panes, windows: Iterable[str]) -> dict[str, set[str]]:
    """Return the groups that are due by window, of these."""
    found: dict[str, set[str]] = {}
    for group in panes.changed:
        for window in (*group.changed, *group.again):
            if named(window) in windows:
                found.setdefault(named(window), set()).add(group.text)
    return found


@pytest.mark.parametrize(
    ("before", "begun"),
    [
        ("2026-03-04T09:55:00Z", set()),
        ("2026-03-03T23:55:00Z", {"day:2026-03-04"}),
        ("2026-03-01T10:00:00Z", {"day:2026-03-02", "day:2026-03-03", "day:2026-03-04", "week:2026-W10"}),
    ],
)
def test_a_period_begins(before: str, begun: set[str]) -> None:
    """KPIs that have a value at once are due in each period that began, in the groups that have them."""
    panes = Panes(PLAN)
    for dims in ({}, {"team": "north"}, {"channel": "web"}):
        panes.group(dims)
    Ripples(panes).turn(instant(before), NOW_US)

    assert {window: {"", "team=north"} for window in begun} == due(
        panes, {named(window) for group in panes.changed for window in (*group.changed, *group.again)}
    )
    assert {PLAN.looking} >= {bits for group in panes.changed for bits in group.changed.values()}


LOOKS_AT_TODAY = plan(
    "kpis: {of_today: {label: T, unit: ratio, expression: calls@day / calls, n: calls, windows: [all_time, month]}}"
)


def test_what_arithmetic_looks_at_is_over() -> None:
    """At midnight `calls@day` is of another day: the share of today's calls is none until there are some."""
    desk = Desk(LOOKS_AT_TODAY)
    desk.take("2026-03-31T10:00:00Z", fact("call", "2026-03-31T10:00:00Z"))
    desk.tick("2026-03-31T10:00:00Z")
    assert (1.0, 1) == desk.shown("of_today|all_time|rep=ann")
    desk.tick("2026-03-31T23:55:00Z")
    assert (1.0, 1) == desk.shown("of_today|all_time|")
    desk.tick("2026-04-01T00:00:00Z")

    assert {(0.0, 1)} == {desk.shown(f"of_today|all_time|{dims}") for dims in ("", "team=north", "rep=ann")}


def test_what_came_ahead_of_the_clock_is_looked_at_from_midnight_on() -> None:
    """Until then it is of tomorrow, and so of no day that runs; also where a restart lies between."""
    for restarts in (False, True):
        desk = Desk(LOOKS_AT_TODAY)
        desk.take("2026-03-03T23:58:00Z", fact("call", "2026-03-04T00:01:00Z"))
        desk.tick("2026-03-03T23:58:00Z")
        assert (0.0, 1) == desk.shown("of_today|all_time|")
        if restarts:
            desk.checkpoint()
            desk.restart()
        desk.tick("2026-03-04T00:00:00Z")

        assert (1.0, 1) == desk.shown("of_today|all_time|")


def test_arithmetic_looks_at_what_looks_elsewhere() -> None:
    """A target, or more of the period before, changes a value of the month; so what looks at the month is due."""
    desk = Desk(
        plan(
            "kpis:\n"
            "  grown: {label: G, unit: ratio, growth: {of: deals_won, same_elapsed: true}}\n"
            "  grown_now: {label: G, unit: ratio, expression: grown@month * 1, n: grown@month, windows: [all_time]}\n"
            "  quota_now: {label: Q, unit: ratio, expression: quota_attainment@month * 1, n: deals_won@month,"
            " windows: [all_time]}\n"
            "targets: [{kpi: won_revenue, window: month, period: 2026-03, dims: {team: north}, value: 200}]\n"
        )
    )
    wins = [
        fact("deal_won", moment, 100_000_000) for moment in ("2026-02-04T19:58:00Z", "2026-03-04T09:58:00Z")
    ]
    desk.take("2026-03-04T10:00:00Z", *wins)
    desk.tick("2026-03-04T10:00:00Z")
    assert (None, 0) == desk.shown("grown_now|all_time|")
    assert (0.5, 1) == desk.shown("quota_now|all_time|team=north")
    said = event("target.set", "2026-03-04T10:01:00Z", kpi="won_revenue", window="month", period="2026-03",
                 dims={"team": "north"}, value=400)  # fmt: skip
    desk.rollup.targets.take([Rec(0, instant("2026-03-04T10:01:00Z") // 1000, None, orjson.dumps(said))])
    desk.tick("2026-03-04T10:01:00Z")
    assert (0.25, 1) == desk.shown("quota_now|all_time|team=north")
    desk.tick("2026-03-04T20:00:00Z")

    assert (0.0, 1) == desk.shown("grown_now|all_time|")


def test_what_is_open_grows_older() -> None:
    """As long as something is open its age is due with the clock, and not before or after."""
    panes = Panes(PLAN)
    group, ripples = panes.group({}), Ripples(panes)
    found = []
    for is_open in (False, True, True, False):
        ripples.age(group, is_open)
        panes.changed.clear()
        group.changed.clear()
        ripples.turn(0, NOW_US)
        found.append(group.changed.get(NOW, 0))

    assert [0, PLAN.aging, PLAN.aging, 0] == found
    assert PLAN.aging == OPEN


@pytest.mark.parametrize(("count", "is_due"), [(2, True), (0, False)])
def test_after_a_restart(count: int, is_due: bool) -> None:
    """What is open is found again; what is at 0 has nothing to tell, and may be gone."""
    panes = Panes(PLAN)
    group, ripples = panes.group({}), Ripples(panes)
    panes.restore_period(group, PLAN.calendar.all_time, {slot_of("inquiry_open.count"): count, 5: 1})
    ripples.resume()
    ripples.turn(0, NOW_US)

    assert is_due == (NOW in group.changed)


def test_in_the_engine() -> None:
    """A win of February that comes in March changes March's growth, though no fact of March came."""
    desk = Desk()
    desk.take("2026-03-04T10:00:00Z", fact("deal_won", "2026-03-02T10:00:00Z", 10_000_000))
    desk.take("2026-03-04T10:00:00Z", fact("deal_won", "2026-02-02T10:00:00Z", 5_000_000))
    desk.tick("2026-03-04T10:00:00Z")
    assert (1.0, 1) == desk.shown("sales_growth|month:2026-03|")
    desk.take("2026-03-04T10:05:00Z", fact("deal_won", "2026-02-03T10:00:00Z", 5_000_000))
    desk.tick("2026-03-04T10:05:00Z")

    assert (0.0, 2) == desk.shown("sales_growth|month:2026-03|")
