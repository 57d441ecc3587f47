"""How far current values can be believed, in one word."""

from typing import Final, Literal

State = Literal["live", "stale", "filling", "away"]

STALE_AFTER_MS: Final = 5_000
"""Whoever fills the store says every second that it is level with the topics."""


def state_of(filled: bool, written_ms: int | None, now_ms: int) -> State:
    """Return the word for a store that can be read; one that can't is `away`."""
    if not filled:
        return "filling"
    if written_ms is None or now_ms - written_ms > STALE_AFTER_MS:
        return "stale"
    return "live"
