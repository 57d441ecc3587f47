"""From the future: an event's time may be ahead of its arrival, since clocks differ, but not by much."""

from schemas.dead_letter import Reason, Unusable

FUTURE_US = 300_000_000
"""How far ahead of its arrival an event's time may be."""


def is_from_future(t_us: int, arrival_us: int) -> bool:
    """Say whether an event's time is too far ahead of its arrival."""
    return t_us > arrival_us + FUTURE_US


def refuse_future(t_us: int, arrival_us: int, arrival: str = "the record's arrival") -> None:
    """Raise Unusable for an event from the future; `arrival` says in words when it came."""
    if t_us > arrival_us + FUTURE_US:  # as above, without the call: every event comes by
        raise Unusable(Reason.FROM_FUTURE, f"time is more than 5 minutes ahead of {arrival}")
