"""Facts come into the panes when a window can be asked for them; how is in `test_panes.py`."""

import pytest

from processors.publishing.outflow import KpiTopics
from processors.rollup import Rollup
from tests.oracle.telling import event
from tests.processors.engine import Engine, fact, plan

ROWS = [
    [0, *fact("call", f"2026-01-{day}T{hour:02}:{minute:02}:00Z")]
    for day in (24, 25, 27)
    for hour in range(24)
    for minute in (0, 5, 20, 40)
]


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Asia/Kolkata", "Europe/Amsterdam"])
@pytest.mark.parametrize("batch", [1, 5, 100])
def test_without_a_clock_what_is_recent_waits(zone: str, batch: int) -> None:
    """Facts wait until they are history, by the newest of them, and take no five-minute pane then."""
    own = plan(f"calendar: {{timezone: {zone}}}\n")
    whole, by_parts = (Rollup(own, KpiTopics("kpis", "history", 1)) for _ in range(2))
    whole.add(ROWS)
    whole.inflow.flush()
    for start in range(0, len(ROWS), batch):
        by_parts.add(ROWS[start : start + batch])
        by_parts.settle()
        assert {} == by_parts.panes.fines

    assert by_parts.inflow.waiting == 1
    by_parts.inflow.flush()
    assert cells(whole) == cells(by_parts)
    assert {24 * 4} == {len(group.fines) for group in by_parts.panes.groups.values()}


def test_facts_of_who_waits_come_into_the_panes_at_once() -> None:
    """In all tiers, with those of others in between; until then only those whose turn it was have theirs."""
    own = plan("")
    whole, waiting = (Rollup(own, KpiTopics("kpis", "history", 1)) for _ in range(2))
    for rollup in (whole, waiting):
        rollup.panes.pane_now = ROWS[-1][2]
        rollup.inflow.flush()
    ann = waiting.panes.group({"rep": "ann"})
    for start in range(0, len(ROWS), 7):
        some = ROWS[start : start + 7]
        whole.add(some)
        whole.inflow.flush()
        waiting.add(some)
        waiting.inflow.distribute()
        for group in [group for group in waiting.inflow.kept if group is not ann]:
            waiting.inflow.flush_group(group)
        assert not ann.periods
        assert ann not in waiting.panes.changed
        assert cells(whole)[""] == cells(waiting)[""]
    assert 1 == waiting.inflow.waiting

    waiting.inflow.flush()
    assert cells(whole) == cells(waiting)
    assert whole.panes.fines.keys() == waiting.panes.fines.keys()
    changed = [rollup.panes.groups["rep=ann"].changed for rollup in (whole, waiting)]
    assert changed[0] == changed[1] != {}
    assert 0 == waiting.inflow.waiting


def cells(rollup: Rollup) -> dict[str, object]:
    """Return the hours and periods of all groups."""
    return {text: (group.hours, group.periods) for text, group in rollup.panes.groups.items()}


def test_what_distinct_accounts_leave_behind_changes_no_period() -> None:
    """Acme ordered yesterday and does today: of yesterday nothing is told again, of the week what counts orders."""
    engine = Engine()
    engine.say("2026-03-03T12:00:00Z", event("order.placed", "2026-03-03T10:00:00Z", order="a", amount=1))
    at = "2026-03-04T12:00:00Z"
    engine.tick(at)
    keys = [
        f"{kpi}|{window}|"
        for kpi in ("active_customers", "purchase_frequency")
        for window in ("day:2026-03-03", "day:2026-03-04", "week:2026-W10", "rolling_7d")
    ]
    before = [key.encode() in engine.cluster.kpis and engine.record(key)["revision"] for key in keys]
    engine.say(at, event("order.placed", "10:00", order="b", amount=1))

    changed = [engine.record(key)["revision"] != old for key, old in zip(keys, before, strict=True)]
    assert [False, True, False, True, False, True, True, True] == changed
    assert [(1, 1), (1, 1), (1, 1), (1, 1)] == [engine.shown(key) for key in keys[:4]]
    rollup = engine.cluster.slots["rollup", 0].processor
    assert engine.record(keys[0])["final"]
    assert 0 == rollup.stats["corrections"]
