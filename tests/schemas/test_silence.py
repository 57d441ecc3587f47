"""The record of a silence."""

import msgspec

from schemas.silence import Silence


def test_there_and_back() -> None:
    """What is written is what is read; who says nothing of matchers and comment means none."""
    said = Silence(
        id="s1",
        kind="acknowledgement",
        alert="a47543c5d79a7499",
        episode="2026-11-21T09:10:00Z",
        starts_at="2026-11-21T09:20:00Z",
        ends_at="2026-11-21T13:20:00Z",
        author="ann",
        created_at="2026-11-21T09:20:00Z",
        revision=1,
    )
    written = msgspec.json.encode(said)
    assert said == msgspec.json.decode(written, type=Silence)
    assert ({}, "") == (said.matchers, said.comment)
