"""Deals, by hand: who owns them, through which stages they go, how they end."""

from typing import Any

import pytest

from processors.entities.deal import (
    AMOUNT_CHANGED,
    CANCELED,
    CREATED,
    FOLLOWED_UP,
    LOST,
    OWNER_CHANGED,
    REOPENED,
    STAGE_CHANGED,
    WON,
    Deal,
)
from processors.entities.timeline import Event, Fact

MINUTE_US = 60_000_000
PAIRS = (("new", "offer"), ("offer", "talks"))


def event(minute: int, code: int, **given: Any) -> Event:
    """Write an event of a deal down."""
    names = ("rep", "team", "from_stage", "stage", "amount", "product", "segment", "region")
    return (
        minute * MINUTE_US,
        "s",
        f"{minute}",
        code,
        *(given.get(name) for name in names),
        given.get("marks", ""),
    )


def said(*events: Event) -> list[Fact]:
    """Return the facts that remain of a deal's events, taken in this order."""
    deal, facts, net = Deal(PAIRS), list[Fact](), dict[Fact, int]()
    for one in events:
        deal.step(one, facts, lambda _event, owner: f"team of {owner}")
    for fact in facts:
        net[(fact[0], *fact[2:])] = net.get((fact[0], *fact[2:]), 0) + fact[1]
    return [fact for fact, n in net.items() for _ in range(n)]


def of(kind: str, *events: Event) -> list[tuple[Any, ...]]:
    """Return the facts of a kind: time, value, rep, team, dimensions."""
    return [(*fact[1:5], *fact[6:]) for fact in said(*events) if fact[0] == kind]


CREATE = event(0, CREATED, rep="ann", team="north", stage="new", product="p", segment="s", region="r")


def test_a_creation() -> None:
    """It is counted, enters its stage, and is a transition from null."""
    rest = (0, None, "ann", "north", "")
    assert [
        ("deal_created", *rest, "p", "s", "r"),
        ("stage_transition", *rest, None, "new"),
        ("stage_entered", *rest, "new", "offer"),
    ] == said(CREATE)


def test_of_several_creations_the_first() -> None:
    """Later ones count for nothing but the owner and the amount that they carry."""
    again = event(5, CREATED, rep="bob", stage="offer", amount=7)
    facts = said(CREATE, again, event(10, WON))

    assert 1 == sum(fact[0] == "deal_created" for fact in facts)
    assert 1 == sum(fact[0] == "stage_transition" for fact in facts)
    assert [(10 * MINUTE_US, 7, "bob", "team of bob", "", "p", "s", "r")] == [
        f[1:] for f in facts if f[0] == "deal_won"
    ]


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        ([(WON)], ["deal_won"]),
        ([LOST], ["deal_lost"]),
        ([CANCELED], ["deal_canceled"]),
        ([LOST, WON], ["deal_won"]),
        ([WON, LOST], ["deal_lost"]),
        ([WON, WON], ["deal_won"]),
        ([WON, REOPENED], []),
        ([REOPENED], []),
        ([WON, REOPENED, CANCELED], ["deal_canceled"]),
    ],
)
def test_the_last_decision_decides(events: list[int], kinds: list[str]) -> None:
    """Whether, when, for whom and for how much: the last of won, lost, canceled, reopened."""
    facts = said(CREATE, *(event(10 * n, code, rep=f"rep {n}") for n, code in enumerate(events, 1)))
    decided = [fact for fact in facts if fact[0] in ("deal_won", "deal_lost", "deal_canceled")]

    assert kinds == [fact[0] for fact in decided]
    assert [(10 * len(events) * MINUTE_US, f"rep {len(events)}")] * len(kinds) == [
        (fact[1], fact[3]) for fact in decided
    ]


@pytest.mark.parametrize(
    ("events", "amount"),
    [
        ([event(1, WON)], 0),
        ([event(1, WON, amount=5)], 5),
        ([event(1, AMOUNT_CHANGED, amount=5), event(2, WON)], 5),
        ([event(1, AMOUNT_CHANGED, amount=5), event(2, WON, amount=6)], 6),
        ([event(1, AMOUNT_CHANGED, amount=5), event(2, AMOUNT_CHANGED, amount=4), event(3, WON)], 4),
        ([event(1, WON, amount=6), event(2, AMOUNT_CHANGED, amount=5)], 6),
        ([event(1, LOST, amount=6), event(2, WON)], 6),
        ([event(1, WON, amount=6), event(2, REOPENED, amount=3), event(3, WON)], 3),
    ],
)
def test_the_amount(events: list[Event], amount: int) -> None:
    """The decision's own, else the latest that was said before it, else 0."""
    assert [amount] == [fact[1] for fact in of("deal_won", CREATE, *events)]


@pytest.mark.parametrize(
    ("events", "rep", "team"),
    [
        ([event(9, WON)], "ann", "team of ann"),
        ([event(9, WON, rep="eve", team="south")], "eve", "south"),
        ([event(9, WON, team="south")], "ann", "south"),
        ([event(5, OWNER_CHANGED, rep="bob", team="west"), event(9, WON)], "bob", "team of bob"),
        (
            [event(5, STAGE_CHANGED, rep="eve", team="west", stage="offer"), event(9, WON)],
            "ann",
            "team of ann",
        ),
        ([event(9, WON), event(10, OWNER_CHANGED, rep="bob")], "ann", "team of ann"),
    ],
)
def test_whose_it_is(events: list[Event], rep: str, team: str) -> None:
    """Without a rep it is the owner's: the rep of the last created or owner_changed before it."""
    assert [(rep, team)] == [fact[2:4] for fact in of("deal_won", CREATE, *events)]


