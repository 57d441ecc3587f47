"""Durations as people write them."""

import pytest

from schemas.duration import DAY_US, duration_us, short


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("5m", 300), ("5 min", 300), ("1h 30m", 5400), ("2d", 172_800), ("0s", 0)],
)
def test_each_unit(text: str, seconds: int) -> None:
    """Numbers with a unit, one or several."""
    assert seconds * 1_000_000 == duration_us(text, 30)


@pytest.mark.parametrize("text", ["", "5", "5w", "-5m", "1.5h", "m", 5, None, True, "31d"])
def test_what_is_none(text: object) -> None:
    """Anything else is refused with a sentence, and so is what is too long."""
    with pytest.raises(ValueError, match=r"expected a duration such as|30 days at most"):
        duration_us(text, 30)


def test_the_longest() -> None:
    """The limit itself is allowed."""
    assert 30 * DAY_US == duration_us("30d", 30)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (90, "1m 30s"), (5_400, "1h 30m"), (90_061, "1d 1h 1m 1s")]
)
def test_written(seconds: int, text: str) -> None:
    """In the units that people use; read, it is the same."""
    assert short(seconds * 1_000_000) == text
    assert duration_us(text, 30) == seconds * 1_000_000
