"""The words of messages."""

import msgspec

from schemas.message import Message, Occasion


def test_there_and_back() -> None:
    """What is written is what is read, alerts and occasion included."""
    said = Message(
        id="0123456789abcdef",
        route="sales",
        group="slow-response",
        revision=1,
        occasion=Occasion.FIRING,
        severity="critical",
        title="Slow",
        text="Slow.",
        alerts=(),
        created_at="2026-11-21T09:20:00Z",
    )
    assert said == msgspec.json.decode(msgspec.json.encode(said), type=Message)


def test_occasions_are_words_for_labels() -> None:
    """Log and metric take them as they are."""
    assert all(occasion.value.isidentifier() and occasion.value.islower() for occasion in Occasion)
