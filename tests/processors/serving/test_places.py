"""The directory by its updates."""

from processors.serving.places import Places, Said
from tests.streams.serving.filling import rep


def test_the_latest_update_counts_whatever_comes_last() -> None:
    """Older ones and repetitions are no news; what can't be read is the worker's business."""
    places = Places()
    first, second = rep("ann", "north", number=1), rep("ann", "south", active=False, number=2)

    assert places.take(second.value, ()) == Said("ann", "south", False)
    assert [places.take(one.value, ()) for one in (first, second)] == [None, None]
    assert places.take(b"junk", ()) is None
    assert places.take(None, ()) is None
    assert places.take(rep("ann", "west", number=3).value, ()) == Said("ann", "west", True)
