"""Short histories: how far apart, how many, and in any order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.serving.points import (
    DAY_MS,
    HOUR_MS,
    POINTS_MAX,
    Points,
    is_recent,
    recent,
    spacing_ms,
    window_of,
)

SPACING = 100


@pytest.mark.parametrize(
    ("window", "length_ms"),
    [
        ("rolling_24h", DAY_MS), ("rolling_7d", 7 * DAY_MS), ("rolling_36h", 36 * HOUR_MS), ("day", DAY_MS),
        ("month", 30 * DAY_MS), ("year", 365 * DAY_MS), ("now", DAY_MS), ("all_time", 30 * DAY_MS), ("other", DAY_MS),
    ],
)  # fmt: skip
def test_a_history_is_as_long_as_its_window(window: str, length_ms: int) -> None:
    """In slots of equal length."""
    assert spacing_ms(window) == length_ms // POINTS_MAX


def test_the_window_of_a_key() -> None:
    """Without its period."""
    assert [window_of(key) for key in ("calls|now|", "calls|day:2026-11-21|rep=a")] == ["now", "day"]


@given(st.lists(st.tuples(st.integers(0, 20_000), st.none() | st.integers(-5, 5))))
def test_points_are_the_first_of_each_slot_that_came(points: list[tuple[int, int | None]]) -> None:
    """Whatever the order, what is kept is in order, one a slot, and none too old; as a ring of slots would have it."""
    kept = Points()
    slots: dict[int, tuple[int, int | None]] = {}
    newest = -1
    for at_ms, value in points:
        kept.put(at_ms, value, SPACING)
        newest = max(newest, at_ms)
        if is_recent(at_ms, newest, SPACING):
            slots.setdefault(at_ms // SPACING, (at_ms, value))
        slots = {slot: one for slot, one in slots.items() if slot > newest // SPACING - POINTS_MAX}

    assert list(kept) == sorted(slots.values(), key=lambda one: one[0])
    assert list(kept) == recent(slots.values(), SPACING)


def test_what_a_ring_still_has_of_before_is_not_shown() -> None:
    """A key that was quiet has old points in slots that no new one wrote over."""
    assert recent([(5_000, 2.0), (100, 1.0), (4_900, None)], SPACING) == [(4_900, None), (5_000, 2.0)]
    assert recent([], SPACING) == []