def test_dimensions_come_from_earlier_events() -> None:
    """What the decision doesn't say is the latest that the deal's earlier events said."""
    events = (CREATE, event(1, STAGE_CHANGED, stage="offer", product="q"), event(2, WON, region="elsewhere"))

    assert [("q", "s", "elsewhere")] == [fact[4:] for fact in of("deal_won", *events)]
    assert [("p", "s", "r")] == [fact[4:] for fact in of("deal_created", *events)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("offer", None)], [("new", "offer")]),
        ([("offer", None), ("talks", None)], [("new", "offer"), ("offer", "talks")]),
        ([("offer", "elsewhere")], [("elsewhere", "offer")]),
        ([("new", None)], [("new", "new")]),
    ],
)
def test_transitions(changes: list[tuple[str, str | None]], expected: list[tuple[str, str]]) -> None:
    """From the stage given, else the one known so far; every change counts, to the same stage too."""
    events = [
        event(n, STAGE_CHANGED, stage=to, from_stage=before) for n, (to, before) in enumerate(changes, 1)
    ]

    assert [(None, "new"), *expected] == [fact[4:] for fact in of("stage_transition", CREATE, *events)]


def test_a_change_before_the_creation() -> None:
    """A deal that is changed before it is created comes from nowhere."""
    facts = of("stage_transition", event(0, STAGE_CHANGED, rep="a", team="t", stage="offer"))

    assert [(None, "offer")] == [fact[4:] for fact in facts]


@pytest.mark.parametrize(
    ("stages", "reached"),
    [
        (["offer"], [("new", "offer")]),
        (["offer", "talks"], [("new", "offer"), ("offer", "talks")]),
        (["talks"], []),
        (["talks", "offer"], [("new", "offer")]),
        (["talks", "offer", "talks"], [("new", "offer"), ("offer", "talks")]),
        (["offer", "new", "offer"], [("new", "offer")]),
        (["elsewhere"], []),
    ],
)
def test_conversions(stages: list[str], reached: list[tuple[str, str]]) -> None:
    """Reached once, for the first entry's pane and rep, if entered some time after; skipped stages are not entered."""
    events = [event(10 * n, STAGE_CHANGED, rep="bob", stage=stage) for n, stage in enumerate(stages, 1)]
    facts = of("stage_reached", CREATE, *events)

    assert reached == [fact[4:] for fact in facts]
    assert all(fact[0] == 0 for fact in facts if fact[4] == "new")
    assert [("new", "offer")] + [("offer", "talks")] * ("offer" in stages) == sorted(
        fact[4:] for fact in of("stage_entered", CREATE, *events)
    )


@pytest.mark.parametrize(
    ("events", "stays"),
    [
        ([event(10, STAGE_CHANGED, stage="offer"), event(30, WON)], [("new", 10), ("offer", 20)]),
        ([event(10, LOST)], [("new", 10)]),
        ([event(10, CANCELED)], [("new", 10)]),
        ([event(10, STAGE_CHANGED, stage="new"), event(30, STAGE_CHANGED, stage="offer")], [("new", 30)]),
        ([event(10, LOST), event(20, REOPENED), event(50, LOST)], [("new", 10), ("new", 30)]),
        (
            [event(10, LOST), event(20, REOPENED), event(50, STAGE_CHANGED, stage="offer")],
            [("new", 10), ("new", 30)],
        ),
        ([event(10, LOST), event(20, LOST)], [("new", 10)]),
        ([event(10, REOPENED), event(20, LOST)], [("new", 20)]),
        (
            [event(10, LOST), event(20, STAGE_CHANGED, stage="new"), event(50, WON)],
            [("new", 10), ("new", 30)],
        ),
        ([], []),
    ],
)
def test_stays(events: list[Event], stays: list[tuple[str, int]]) -> None:
    """A stay ends by a change to another stage or a decision; reopening begins a new one."""
    assert stays == [(fact[4], fact[1] // MINUTE_US) for fact in of("stage_stay", CREATE, *events)]


@pytest.mark.parametrize(
    ("events", "minutes"),
    [
        ([CREATE, event(60, WON)], [60]),
        ([event(0, FOLLOWED_UP), event(20, CREATED, rep="a", stage="new"), event(60, WON)], [60]),
        ([CREATE, event(20, FOLLOWED_UP), event(60, WON)], [60]),
        ([event(20, FOLLOWED_UP), event(60, WON)], [40]),
        ([event(60, WON), event(61, FOLLOWED_UP)], []),
        ([event(60, WON)], []),
        ([CREATE, event(60, LOST)], []),
        ([CREATE, event(10, WON), event(20, REOPENED), event(60, WON)], [60]),
    ],
)
def test_the_sales_cycle(events: list[Event], minutes: list[int]) -> None:
    """From the earliest follow-up or creation to winning, if there was one at or before it."""
    assert minutes == [fact[1] // MINUTE_US for fact in of("sales_cycle", *events)]
