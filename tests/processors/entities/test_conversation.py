"""Inquiries: open, answered, resolved; by hand."""

from collections import Counter
from typing import Any

import pytest

from processors.entities.conversation import (
    ANSWERED,
    RECEIVED,
    REOPENED,
    RESOLVED,
    Conversation,
    Event,
    is_over,
)
from processors.entities.timeline import Fact

MINUTE_US = 60_000_000


def said(*events: tuple[int, int] | tuple[int, int, str | None], rep: str = "ann") -> list[Fact]:
    """Return the facts of a conversation's events: (minute, what, channel)."""
    conversation, facts = Conversation(), list[Fact]()
    for minute, code, *channel in events:
        event: Event = (minute * MINUTE_US, "s", "", code, rep, "north", channel[0] if channel else None, "m")  # type: ignore[assignment]
        conversation.step(event, facts, _nobody)
    return facts


def _nobody(_event: Any, _owner: str | None) -> str:
    raise AssertionError("a conversation has no owner")


def responses(facts: list[Fact]) -> list[tuple[int, int, str | None]]:
    """Return minute, minutes and channel of each response."""
    return [(fact[2] // MINUTE_US, fact[3] // MINUTE_US, fact[7]) for fact in facts if fact[0] == "response"]


def of(kind: str, facts: list[Fact]) -> list[int]:
    """Return the minutes of the facts of a kind that remain."""
    minutes = Counter[int]()
    for fact in facts:
        if fact[0] == kind:
            minutes[fact[2] // MINUTE_US] += fact[1]
    return sorted(minutes.elements())


def open_now(facts: list[Fact]) -> int:
    """Return how many inquiries the facts leave open."""
    return sum(fact[1] for fact in facts if fact[0] == "inquiry_open")


@pytest.mark.parametrize(
    ("events", "expected", "still_open"),
    [
        ([(0, RECEIVED), (12, ANSWERED)], [(12, 12, None)], 0),
        # the earliest open inquiry counts, and the answer closes all
        ([(0, RECEIVED), (5, RECEIVED), (12, ANSWERED)], [(12, 12, None)], 0),
        ([(0, RECEIVED), (12, ANSWERED), (20, ANSWERED)], [(12, 12, None)], 0),
        ([(0, RECEIVED), (12, ANSWERED), (20, RECEIVED), (21, ANSWERED)], [(12, 12, None), (21, 1, None)], 0),
        # resolving closes without a response
        ([(0, RECEIVED), (3, RESOLVED), (12, ANSWERED)], [], 0),
        ([(0, RECEIVED), (3, REOPENED), (12, ANSWERED)], [(12, 12, None)], 0),
        ([(0, RECEIVED), (0, ANSWERED)], [(0, 0, None)], 0),
        ([(0, ANSWERED), (0, RECEIVED)], [], 1),
        ([(0, RECEIVED), (1, RECEIVED)], [], 2),
        ([(0, ANSWERED), (1, RESOLVED), (2, REOPENED)], [], 0),
    ],
)
def test_responses(
    events: list[tuple[int, int]], expected: list[tuple[int, int, None]], still_open: int
) -> None:
    """The first answer at or after it closes all that is open, measured from the earliest."""
    assert expected == responses(said(*events))
    assert still_open == open_now(said(*events))


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (("web", None, None), "web"),
        (("web", None, "chat"), "chat"),
        (("web", "mail", None), "web"),
        ((None, "mail", None), "mail"),
        ((None, None, None), None),
    ],
)
def test_channel_of_an_answer(channels: tuple[str | None, ...], expected: str | None) -> None:
    """Its own, else that of the inquiry it is measured against, else the last one heard of."""
    first, second, answer = channels
    facts = said((0, RECEIVED, first), (1, RECEIVED, second), (2, ANSWERED, answer))

    assert [expected] == [fact[7] for fact in facts if fact[0] == "response"]


def test_an_answer_has_the_channel_that_its_inquiry_is_open_under() -> None:
    """The second inquiry names none: it has the first one's, and so has its answer, whatever was asked by web since."""
    facts = said((0, RECEIVED, "phone"), (1, ANSWERED), (2, RECEIVED), (3, RECEIVED, "web"), (4, ANSWERED))

    assert [(1, 1, "phone"), (4, 2, "phone")] == responses(facts)


def test_channel_of_an_open_inquiry() -> None:
    """Its own, else the last one that earlier events of the conversation came by."""
    facts = said((0, RECEIVED, "web"), (1, RESOLVED, "mail"), (2, RECEIVED), (3, RECEIVED, "chat"))

    assert ["web", "web", "mail", "chat"] == [fact[7] for fact in facts if fact[0] == "inquiry_open"]


def test_what_is_taken_back_is_what_was_given() -> None:
    """Closing takes back the very facts of opening: time, rep, team, marks and channel."""
    facts = said((0, RECEIVED, "web"), (9, RECEIVED), (20, ANSWERED, "chat"))

    given = sorted(fact[2:] for fact in facts if fact[:2] == ("inquiry_open", 1))
    assert given == sorted(fact[2:] for fact in facts if fact[:2] == ("inquiry_open", -1))
    assert ("inquiry_open", 1, 0, None, "ann", "north", "m", "web") == facts[0]


WEEK = 7 * 24 * 60


@pytest.mark.parametrize(
    ("events", "resolved", "at_first_contact"),
    [
        ([(0, RECEIVED), (1, ANSWERED), (2, RESOLVED)], [2], [2]),
        ([(0, RECEIVED), (2, RESOLVED)], [2], []),
        # every answer counts, one to nothing and one at the very moment too
        ([(0, RECEIVED), (1, ANSWERED), (1, ANSWERED), (2, RESOLVED)], [2], []),
        ([(1, ANSWERED), (2, RESOLVED)], [2], [2]),
        ([(1, RESOLVED), (2, ANSWERED)], [1], []),
        ([(1, ANSWERED), (2, RESOLVED), (3, ANSWERED)], [2], [2]),
        # the first resolution counts
        ([(1, ANSWERED), (2, RESOLVED), (3, RESOLVED)], [2], [2]),
        ([(1, RESOLVED), (2, ANSWERED), (3, RESOLVED)], [1], []),
        # reopened within 7 days, inclusive, after it
        ([(1, ANSWERED), (2, RESOLVED), (2, REOPENED)], [2], []),
        ([(1, ANSWERED), (2, RESOLVED), (2 + WEEK, REOPENED)], [2], []),
        ([(1, ANSWERED), (2, RESOLVED), (3 + WEEK, REOPENED)], [2], [2]),
        ([(1, ANSWERED), (2, REOPENED), (2, RESOLVED)], [2], [2]),
        ([(1, ANSWERED), (2, RESOLVED), (3, REOPENED), (4, REOPENED), (5, RESOLVED)], [2], []),
        ([(1, ANSWERED)], [], []),
    ],
)
def test_first_contact(
    events: list[tuple[int, int]], resolved: list[int], at_first_contact: list[int]
) -> None:
    """One answer up to the first resolution, and no reopening in the week after it."""
    facts = said(*events)

    assert (resolved, at_first_contact) == (
        of("conversation_resolved", facts),
        of("first_contact_resolved", facts),
    )


def test_every_inquiry_is_counted() -> None:
    """Received is received, by its own channel or the one last heard of, whatever comes after."""
    facts = said((0, RECEIVED, "web"), (1, RECEIVED), (2, ANSWERED, "mail"), (3, RECEIVED))

    assert [(0, "web"), (1, "web"), (3, "mail")] == [
        (fact[2] // MINUTE_US, fact[7]) for fact in facts if fact[0] == "inquiry_received"
    ]


def test_only_what_is_used_is_said() -> None:
    """What the catalog makes nothing of is not given."""
    conversation, facts = Conversation({"response"}), list[Fact]()
    for minute, code in enumerate((RECEIVED, ANSWERED, RESOLVED, REOPENED)):
        conversation.step((minute, "s", "", code, None, "north", None, ""), facts, _nobody)

    assert {"inquiry_open", "response"} == {fact[0] for fact in facts}


@pytest.mark.parametrize(
    ("codes", "over"),
    [
        ([RECEIVED], False),
        ([RECEIVED, ANSWERED], True),
        ([RECEIVED, RESOLVED, REOPENED], True),
        ([RECEIVED, RESOLVED, REOPENED, RECEIVED], False),
        ([RECEIVED, REOPENED], False),
        ([REOPENED], True),
    ],
)
def test_what_is_over(codes: list[int], over: bool) -> None:
    """Nothing is open: reopening alone waits for no answer."""
    assert over == is_over([(minute, "s", "", code) for minute, code in enumerate(codes)])
