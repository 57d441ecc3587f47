"""What is behind its retention is forgotten, in memory and in the changelog, and its keys are taken away."""

import pytest

from processors.partition import StateItem
from tests.processors.engine import Desk, fact
from tests.processors.test_panes import CALLS, cells


@pytest.mark.parametrize(
    ("tier", "at", "kept", "gone"),
    [
        # panes of five minutes for 26 h, hours for 46 days, behind the newest fact
        ("fine", "2026-03-04T11:00:00Z", "2026-03-03T09:05:00Z", "2026-03-03T09:00:00Z"),
        ("hour", "2026-03-04T11:00:00Z", "2026-01-17T12:00:00Z", "2026-01-17T11:59:59Z"),
        ("day", "2026-03-04T11:00:00Z", "2023-12-26T00:00:00Z", "2023-12-25T23:59:59Z"),
    ],
)
@pytest.mark.parametrize("before", [False, True])
def test_retention(tier: str, at: str, kept: str, gone: str, before: bool) -> None:
    """Cells behind the retention of their tier are forgotten, and none are made for facts that come later."""
    desk = Desk()
    old = [fact("call", kept), fact("call", gone)]
    newest = fact("call", at)
    for row in [*old, newest] if before else [newest, *old]:
        desk.take(at, row)
        desk.rollup.inflow.flush()
    desk.rollup.panes.expire()

    group = desk.rollup.panes.group({})
    found = {"fine": len(group.fines), "hour": len(group.hours), "day": len(cells(desk)["day"])}
    assert 2 == found[tier]
    assert 3 == group.periods[desk.plan.calendar.all_time][CALLS]


def test_what_expires_leaves_the_changelog() -> None:
    """An hour has a record of its own for 26 h, a day for 800 days behind the newest fact; then tombstones.

    What the day was to its year, which is reported still, is in a record of its own until that has left too.
    """
    desk = Desk()
    desk.take("2026-03-04T10:00:00Z", fact("call", "2026-03-04T10:00:00Z"))
    found = {}
    for at in (
        "2026-03-05T11:55:00Z",
        "2026-03-05T13:05:00Z",
        "2028-05-11T23:55:00Z",
        "2028-05-12T00:05:00Z",
        "2029-03-11T00:05:00Z",
    ):
        desk.take(at, fact("call", at, rep="bob", team="south"))
        desk.tick(at)
        desk.checkpoint()
        found[at] = tiers(desk.log, "rep=ann")

    assert [{"h", "d", "e"}, {"d", "e"}, {"d", "e"}, {"o", "e"}, {"e"}] == [*found.values()]


def tiers(log: list[StateItem], text: str) -> set[str]:
    """Return the tiers of a group's records that compaction would leave."""
    left = {key.decode() for key, value in dict(log).items() if value is not None}
    return {key.partition("|")[0] for key in left if key.endswith(f"|{text}")}


def test_a_period_leaves_with_its_last_day() -> None:
    """A closed year is told by a tombstone once all its days are behind the retention, not before."""
    desk = Desk()
    desk.take("2026-03-04T10:00:00Z", fact("call", "2026-03-04T10:00:00Z"))
    desk.tick("2026-03-04T10:05:00Z")
    assert (1, 1) == desk.shown("calls|year:2026|")

    desk.take("2029-03-09T10:00:00Z", fact("call", "2029-03-09T10:00:00Z"))
    desk.tick("2029-03-09T10:05:00Z")
    assert (1, 1) == desk.shown("calls|year:2026|")
    assert None is desk.shown("calls|month:2026-03|")

    desk.take("2029-03-10T10:00:00Z", fact("call", "2029-03-10T10:00:00Z"))
    desk.tick("2029-03-10T10:05:00Z")
    assert None is desk.shown("calls|year:2026|")
    assert (3, 3) == desk.shown("calls|all_time|")
