"""Baselines: since when a group has a history of days without a fact."""

import pytest

from tests.processors.engine import Desk, fact, plan

MONDAYS = [f"2025-11-{day:02}T09:00:00Z" for day in (3, 10, 17, 24)]
CALLS = [fact("call", at, 60_000_000, channel="phone") for at in MONDAYS]
TAKEN_BACK = fact("call", MONDAYS[0], 60_000_000, sign=-1, channel="phone")


@pytest.mark.parametrize("told", ["2025-11-24T12:00:00Z", "2025-11-25T12:00:00Z"])
def test_a_day_that_was_taken_back_does_not_begin_a_group(told: str) -> None:
    """The mean of a running day, and of one that is over, is that of who never heard of the fact."""
    ever, never = Desk(), Desk()
    ever.take(MONDAYS[0], CALLS[0])
    ever.take(MONDAYS[1], TAKEN_BACK)
    for desk in (ever, never):
        desk.take(MONDAYS[2], CALLS[2])
        desk.take(MONDAYS[3], CALLS[3])
        desk.tick(told)

    said = [desk.kpis["calls|day:2025-11-24|rep=ann"]["baseline"] for desk in (ever, never)]
    assert [1.0, 1.0] == said


def test_days_without_a_fact_count_from_the_first_with_one() -> None:
    """Of four Mondays the group was there on three, and called on two."""
    desk = Desk()
    desk.take(MONDAYS[0], CALLS[0])
    desk.take(MONDAYS[2], CALLS[2])
    desk.take(MONDAYS[3], CALLS[3])
    desk.tick("2025-11-24T12:00:00Z")

    assert pytest.approx(2 / 3) == desk.kpis["calls|day:2025-11-24|rep=ann"]["baseline"]


def test_a_day_that_begins_within_an_hour() -> None:
    """At five past midnight in India nothing is compared with Monday's whole day any more."""
    desk = Desk(plan("calendar: {timezone: Asia/Kolkata}"))
    for at in MONDAYS:
        desk.take(at, fact("call", at))
    key = "calls|day:2025-11-{}|rep=ann"
    desk.tick("2025-11-24T18:20:00Z")
    assert 1.0 == desk.kpis[key.format(24)]["baseline"]
    desk.take("2025-11-24T18:35:00Z", fact("call", "2025-11-24T18:35:00Z"))
    desk.tick("2025-11-24T18:35:00Z")

    assert "baseline" not in desk.kpis[key.format(25)]
