"""Rules that changed, went and came back, and another calendar."""

import pytest

from processors.working_time.business_time import BusinessTime
from schemas.catalogs.working_hours import working_week
from tests.processors.overdue_floor import MINUTE_US, assert_trustworthy, rules_of, states
from tests.processors.overdue_place import INQUIRY, OVERDUE, WEEK, floor, heard, received

CRITICAL_SOON = "kind: inquiry, limits: {warning: 30m, critical: 45m}"


@pytest.mark.parametrize(
    ("change", "told", "later"),
    [
        ({"late": INQUIRY}, [], ["escalated"]),
        ({"late": "kind: inquiry, limits: {warning: 2h}"}, [("resolved", "warning", "rule_changed")], ["overdue"]),
        ({"late": CRITICAL_SOON}, [("firing", "critical", "rule_changed")], []),
        ({"late": f"{INQUIRY}, where: {{team: south}}"}, [("resolved", "warning", "rule_changed")], ["expired"]),
        ({"late": "kind: quote, limits: {warning: 2h}"}, [("resolved", "warning", "rule_removed")], ["expired"]),
        ({}, [("resolved", "warning", "rule_removed")], ["expired"]),
    ],
)  # fmt: skip
def test_a_changed_rule(change: dict[str, str], told: list[tuple[str, str, str]], later: list[str]) -> None:
    """An open alert is judged again by what the rule says now; without a rule it is closed, and in a week forgotten."""
    place = floor(durable=True)
    received(place)
    place.clock(61)
    place.restart(rules_of(**change))
    before = len(place.messages)

    place.settle()
    assert told == states(place.messages[before:])
    assert later == [message.reason for message in place.clock(61 + WEEK + 5)]
    assert_trustworthy(place.messages)


def test_a_rule_that_is_gone_and_comes_back() -> None:
    """What waits still fires again, as another episode, though no event came in between."""
    place = floor(durable=True)
    received(place)
    place.clock(61)
    place.restart({})
    place.settle()
    place.restart(rules_of(late=INQUIRY))
    place.settle()
    place.settle()

    assert ["overdue", "rule_removed", "overdue"] == [message.reason for message in place.messages]
    assert_trustworthy(place.messages)


def test_after_a_change_an_answer_is_judged_by_the_new_limit() -> None:
    """Fired at an hour, now the limit is two: an answer at three hours was too late."""
    place = floor(durable=True)
    received(place)
    place.clock(121)
    place.restart(rules_of(late="kind: inquiry, limits: {warning: 2h}"))
    place.settle()

    assert [("resolved", "warning", "answered")] == heard(place, 180, "inquiry.answered", 180)


@pytest.mark.parametrize("counts", ["business: true", "only_in_business_hours: true"])
def test_another_calendar(counts: str) -> None:
    """What is not overdue by the new working hours is closed at the start, and not as answered in time; it may fire anew."""
    place = floor(durable=True, late=f"{INQUIRY}, {counts}")
    received(place)
    place.clock(61)
    place.working = BusinessTime("UTC", working_week(hours=["14:00-20:00"]))
    place.restart(place.rules)
    before = len(place.messages)

    place.settle()
    assert [("resolved", "warning", "rule_changed")] == states(place.messages[before:])
    assert [OVERDUE] == states(place.clock(361))
    assert_trustworthy(place.messages)


def test_the_same_calendar_with_the_clock_set_back() -> None:
    """It was overdue, whatever the clock says now."""
    place = floor(durable=True, late=f"{INQUIRY}, business: true")
    received(place)
    place.clock(61)
    place.now_us -= 30 * MINUTE_US
    place.restart(place.rules)
    before = len(place.messages)

    place.settle()
    assert [] == place.messages[before:]


# What is odd
