"""Leads, by hand: how they come, who gets in touch, what becomes of them."""

from typing import Any

import pytest

from processors.entities.lead import CONVERTED, CREATED, LOST, QUALIFIED, TOUCHED, Lead, is_over
from processors.entities.timeline import Event, Fact

MINUTE_US = 60_000_000


def event(minute: int, code: int, **given: Any) -> Event:
    """Write an event of a lead down."""
    campaign, channel = given.get("campaign"), given.get("channel")
    rep, filled = given.get("rep", "ann"), given.get("filled", 0)
    return (minute * MINUTE_US, "s", f"{minute}", code, rep, "north", campaign, channel, filled, f"m{minute}")


def said(*events: Event, **used: Any) -> list[Fact]:
    """Return the facts of a lead's events."""
    lead, facts = Lead(**used), list[Fact]()
    for one in events:
        lead.step(one, facts, lambda _event, _owner: "")
    return facts


def of(kind: str, facts: list[Fact]) -> list[tuple[Any, ...]]:
    """Return the facts of a kind: minute, value, rep, dimensions."""
    return [(fact[2] // MINUTE_US, fact[3], fact[4], *fact[7:]) for fact in facts if fact[0] == kind]


CREATE = event(0, CREATED, campaign="c", channel="web", filled=2_000_000)


def test_a_creation() -> None:
    """Of several creations the first counts, with what is filled of its contact."""
    facts = said(CREATE, event(1, CREATED, filled=3_000_000))

    assert [("lead_created", 1, 0, 2_000_000, "ann", "north", "m0", "c", "web")] == facts


@pytest.mark.parametrize(
    ("code", "kind"), [(QUALIFIED, "lead_qualified"), (CONVERTED, "lead_converted"), (LOST, "lead_lost")]
)
def test_what_becomes_of_it_counts_once(code: int, kind: str) -> None:
    """A lead that is qualified, converted or lost again was so before."""
    facts = said(CREATE, event(5, code, rep="bob"), event(6, code))

    assert [(5, None, "bob", "c", "web")] == of(kind, facts)
    assert [] == of(kind, said(CREATE, event(5, code), used={"lead_created"}))


@pytest.mark.parametrize(
    ("events", "converted"),
    [
        ([CREATE, event(5, CONVERTED, rep="bob", channel="x")], 1),
        ([CREATE, event(5, LOST), event(6, CONVERTED), event(7, CONVERTED)], 1),
        ([event(-1, CONVERTED), CREATE], 1),
        ([event(-2, CONVERTED), event(-1, CONVERTED), CREATE, event(3, CREATED)], 1),
        ([event(-2, CONVERTED)], 0),
        ([CREATE, event(5, QUALIFIED)], 0),
    ],
)
def test_the_cohort(events: list[Event], converted: int) -> None:
    """A lead that was converted some time counts at its creation, for those it was then."""
    assert [(0, None, "ann", "c", "web")] * converted == of("lead_cohort_converted", said(*events))


def test_dimensions_come_from_earlier_events() -> None:
    """What a conversion doesn't say is the latest that the lead's earlier events said."""
    events = (CREATE, event(1, QUALIFIED, campaign="d"), event(2, CONVERTED, channel="phone"))

    assert [(2, None, "ann", "d", "phone")] == of("lead_converted", said(*events))
    assert [(2, None, "ann", None, "phone")] == of("lead_converted", said(events[2]))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([CREATE, event(9, TOUCHED, rep="bob")], [(9, 9 * MINUTE_US, "bob", "c", "web")]),
        ([CREATE, event(9, TOUCHED, channel="phone")], [(9, 9 * MINUTE_US, "ann", "c", "phone")]),
        ([CREATE, event(0, TOUCHED)], [(0, 0, "ann", "c", "web")]),
        ([event(-1, TOUCHED), CREATE], []),
        (
            [CREATE, event(1, QUALIFIED, channel="x"), event(9, TOUCHED)],
            [(9, 9 * MINUTE_US, "ann", "c", "x")],
        ),
    ],
)
def test_the_response(events: list[Event], expected: list[tuple[Any, ...]]) -> None:
    """A touch at or after the creation answers it; what the touch doesn't say, the lead's events before it did."""
    assert expected == of("lead_response", said(*events))


def test_a_touch_says_nothing_of_the_lead() -> None:
    """What a call was by is not the way the lead came."""
    facts = said(event(0, CREATED), event(1, TOUCHED, campaign="x", channel="phone"), event(2, CONVERTED))

    assert [(2, None, "ann", None, None)] == of("lead_converted", facts)


@pytest.mark.parametrize(
    ("codes", "over"),
    [([CREATED, QUALIFIED], False), ([CREATED, CONVERTED, TOUCHED], True), ([LOST, CREATED], True)],
)
def test_what_is_over(codes: list[int], over: bool) -> None:
    """It was converted or lost."""
    assert over == is_over([event(minute, code) for minute, code in enumerate(codes)])
