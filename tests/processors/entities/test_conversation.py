"""Inquiries: open, answered, resolved; by hand."""

from typing import Any

import pytest

from processors.entities.conversation import ANSWERED, RECEIVED, REOPENED, RESOLVED, Conversation, Event
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


def test_channel_of_an_open_inquiry() -> None:
    """Its own, else the last one that earlier events of the conversation came by."""
    facts = said((0, RECEIVED, "web"), (1, RESOLVED, "mail"), (2, RECEIVED), (3, RECEIVED, "chat"))

    assert ["web", "web", "mail", "chat"] == [fact[7] for fact in facts if fact[0] == "inquiry_open"]


def test_what_is_taken_back_is_what_was_given() -> None:
    """Closing takes back the very facts of opening: time, rep, team, marks and channel."""
    facts = said((0, RECEIVED, "web"), (9, RECEIVED), (20, ANSWERED, "chat"))

    given = sorted(fact[2:] for fact in facts if fact[:2] == ("inquiry_open", 1))
    assert given == sorted(fact[2:] for fact in facts if fact[:2] == ("inquiry_open", -1))
    assert [("inquiry_open", 0, None, "ann", "north", "m", "web"), 1] == [
        (facts[0][0], *facts[0][2:]),
        facts[0][1],
    ]
