"""Events that come late: alerts are taken back, become milder, older, or others'."""

from tests.processors.overdue_floor import MINUTE_US, START_US, assert_trustworthy, rules_of, states
from tests.processors.overdue_place import DAY, floor, heard, received


def test_a_late_answer_in_time_takes_it_back() -> None:
    """Fired, then heard that it had been answered at 40 minutes: resolved with its own reason, as if it never was."""
    place = floor()
    received(place)
    place.clock(61)

    assert [("resolved", "warning", "answered_in_time")] == heard(place, 62, "inquiry.answered", 40)
    (alert,) = place.alerts.values()
    assert (alert["starts_at"], 2400) == (alert["ends_at"], alert["value"])
    assert "was answered in time, after 40 min: the event came late" in alert["summary"]


def test_a_late_answer_after_the_limit_resolves_it() -> None:
    """Answered at 70 minutes, heard at 90: it was right, and is over since minute 70."""
    place = floor()
    received(place)
    place.clock(61)

    assert [("resolved", "warning", "answered")] == heard(place, 90, "inquiry.answered", 70)
    (alert,) = place.alerts.values()
    assert ("2026-11-23T10:10:00Z", "2026-11-23T10:30:00Z", 4200) == (
        alert["ends_at"], alert["updated_at"], alert["value"],
    )  # fmt: skip


def test_what_is_resolved_can_still_be_taken_back() -> None:
    """Answered late, so it seemed; then an earlier answer is heard of."""
    place = floor()
    received(place)
    place.clock(61)
    heard(place, 70, "inquiry.answered", 70)

    assert [("resolved", "warning", "answered_in_time")] == heard(place, 80, "inquiry.answered", 40)
    assert [] == heard(place, 81, "inquiry.answered", 41)


def test_answered_in_time_and_asked_again() -> None:
    """Taken back when the late events come, though something waits; that fires for itself, a new episode."""
    place = floor()
    received(place)
    place.clock(61)

    place.append("inquiry.answered", START_US + 40 * MINUTE_US, "acme", conversation="c1", rep="ann")
    assert [("resolved", "warning", "answered_in_time")] == heard(place, 62, "inquiry.received", 50)
    assert [] == place.clock(109)
    (message,) = place.clock(110)
    assert message.record is not None
    assert ("overdue", "2026-11-23T10:50:00Z") == (message.reason, message.record["starts_at"])


def test_a_late_inquiry_makes_it_older() -> None:
    """An earlier one that comes late fires at once, when that has waited for an hour."""
    place = floor()
    received(place, 30)
    place.clock(50)
    assert [] == heard(place, 50, "inquiry.received", -20)

    (message,) = place.clock(51)
    assert message.record is not None
    assert "2026-11-23T09:40:00Z" == message.record["starts_at"]


def test_a_late_answer_makes_it_less_severe() -> None:
    """Critical, but an answer to the first of two inquiries comes late: the second waits for less than a day."""
    place = floor()
    received(place)
    heard(place, 10, "inquiry.received", 10)
    place.clock(DAY + 1)

    place.append("inquiry.answered", START_US + 5 * MINUTE_US, "acme", conversation="c1", rep="ann")
    place.track()
    assert [("firing", "warning", "deescalated")] == states(place.judge())
    assert [("firing", "critical", "escalated")] == states(place.clock(DAY + 10))


def test_a_late_answer_before_the_higher_limit_ends_it_with_the_lower() -> None:
    """A day old when heard of, critical at once; the answer came after 20 hours: a warning, by the warning's limit."""
    place = floor()
    place.now_us = START_US
    heard(place, 0, "inquiry.received", -30 * 60)
    assert [("firing", "critical", "overdue")] == states(place.clock(0))

    assert [("resolved", "warning", "answered")] == heard(place, 1, "inquiry.answered", -10 * 60)
    (alert,) = place.alerts.values()
    assert ("2026-11-22T23:00:00Z", 72_000, 3_600) == (
        alert["ends_at"], alert["value"], alert["threshold"],
    )  # fmt: skip
    assert [("late", "warning", "resolved")] == [label for label, n in place.overdue.alerts.items() if n]


def test_answered_at_the_higher_limit_it_was_never_critical() -> None:
    """What is done at a limit is done in time, whoever heard of it first."""
    place = floor()
    received(place)
    place.clock(DAY)

    assert [("resolved", "warning", "answered")] == heard(place, DAY + 1, "inquiry.answered", DAY)


def test_an_earlier_answer_still_makes_the_end_milder() -> None:
    """Whatever the order of two answers, over restarts too; a third that changes no level is no news."""
    place = floor(durable=True)
    received(place)
    place.clock(DAY + 30)
    assert [("resolved", "critical", "answered")] == heard(place, DAY + 31, "inquiry.answered", DAY + 20)

    place.restart()
    assert [("resolved", "warning", "answered")] == heard(place, DAY + 32, "inquiry.answered", 20 * 60)
    place.restart()
    assert [] == heard(place, DAY + 33, "inquiry.answered", 19 * 60)
    assert [("resolved", "warning", "answered_in_time")] == heard(place, DAY + 34, "inquiry.answered", 30)
    assert_trustworthy(place.messages)


def test_what_was_critical_and_answered_in_time_is_held_to_the_first_limit() -> None:
    """It was within that one, so the record has it and its severity."""
    place = floor()
    received(place)
    place.clock(DAY + 1)

    assert [("resolved", "warning", "answered_in_time")] == heard(place, DAY + 2, "inquiry.answered", 40)
    (alert,) = place.alerts.values()
    assert (2_400, 3_600) == (alert["value"], alert["threshold"])


def test_other_limits_alone_change_no_end() -> None:
    """A changed rule does not judge again what is over; only an earlier answer does."""
    place = floor(durable=True)
    received(place)
    place.clock(DAY)
    heard(place, DAY + 1, "inquiry.answered", DAY + 1)
    place.restart(rules_of(late="kind: inquiry, limits: {warning: 1h, critical: 48h}"))

    assert [] == heard(place, DAY + 2, "inquiry.received", DAY + 2)
