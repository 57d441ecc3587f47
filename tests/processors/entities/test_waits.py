"""When an entity waits and who has it, by hand: events in, waits out. Minutes are the times."""

from typing import Any

import pytest

from processors.entities import conversation as c
from processors.entities import deal as d
from processors.entities import lead as le
from processors.entities import quote as q
from processors.entities.waits import of_deal, of_inquiry, of_lead, of_quote
from schemas.waiting import SPANS_MAX

Events = list[tuple[Any, ...]]
Said = tuple[int, int, str | None, str]
"""minute, what happened, rep, team"""


def inquiry(*said: Said, channel: str | None = None) -> Events:
    """Return a conversation's events."""
    return [(t, "s", str(n), code, rep, team, channel, "") for n, (t, code, rep, team) in enumerate(said)]


def lead(*said: Said) -> Events:
    """Return a lead's events."""
    return [
        (t, "s", str(n), code, rep, team, None, "web", 0, "") for n, (t, code, rep, team) in enumerate(said)
    ]


def deal(*said: tuple[int, int, str | None, str | None, str | None]) -> Events:
    """Return a deal's events: minute, what happened, rep, team, stage."""
    return [
        (t, "s", str(n), code, rep, team, None, stage, None, "pump", None, None, "")
        for n, (t, code, rep, team, stage) in enumerate(said)
    ]


ANN, BOB, NOBODY, INBOX = ("ann", "north"), ("bob", "south"), (None, "unassigned"), (None, "east")

INQUIRIES = [
    ("nothing was asked", [(1, c.ANSWERED, *ANN)], (), ANN),
    ("it waits since it came", [(1, c.RECEIVED, *ANN)], ((1, None),), ANN),
    ("an answer ends it", [(1, c.RECEIVED, *ANN), (5, c.ANSWERED, *ANN)], ((1, 5),), ANN),
    ("so does a resolution without one", [(1, c.RECEIVED, *ANN), (5, c.RESOLVED, *ANN)], ((1, 5),), ANN),
    ("two at a time are one wait, since the first",
     [(1, c.RECEIVED, *ANN), (3, c.RECEIVED, *ANN)], ((1, None),), ANN),
    ("an answer before it answers nothing", [(1, c.ANSWERED, *ANN), (2, c.RECEIVED, *ANN)], ((2, None),), ANN),
    ("what is asked after an answer waits anew",
     [(1, c.RECEIVED, *ANN), (2, c.ANSWERED, *ANN), (9, c.RECEIVED, *ANN)], ((1, 2), (9, None)), ANN),
    ("reopening by itself asks nothing",
     [(1, c.RECEIVED, *ANN), (2, c.RESOLVED, *ANN), (3, c.REOPENED, *ANN)], ((1, 2),), ANN),
    ("whoever the latest is addressed to has it",
     [(1, c.RECEIVED, *ANN), (3, c.RECEIVED, *BOB)], ((1, None),), BOB),
    ("one addressed to nobody is for whom was heard of last",
     [(1, c.RECEIVED, *ANN), (2, c.ANSWERED, *BOB), (3, c.RECEIVED, *NOBODY)], ((1, 2), (3, None)), BOB),
    ("a team's inbox takes it from the rep", [(1, c.RECEIVED, *ANN), (3, c.RECEIVED, *INBOX)], ((1, None),), INBOX),
    ("the same team's inbox doesn't",
     [(1, c.RECEIVED, *ANN), (3, c.RECEIVED, None, "north")], ((1, None),), ANN),
]  # fmt: skip


@pytest.mark.parametrize(("why", "said", "spans", "who"), INQUIRIES, ids=[case[0] for case in INQUIRIES])
def test_inquiries(why: str, said: list[Said], spans: Any, who: Any) -> None:
    """An inquiry waits until it is answered or resolved."""
    found = of_inquiry(inquiry(*said, channel="chat"), {})

    assert (spans, *who) == (found.spans, found.rep, found.team), why
    assert {"channel": "chat"} == found.dims


QUOTES = [
    ("sent before it was asked for is not sent", [(1, q.SENT, *ANN), (2, q.REQUESTED, *ANN)], ((2, None),), ANN),
    ("a draft is no quote", [(1, q.REQUESTED, *ANN), (2, q.DRAFT_SENT, *ANN)], ((1, None),), ANN),
    ("of several requests the first counts",
     [(1, q.REQUESTED, *ANN), (2, q.REQUESTED, *ANN), (9, q.SENT, *ANN)], ((1, 9),), ANN),
    ("asked for again after it was sent, it is the same quote",
     [(1, q.REQUESTED, *ANN), (2, q.SENT, *ANN), (9, q.REQUESTED, *ANN)], ((1, 2),), ANN),
    ("who works on the draft has it", [(1, q.REQUESTED, *ANN), (2, q.DRAFT_SENT, *BOB)], ((1, None),), BOB),
    ("asked of a team", [(1, q.REQUESTED, *INBOX)], ((1, None),), INBOX),
]  # fmt: skip


@pytest.mark.parametrize(("why", "said", "spans", "who"), QUOTES, ids=[case[0] for case in QUOTES])
def test_quotes(why: str, said: list[Said], spans: Any, who: Any) -> None:
    """A quote waits from the first request to the first sending as final."""
    found = of_quote(inquiry(*said, channel="pump"), {})

    assert (spans, *who) == (found.spans, found.rep, found.team), why
    assert {"product": "pump"} == found.dims


