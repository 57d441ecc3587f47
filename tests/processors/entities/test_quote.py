"""Quotes, by hand: asked for, and sent."""

from typing import Any

import pytest

from processors.entities.quote import DRAFT_SENT, REQUESTED, SENT, Quote, is_over
from processors.entities.timeline import Event, Fact

MINUTE_US = 60_000_000


def event(minute: int, code: int, product: str | None = None, rep: str = "ann") -> Event:
    """Write an event of a quote down."""
    return (minute * MINUTE_US, "s", f"{minute}", code, rep, "north", product, f"m{minute}")


def said(*events: Event, **used: Any) -> list[Fact]:
    """Return the facts of a quote's events."""
    quote, facts = Quote(**used), list[Fact]()
    for one in events:
        quote.step(one, facts, lambda _event, _owner: "")
    return facts


@pytest.mark.parametrize(
    ("events", "turnarounds"),
    [
        ([(0, REQUESTED), (9, SENT)], [(9, 9)]),
        ([(0, REQUESTED), (0, SENT)], [(0, 0)]),
        ([(0, REQUESTED), (3, DRAFT_SENT), (9, SENT), (10, SENT)], [(9, 9)]),
        ([(0, REQUESTED), (5, REQUESTED), (9, SENT)], [(9, 9)]),
        ([(0, SENT), (1, REQUESTED), (9, SENT)], [(9, 8)]),
        ([(0, SENT), (1, REQUESTED)], []),
        ([(0, REQUESTED), (3, DRAFT_SENT)], []),
        ([(0, REQUESTED), (9, SENT), (10, REQUESTED), (20, SENT)], [(9, 9)]),
    ],
)
def test_turnaround(events: list[tuple[int, int]], turnarounds: list[tuple[int, int]]) -> None:
    """From the first request to the first final quote sent at or after it, at the sending."""
    facts = said(*(event(*one) for one in events))

    assert turnarounds == [
        (fact[2] // MINUTE_US, fact[3] // MINUTE_US) for fact in facts if fact[0] == "quote_turnaround"
    ]
    requests = [minute for minute, code in events if code == REQUESTED]
    assert requests[:1] == [fact[2] // MINUTE_US for fact in facts if fact[0] == "quote_requested"]


def test_whose_it_is() -> None:
    """Each fact is for the rep of its event, has its marks, and the product that was heard of last."""
    facts = said(event(0, REQUESTED, "p"), event(1, DRAFT_SENT, "q"), event(2, SENT, rep="bob"))

    assert [
        ("quote_requested", "ann", "north", "m0", "p"),
        ("quote_turnaround", "bob", "north", "m2", "q"),
    ] == [(fact[0], *fact[4:]) for fact in facts]


def test_only_what_is_used_is_said() -> None:
    """What the catalog makes nothing of is not given."""
    assert [] == said(event(0, REQUESTED), event(1, SENT), used=())


@pytest.mark.parametrize(
    ("codes", "over"),
    [
        ([REQUESTED], False),
        ([REQUESTED, DRAFT_SENT], False),
        ([SENT, REQUESTED], False),
        ([REQUESTED, SENT], True),
        ([SENT], True),
        ([DRAFT_SENT], True),
    ],
)
def test_what_is_over(codes: list[int], over: bool) -> None:
    """It was sent after it was asked for, or nobody asked."""
    assert over == is_over([event(minute, code) for minute, code in enumerate(codes)])
