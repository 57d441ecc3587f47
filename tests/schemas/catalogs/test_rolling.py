"""Names of rolling windows."""

import pytest

from schemas.catalogs.rolling import is_rolling, rolling_panes


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rolling_1h", ("fine", 12)),
        ("rolling_24h", ("fine", 288)),
        ("rolling_1d", ("fine", 288)),
        ("rolling_25h", ("hour", 25)),
        ("rolling_7d", ("hour", 168)),
        ("rolling_30d", ("hour", 720)),
        ("rolling_45d", ("hour", 1080)),
        ("rolling_46d", ("day", 46)),
        ("rolling_365d", ("day", 365)),
        ("rolling_1081h", ("day", 46)),
        ("rolling_792d", ("day", 792)),
    ],
)
def test_resolution_by_length(name: str, expected: tuple[str, int]) -> None:
    """Up to a day in panes of five minutes, then hours, then local days."""
    assert expected == rolling_panes(name)


@pytest.mark.parametrize(
    "name",
    [
        "rolling_0d",
        "rolling_7",
        "rolling_d",
        "rolling_7w",
        "rolling_-1d",
        "7d",
        "",
        "rolling_07d",
        "rolling_7d ",
    ],
)
def test_no_such_window(name: str) -> None:
    """Other names are refused, with what was expected."""
    with pytest.raises(ValueError, match="expected rolling_<n>h, rolling_<n>d or today"):
        rolling_panes(name)


@pytest.mark.parametrize("name", ["rolling_793d", "rolling_99999h"])
def test_too_long(name: str) -> None:
    """What the panes don't cover is refused, with how long it may be."""
    with pytest.raises(ValueError, match="792 days"):
        rolling_panes(name)


def test_what_moves_with_the_clock() -> None:
    """Rolling windows, and the own day."""
    assert (True, True, False, False) == tuple(map(is_rolling, ("rolling_2h", "today", "2h", "day")))
