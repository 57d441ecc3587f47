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
    SHARED,
    STAGE_CHANGED,
    WON,
    Deal,
    Rules,
    is_over,
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
    deal, facts, net = Deal(Rules(PAIRS)), list[Fact](), dict[Fact, int]()
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
    """It is counted, enters its stage, is a transition from null, and open."""
    rest = (0, None, "ann", "north", "")
    assert [
        ("deal_created", *rest, "p", "s", "r"),
        ("stage_transition", *rest, None, "new"),
        ("stage_entered", *rest, "new", "offer"),
        ("open_deal", 0, 0, *rest[2:], "new"),
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
        ([event(10, REOPENED), event(20, LOST)], [("new", 10)]),
        (
            [event(10, WON), event(20, STAGE_CHANGED, stage="offer"), event(30, REOPENED), event(50, LOST)],
            [("new", 10), ("offer", 20)],
        ),
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


def shared(minute: int, content: str) -> Event:
    """Write down that content was shared for the deal."""
    return event(minute, SHARED, stage=content)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([CREATE], (0, "ann", "north", "new")),
        ([CREATE, event(1, AMOUNT_CHANGED, amount=5)], (5, "ann", "north", "new")),
        ([CREATE, event(1, STAGE_CHANGED, rep="eve", stage="offer", amount=5)], (5, "ann", "north", "offer")),
        ([CREATE, event(1, OWNER_CHANGED, rep="bob", team="west")], (0, "bob", "west", "new")),
        ([CREATE, event(1, OWNER_CHANGED, rep="bob")], (0, "bob", "team of bob", "new")),
        # of several creations the last says whose it is, the first when it was and in which stage
        ([CREATE, event(1, CREATED, rep="eve", team="west", stage="x", amount=2)], (2, "eve", "west", "new")),
        ([CREATE, event(1, CREATED, team="west", stage="x")], (0, "ann", "west", "new")),
        ([CREATE, event(1, LOST)], None),
        ([CREATE, event(1, WON, amount=5), event(2, REOPENED)], (5, "ann", "north", "new")),
        ([CREATE, event(1, LOST), event(2, STAGE_CHANGED, stage="offer")], None),
        (
            [CREATE, event(1, LOST), event(2, STAGE_CHANGED, stage="offer"), event(3, REOPENED)],
            (0, "ann", "north", "offer"),
        ),
        ([event(1, STAGE_CHANGED, rep="ann", stage="offer", amount=5)], None),
        ([event(1, LOST), event(2, CREATED, rep="ann", team="north", stage="new")], None),
    ],
)
def test_being_open(events: list[Event], expected: tuple[Any, ...] | None) -> None:
    """Created and not decided: for so much, theirs who own it now, in its stage, at its creation."""
    found = of("open_deal", *events)

    assert ([] if expected is None else [(0, *expected)]) == found


def test_what_is_open_as_before_is_not_told_again() -> None:
    """An event that changes neither amount nor owner nor stage says nothing of the deal's being open."""
    deal, facts = Deal(Rules(PAIRS)), list[Fact]()
    for one in (CREATE, event(1, AMOUNT_CHANGED, amount=0), event(2, STAGE_CHANGED, stage="new")):
        deal.step(one, facts, lambda _event, _owner: "north")

    assert 1 == sum(fact[0] == "open_deal" for fact in facts)


@pytest.mark.parametrize(
    ("events", "won"),
    [
        ([CREATE, event(1, WON, rep="bob", product="q")], 1),
        ([CREATE, event(1, LOST)], 0),
        ([CREATE, event(1, WON), event(2, REOPENED)], 0),
        ([CREATE, event(1, WON), event(2, WON)], 1),
        ([CREATE, event(1, WON), event(2, LOST), event(3, WON)], 1),
        ([event(-1, WON, rep="bob", team="x"), CREATE], 1),
        ([event(-2, WON, rep="bob", team="x"), event(-1, LOST, team="x"), CREATE], 0),
        ([event(-1, WON, rep="bob", team="x"), CREATE, event(1, REOPENED)], 0),
        ([event(-1, WON, rep="bob", team="x")], 0),
    ],
)
def test_the_cohort(events: list[Event], won: int) -> None:
    """A deal that is won now counts at its creation, for the rep, the team and the dimensions that it had there."""
    assert [(0, None, "ann", "north", "p", "s", "r")] * won == of("deal_cohort_won", *events)


@pytest.mark.parametrize(
    ("events", "decided", "won"),
    [
        ([shared(1, "a"), event(2, WON, rep="bob", team="x")], [None, "a"], [None, "a"]),
        ([shared(1, "a"), shared(1, "b"), event(2, LOST, rep="bob", team="x")], [None, "a", "b"], []),
        ([event(2, WON, rep="bob", team="x"), shared(3, "a")], [], []),
        (
            [
                shared(1, "a"),
                event(2, LOST),
                event(3, REOPENED),
                shared(4, "b"),
                event(5, WON, rep="bob", team="x"),
            ],
            [None, "a", "b"],
            [None, "a", "b"],
        ),
        ([shared(1, "a"), event(2, WON), event(3, REOPENED)], [], []),
        ([shared(1, "a")], [], []),
        ([event(2, CANCELED, rep="bob", team="x")], [], []),
    ],
)
def test_content(events: list[Event], decided: list[str | None], won: list[str | None]) -> None:
    """Shared at or before the decision in force: the deal counts once, and once for each content."""
    for kind, expected in (("content_decided", decided), ("content_won", won)):
        found = [*of(kind, CREATE, *events), *of(f"{kind}^", CREATE, *events)]

        assert expected == [fact[4] for fact in found]
        assert {("bob", "x")} >= {fact[2:4] for fact in found}
        assert 1 >= len(of(kind, CREATE, *events))


def test_marks_are_those_of_the_completing_event() -> None:
    """A fact has the marks of the event at which it counts."""
    events = (
        event(0, CREATED, rep="a", team="t", stage="new", marks="c"),
        event(1, STAGE_CHANGED, stage="offer", marks="s"),
        event(2, WON, marks="w"),
    )
    marks = {(fact[0], fact[-1] if fact[0] == "stage_stay" else ""): fact[5] for fact in said(*events)}

    assert "c" == marks["deal_created", ""] == marks["deal_cohort_won", ""] == marks["stage_reached", ""]
    assert "w" == marks["deal_won", ""] == marks["sales_cycle", ""] == marks["stage_stay", "offer"]
    assert "s" == marks["stage_stay", "new"]
    assert {"c"} == {fact[5] for fact in said(*events[:2]) if fact[0] == "open_deal"}


def test_only_what_is_used_is_said() -> None:
    """What the catalog makes nothing of is not given."""
    deal, facts = Deal(Rules(PAIRS, {"deal_won"})), list[Fact]()
    for one in (CREATE, shared(1, "a"), event(2, WON)):
        deal.step(one, facts, lambda _event, _owner: "")

    assert not {"open_deal", "deal_cohort_won", "content_decided", "content_won"} & {
        fact[0] for fact in facts
    }


@pytest.mark.parametrize(
    ("codes", "over"),
    [
        ([CREATED], False),
        ([CREATED, WON], True),
        ([CREATED, LOST, STAGE_CHANGED], True),
        ([WON, REOPENED, FOLLOWED_UP], False),
    ],
)
def test_what_is_over(codes: list[int], over: bool) -> None:
    """A decision is in force."""
    assert over == is_over([event(minute, code) for minute, code in enumerate(codes)])
