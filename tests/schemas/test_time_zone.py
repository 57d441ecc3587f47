"""Time zones by name."""

import pytest

from schemas.time_zone import time_zones


@pytest.mark.parametrize("name", ["UTC", "Europe/Amsterdam", "Asia/Kolkata"])
def test_those_of_the_database(name: str) -> None:
    """As the tz database calls them."""
    assert name in time_zones()


@pytest.mark.parametrize(
    "name", ["localtime", "posixrules", "posix/UTC", "right/UTC", "Mars/Olympus", "", "Europe"]
)
def test_what_is_none(name: str) -> None:
    """Nor is any other file that a machine has of them."""
    assert name not in time_zones()
