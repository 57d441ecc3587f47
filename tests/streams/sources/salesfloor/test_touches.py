"""Calls, e-mails and meetings."""

from collections import Counter

import pytest

from tests.streams.sources.salesfloor.listening import by, three_weeks, what


def test_calls_are_like_calls() -> None:
    """Short when nobody answers, longer when somebody does; only talking adds value."""
    calls = [event for event in three_weeks() if event["type"] == "crm.call.logged"]
    talked = [call for call in calls if call["outcome"] == "connected"]

    assert len(talked) / len(calls) == pytest.approx(0.57, abs=0.04)
    assert all(call["duration_s"] <= 40 for call in calls if call not in talked and "duration_s" in call)
    durations = sorted(call["duration_s"] for call in talked if "duration_s" in call)
    assert 180 < durations[len(durations) // 2] < 320
    assert not any(call["value_added"] for call in calls if call["outcome"] != "connected")
    assert 0.1 < sum("deal" in call for call in calls) / len(calls) < 0.5


def test_some_customers_write_back() -> None:
    """After an e-mail to them, about a fifth, in all moods."""
    sent = by("account", "email.sent")
    replies = [event for event in three_weeks() if event["type"] == "crm.email.replied"]

    assert len(replies) / sum(map(len, sent.values())) == pytest.approx(0.22, abs=0.03)
    assert all(sent[reply["account"]][0]["t_us"] < reply["t_us"] for reply in replies)
    assert set(Counter(reply["sentiment"] for reply in replies)) == {"positive", "neutral", "negative"}


def test_meetings_are_scheduled_then_held_or_canceled() -> None:
    """Once, with the same people."""
    meetings = by("meeting", "meeting.").values()
    kinds = Counter(tuple(what(event) for event in events) for events in meetings)

    assert set(kinds) == {("scheduled",), ("scheduled", "held"), ("scheduled", "canceled")}
    assert kinds["scheduled", "held"] > 4 * kinds["scheduled", "canceled"] > 0
    assert all(len({(e["account"], e["rep"]) for e in events}) == 1 for events in meetings)
