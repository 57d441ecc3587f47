"""An absence rule made ready: what it is about, and its deadlines."""

from typing import Any

import pytest

from processors.waiting.absence import Absence
from processors.working_time.business_time import BusinessTime
from schemas.catalogs.working_hours import working_week
from schemas.waiting import SPANS_MAX, Waiting
from tests.oracle.moments import HOUR_US, instant
from tests.processors.overdue_floor import rules_of

OFFICE = BusinessTime("UTC", working_week())
MONDAY = "2026-11-23T"


def absence(rule: str, working: BusinessTime = OFFICE) -> Absence:
    """Return a rule made ready."""
    return Absence("r", rules_of(r=rule)["r"], working)


def waiting(**more: Any) -> Waiting:
    """Return a deal that waits."""
    row = {
        "kind": "deal",
        "account": "acme",
        "id": "d1",
        "spans": (),
        "rep": "ann",
        "team": "north",
        "dims": {},
    }
    return Waiting(**{**row, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("where", "row", "about"),
    [
        ("", waiting(), True),
        ("", waiting(kind="quote"), False),
        ("team: north", waiting(), True),
        ("team: [south, east]", waiting(), False),
        ("rep: ann", waiting(rep=None), False),
        ("stage: [new, offer]", waiting(dims={"stage": "offer"}), True),
        ("stage: offer", waiting(), False),
        ("stage: offer, team: south", waiting(dims={"stage": "offer"}), False),
    ],
)
def test_what_it_is_about(where: str, row: Waiting, about: bool) -> None:
    """Its kind, and one of the values of each field that it names; what is not known is none of them."""
    rule = absence(f"kind: deal, limits: {{info: 1h}}, where: {{{where}}}")

    assert about == rule.is_about(row)


@pytest.mark.parametrize(
    ("business", "since", "limit", "due"),
    [
        (False, f"{MONDAY}17:30:00Z", "1h", f"{MONDAY}18:30:00Z"),
        (True, f"{MONDAY}09:00:00Z", "1h", f"{MONDAY}10:00:00Z"),
        (True, f"{MONDAY}17:30:00Z", "1h", "2026-11-24T09:30:00Z"),
        (True, "2026-11-20T17:59:00Z", "2m", f"{MONDAY}09:01:00Z"),  # over a weekend
        (True, "2026-11-21T12:00:00Z", "1h", f"{MONDAY}10:00:00Z"),  # it came on Saturday
        (True, f"{MONDAY}03:00:00Z", "9h", f"{MONDAY}18:00:00Z"),  # at the end of work, not the next morning
    ],
)
def test_deadlines(business: bool, since: str, limit: str, due: str) -> None:
    """By the clock, or by the hours in which people work: nine to six."""
    rule = absence(f"kind: deal, business: {str(business).lower()}, limits: {{info: {limit}}}")
    (level,) = rule.levels

    found = rule.deadline_us(instant(since), level)

    assert instant(due) == found
    assert level.limit_us == rule.waited_us(instant(since), found)


def test_where_nobody_works_nothing_is_due() -> None:
    """A calendar without working hours has no deadlines in working time."""
    rule = absence("kind: deal, business: true, limits: {info: 1h}", BusinessTime("UTC", {}))

    assert rule.deadline_us(0, rule.levels[0]) is None
    assert rule.level_at(0, 10**18) is None
    assert not rule.was_overdue(((0, None),), 10**15)


def test_levels() -> None:
    """The most severe limit that was reached counts; reaching it is enough."""
    rule = absence("kind: deal, limits: {info: 1h, critical: 3h}")

    reached = [rule.level_at(0, hours * HOUR_US - early) for hours in (1, 3) for early in (1, 0)]
    assert [None, "info", "info", "critical"] == [one and one.severity for one in reached]
    assert ["critical", None, "info"] == [
        above and above.severity for above in map(rule.above, ("info", "critical", "warning"))
    ]


@pytest.mark.parametrize(
    ("spans", "at_h", "overdue"),
    [
        ([], 5, False),
        ([(0, None)], 1, True),
        ([(0, None)], 0, False),
        ([(0, 5)], 1, True),
        ([(0, 1)], 1, False),
        ([(0, 5)], 5, False),
        ([(0, 5), (6, None)], 6, False),
        ([(0, 5), (6, None)], 7, True),
        ([(9 + n, 9 + n) for n in range(SPANS_MAX)], 5, True),
        ([(9 + n, 9 + n) for n in range(SPANS_MAX - 1)], 5, False),
    ],
)
def test_was_overdue(spans: list[tuple[int, int | None]], at_h: int, overdue: bool) -> None:
    """At a moment it had waited for an hour and went on; done at the limit is in time; what is forgotten stands."""
    rule = absence("kind: deal, limits: {warning: 1h}")
    found = tuple((since * HOUR_US, None if until is None else until * HOUR_US) for since, until in spans)

    assert overdue == rule.was_overdue(found, at_h * HOUR_US)


def test_the_hash() -> None:
    """It is another when anything about the rule is."""
    rules = ["info: 1h", "info: 2h", "warning: 1h", "info: 1h}, owner: x, labels: {a: b"]

    assert len(rules) == len({absence(f"kind: deal, limits: {{{one}}}").hash for one in rules})


@pytest.mark.parametrize(
    ("since", "limit", "due"),
    [
        (f"{MONDAY}10:00:00Z", "1h", f"{MONDAY}11:00:00Z"),
        (f"{MONDAY}17:30:00Z", "1h", "2026-11-24T09:00:00Z"),
        (f"{MONDAY}17:00:00Z", "1h", "2026-11-24T09:00:00Z"),
        (f"{MONDAY}06:00:00Z", "1h", f"{MONDAY}09:00:00Z"),
        ("2026-11-20T17:30:00Z", "24h", f"{MONDAY}09:00:00Z"),
    ],
    ids=["at work", "after work: the next morning", "at its end", "before work", "over the weekend"],
)
def test_deadlines_in_business_hours_only(since: str, limit: str, due: str) -> None:
    """By the wall clock, and not before work begins."""
    rule = absence(f"kind: lead, limits: {{warning: {limit}}}, only_in_business_hours: true")

    assert instant(due) == rule.deadline_us(instant(since), rule.levels[0])


def test_working_time_ends_in_working_hours() -> None:
    """Asking for both is asking for working time."""
    rule = absence("kind: lead, limits: {warning: 1h}, business: true, only_in_business_hours: true")

    assert instant(f"{MONDAY}18:00:00Z") == rule.deadline_us(instant(f"{MONDAY}17:00:00Z"), rule.levels[0])


def test_what_a_rule_does_not_say_does_not_change_it() -> None:
    """Words that the grammar learned later leave a rule what it was: its alerts are not judged anew."""
    known = "5e5e47b3df1019f9"

    assert known == absence("kind: lead, limits: {warning: 1h}").hash
    assert known != absence("kind: lead, limits: {warning: 1h}, renotify: 1h").hash
    assert known != absence("kind: lead, limits: {warning: 1h}, only_in_business_hours: true").hash
