"""Alerts end with their key, their period, and after a week."""

from processors.publishing.records import rfc3339
from schemas.alert import alert_id
from tests.processors.alert_sequences import kpi_body
from tests.processors.judge_timeline import DECEMBER, MONTH, NORTH, NOVEMBER, SLOW, Timeline, at, states


def test_a_key_that_is_gone() -> None:
    """A tombstone resolves what fires and withdraws what is pending."""
    place = Timeline({"slow-response": SLOW})
    south = NORTH.replace("north", "south")
    place.value(0, 5400)
    place.value(6, 5400)
    place.value(6, 5400, key=south)
    for key in (NORTH, south, "other|rolling_24h|"):
        place.publish(key, None)

    assert states(place.consume()) == [("resolved", "kpi_gone"), ("withdrawn", "kpi_gone")]


def test_periods() -> None:
    """A month's alert ends with the month; the next month is judged for itself, under an id of its own."""
    place = Timeline({"month": MONTH})
    end = rfc3339(at(60))
    (november,) = place.value(0, 0.1, key=NOVEMBER, end=end)
    (december,) = place.value(61, 0.1, key=DECEMBER, end=rfc3339(at(9999)))
    over = place.value(61, 0.11, key=NOVEMBER, end=end)

    assert (november.record or {})["period"] == "2026-11"
    assert november.id != december.id
    assert [(m.id, m.state, m.reason) for m in over] == [(november.id, "resolved", "period_over")]
    assert (over[0].record or {})["ends_at"] == end


def test_the_clock_ends_a_period() -> None:
    """No record has to come for a month to be over."""
    place = Timeline({"month": MONTH})
    place.value(0, 0.1, key=NOVEMBER, end=rfc3339(at(60)))

    assert states(place.clock(59)) == []
    assert states(place.clock(60)) == [("resolved", "period_over")]


def test_closed_periods_are_not_judged() -> None:
    """History that is loaded, corrected or final wakes nobody."""
    place = Timeline({"month": MONTH})
    end = rfc3339(at(60))

    assert place.value(60, 0.1, key=NOVEMBER, end=end) == []
    assert place.value(130, 0.1, key=NOVEMBER, end=end, final=True) == []
    assert place.value(140, 0.05, key=NOVEMBER, end=end) == []
    assert place.value(140, 0.05, key=DECEMBER, final=True) == []
    assert place.judge.stats["watched_keys_now"] == 0


def test_a_late_record_of_a_period_that_is_over() -> None:
    """Computed before the end, read after the clock closed the month: too late."""
    place = Timeline({"month": MONTH})
    place.value(0, 0.1, key=NOVEMBER, end=rfc3339(at(60)))
    place.clock(60)
    place.publish(NOVEMBER, kpi_body(0.05, 9, at(59), at(61) // 1000, end=rfc3339(at(60))))

    assert place.settle() == []


def test_old_alerts_leave_topic_and_changelog() -> None:
    """A resolved alert's record is withdrawn after 7 days, its state forgotten after 7 more."""
    place = Timeline({"slow-response": SLOW.model_copy(update={"for_us": 0})})
    place.value(0, 5400)
    place.value(1, 60)
    assert states(place.clock(7 * 1440 + 1)) == [("withdrawn", "expired")]
    assert place.clock(14 * 1440 + 1) == []

    latest = dict(place.changelog)
    assert latest[alert_id("slow-response", NORTH).encode()] is None
    place.publish(NORTH, None)
    assert place.consume() == []
    assert place.judge.stats["watched_keys_now"] == 0
