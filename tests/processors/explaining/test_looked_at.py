"""Of a fact what a formula makes of it: working time, and whether it is in the share."""

from processors.explaining.fact_ledger import Told
from processors.explaining.inquiry import Question
from schemas.fact import MICRO
from tests.oracle.telling import event
from tests.processors.engine import plan
from tests.processors.explaining.test_inquiry import explained

OWN = plan(
    "calendar: {timezone: UTC, working_hours: '09:00-18:00'}\n"
    "kpis:\n"
    "  worked: {label: W, unit: seconds, mean: {of: response, business: true}}\n"
    "  within: {label: S, unit: ratio, share: {of: response, at_most_s: 3600, business: true}}\n"
    "  soon: {label: S, unit: ratio, share: {of: response, at_most_s: 3600}}\n"
    "  by_phone: {label: P, unit: ratio,\n"
    "    share: {of: response, among: {rep: ann}, where: {channel: phone}}}\n"
)
FRIDAY, MONDAY = "2026-05-29T17:50:00Z", "2026-06-01T09:10:00Z"
EVENTS = [
    event("inquiry.received", FRIDAY, conversation="a"),
    event("inquiry.answered", MONDAY, conversation="a", rep="ann", channel="phone"),
    event("inquiry.received", MONDAY, conversation="b"),
    event("inquiry.answered", "2026-06-01T12:10:00Z", conversation="b", rep="ann"),
    event("inquiry.received", MONDAY, conversation="c"),
    event("inquiry.answered", "2026-06-01T12:10:00Z", conversation="c", rep="bob", channel="phone"),
]


def facts(kpi: str) -> list[Told]:
    """Return what is said of the facts behind a KPI of the company."""
    return sorted(
        explained(Question(kpi, "month", "2026-06", {}), *EVENTS, catalog=OWN).facts,
        key=lambda told: told.given_by.where,
    )


def test_working_time() -> None:
    """Twenty minutes of a weekend; the sum of what is shown is the sum in the formula."""
    part = explained(Question("worked", "month", "2026-06", {}), *EVENTS, catalog=OWN)
    worked = [told.working_us for told in part.facts if told.working_us is not None]

    assert [20 * 60 * MICRO, 3 * 3_600 * MICRO] == sorted(worked)[:2]
    assert part.record is not None
    assert part.record["value"] == sum(worked) / len(worked) / MICRO
    assert {None} == {told.working_us for told in facts("soon")}


def test_in_the_share() -> None:
    """By the time that counts; where facts are looked at by a condition, the others are not shown."""
    assert [True, False, False] == [told.in_share for told in facts("within")]
    assert [False, False, False] == [told.in_share for told in facts("soon")]
    assert [True, False] == [told.in_share for told in facts("by_phone")]
    assert [None] * 3 == [told.in_share for told in facts("worked")]
