"""The directory by its updates."""

from processors.places import Places, Said
from schemas.duration import DAY_US
from tests.streams.serving.filling import NOW_MS, rep

NOW_US = NOW_MS * 1000


def test_the_latest_update_counts_whatever_comes_last() -> None:
    """Older ones and repetitions are no news; what can't be read is the worker's business."""
    places = Places()
    first, second = rep("ann", "north", number=1), rep("ann", "south", active=False, number=2)

    assert places.take(second.value, (), NOW_US) == Said("ann", "south", False)
    assert [places.take(one.value, (), NOW_US) for one in (first, second)] == [None, None]
    assert places.take(b"junk", (), NOW_US) is None
    assert places.take(None, (), NOW_US) is None
    assert places.take(rep("ann", "west", number=3).value, (), NOW_US) == Said("ann", "west", True)


def test_an_update_from_the_future_is_none() -> None:
    """The worker buries it: it must not decide, for as long as the future lasts, who sees and hears what."""
    places = Places()
    north, south = rep("ann", "north", number=1), rep("ann", "south", number=59)
    before_us = NOW_US - DAY_US  # between the two

    assert places.take(south.value, (), before_us) is None
    assert places.take(north.value, (), before_us) == Said("ann", "north", True)
    assert places.take(south.value, (), NOW_US) == Said("ann", "south", True)
