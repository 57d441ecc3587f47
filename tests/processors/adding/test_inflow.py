"""Facts come into the panes when a window can be asked for them; how is in `test_panes.py`."""

import pytest

from processors.publishing.outflow import KpiTopics
from processors.rollup import Rollup
from tests.processors.engine import fact, plan

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


def cells(rollup: Rollup) -> dict[str, object]:
    """Return the hours and periods of all groups."""
    return {text: (group.hours, group.periods) for text, group in rollup.panes.groups.items()}
