"""Inquiries and their answers."""

import math
from collections import defaultdict

import pytest

from tests.streams.sources.salesfloor.listening import MONDAY_US, by, three_weeks, what


def responses() -> dict[tuple[str, str], list[float]]:
    """Return the seconds to the first answer of what came in from nine to noon, by channel and team."""
    team_of = {e["rep"]: e["team"] for e in three_weeks() if e["type"] == "crm.rep.updated"}
    found = defaultdict(list)
    for events in by("conversation", "inquiry.").values():
        received = events[0]
        hour = (received["t_us"] - MONDAY_US) / 3.6e9 % 24
        answers = [event for event in events if what(event) == "answered"]
        if answers and 9 <= hour < 12:
            team = team_of[answers[0]["rep"]]
            found[received["channel"], team].append((answers[0]["t_us"] - received["t_us"]) / 1e6)
    return found


def test_conversations_begin_with_an_inquiry() -> None:
    """Most are answered, and most of those resolved; a few come back."""
    conversations = by("conversation", "inquiry.").values()
    kinds = [[what(event) for event in events] for events in conversations]

    assert all(kind[0] == "received" for kind in kinds)
    assert sum("answered" in kind for kind in kinds) / len(kinds) == pytest.approx(0.94, abs=0.03)
    assert sum("resolved" in kind for kind in kinds) / len(kinds) == pytest.approx(0.86, abs=0.04)
    assert 0.02 < sum("reopened" in kind for kind in kinds) / len(kinds) < 0.06


def test_a_chat_is_answered_at_once_and_a_letter_later() -> None:
    """By channel, as people expect it."""
    median = {}
    for channel in ("chat", "phone", "email", "web"):
        seconds = sorted(s for (c, _), found in responses().items() if c == channel for s in found)
        median[channel] = seconds[len(seconds) // 2]

    assert median["chat"] < 30 < median["phone"] < 200 < median["email"] < 800
    assert 200 < median["web"] < 1_000


def test_some_teams_are_slower() -> None:
    """The last of the teams takes longer than the first, channel by channel."""

    def mean_log(team: str) -> float:
        found = responses()
        channels = [[math.log(s) for s in found[channel, team]] for channel in ("chat", "email")]
        return sum(sum(logs) / len(logs) for logs in channels) / 2

    assert mean_log("central") > mean_log("north") + math.log(1.2)


def test_what_comes_by_chat_belongs_to_a_team_first() -> None:
    """Nobody in particular has it; what comes by phone or e-mail has somebody."""
    received = [event for event in three_weeks() if event["type"] == "crm.inquiry.received"]

    for event in received:
        assert ("team" in event) == (event["channel"] in ("chat", "web")) != ("rep" in event)
