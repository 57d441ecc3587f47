"""Time zones by name."""

import pytest

from schemas.files.time_zone import known_zone, time_zones


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
    with pytest.raises(ValueError, match="unknown time zone"):
        known_zone(name)


def test_a_zone_that_is_meant() -> None:
    """A slip names what it comes near."""
    assert known_zone("Europe/Paris") == "Europe/Paris"
    with pytest.raises(ValueError, match=r"unknown time zone 'Europe/Pari', did you mean 'Europe/Paris'\?"):
        known_zone("Europe/Pari")