LEADS = [
    ("it waits since it was created", [(1, le.CREATED, *ANN)], ((1, None),), ANN),
    ("a touch ends it, and leaves it whose it was",
     [(1, le.CREATED, *ANN), (4, le.TOUCHED, *BOB)], ((1, 4),), ANN),
    ("so does qualifying it", [(1, le.CREATED, *ANN), (4, le.QUALIFIED, *ANN)], ((1, 4),), ANN),
    ("losing it too", [(1, le.CREATED, *ANN), (4, le.LOST, *ANN), (5, le.TOUCHED, *ANN)], ((1, 4),), ANN),
    ("created twice, the first counts", [(1, le.CREATED, *ANN), (3, le.CREATED, *BOB)], ((1, None),), BOB),
    ("converted before it was created, it never waited",
     [(1, le.CONVERTED, *ANN), (4, le.CREATED, *ANN)], ((4, 4),), ANN),
    ("what was never created doesn't wait", [(1, le.LOST, *ANN)], (), ANN),
]  # fmt: skip


@pytest.mark.parametrize(("why", "said", "spans", "who"), LEADS, ids=[case[0] for case in LEADS])
def test_leads(why: str, said: list[Said], spans: Any, who: Any) -> None:
    """A lead waits for the first who does anything with it."""
    found = of_lead(lead(*said), {})

    assert (spans, *who) == (found.spans, found.rep, found.team), why
    assert {"channel": "web"} == found.dims


OPENED = (1, d.CREATED, "ann", "north", "new")
DEALS = [
    ("it waits in its first stage", [OPENED], ((1, None),), ANN, "new"),
    ("moving on is a new wait", [OPENED, (5, d.STAGE_CHANGED, None, None, "offer")], ((1, 5), (5, None)), ANN, "offer"),
    ("moving to where it is, is none", [OPENED, (5, d.STAGE_CHANGED, None, None, "new")], ((1, None),), ANN, "new"),
    ("calls, amounts and owners don't move it",
     [OPENED, (2, d.FOLLOWED_UP, None, None, None), (3, d.AMOUNT_CHANGED, None, None, None),
      (4, d.OWNER_CHANGED, "ann", "north", None)], ((1, None),), ANN, "new"),
    ("its new owner has it", [OPENED, (4, d.OWNER_CHANGED, "bob", "south", None)], ((1, None),), BOB, "new"),
    ("who moves it is not its owner", [OPENED, (5, d.STAGE_CHANGED, "bob", "south", "offer")],
     ((1, 5), (5, None)), ANN, "offer"),
    ("won, it waits no more", [OPENED, (9, d.WON, None, None, None)], ((1, 9),), ANN, "new"),
    ("reopened, it waits since then",
     [OPENED, (9, d.LOST, None, None, None), (12, d.REOPENED, None, None, None)], ((1, 9), (12, None)), ANN, "new"),
    ("moved while decided, it waits only once reopened",
     [OPENED, (9, d.CANCELED, None, None, None), (10, d.STAGE_CHANGED, None, None, "offer"),
      (12, d.REOPENED, None, None, None)], ((1, 9), (12, None)), ANN, "offer"),
    ("reopened twice is reopened once",
     [OPENED, (9, d.LOST, None, None, None), (12, d.REOPENED, None, None, None),
      (15, d.REOPENED, None, None, None)], ((1, 9), (12, None)), ANN, "new"),
    ("what moves before its creation is waited for since that",
     [(0, d.STAGE_CHANGED, None, None, "old"), OPENED], ((1, None),), ANN, "new"),
    ("what is won before its creation is won", [(0, d.WON, None, None, None), OPENED], (), ANN, "new"),
    ("created without an owner, the directory was asked",
     [(1, d.CREATED, None, None, "new")], ((1, None),), (None, "west"), "new"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "said", "spans", "who", "stage"), DEALS, ids=[case[0] for case in DEALS])
def test_deals(why: str, said: list[Any], spans: Any, who: Any, stage: str) -> None:
    """A deal waits in each stage until it moves on or is decided."""
    found = of_deal(deal(*said), {("s", "0", ""): "west"})

    assert (spans, *who) == (found.spans, found.rep, found.team), why
    assert {"stage": stage, "product": "pump"} == found.dims


def test_what_was_said_once_is_known_of_it() -> None:
    """Its dimensions are those of the latest event that said them, whatever later ones leave out."""
    deal_events = [
        (1, "s", "0", d.CREATED, "ann", "north", None, "new", None, "pump", "smb", "eu", ""),
        (2, "s", "1", d.AMOUNT_CHANGED, None, None, None, None, 5, None, None, None, ""),
    ]
    lead_events = [
        (1, "s", "0", le.CREATED, "ann", "north", "fair", "web", 0, ""),
        (2, "s", "1", le.QUALIFIED, None, "north", None, None, 0, ""),
    ]

    assert {"stage": "new", "product": "pump", "segment": "smb", "region": "eu"} == of_deal(
        deal_events, {}
    ).dims
    assert {"campaign": "fair", "channel": "web"} == of_lead(lead_events, {}).dims


def test_the_latest_waits_are_told() -> None:
    """A row does not grow for ever."""
    stages = [(t, d.STAGE_CHANGED, None, None, str(t)) for t in range(2, 50)]

    found = of_deal(deal(OPENED, *stages), {})

    assert SPANS_MAX == len(found.spans)
    assert (49, None) == found.spans[-1]
