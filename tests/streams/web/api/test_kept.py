"""Changes kept for clients that come back."""

from streams.serving.store import Changes
from streams.web.api.kept import KeptChanges


def batch(id: str, size: int = 1) -> Changes:
    """Return changes of so many bytes."""
    return Changes(id, [("k", b"x" * (size - 1))], [])


def ids(kept: KeptChanges, after: str, from_us: int = 0) -> list[str] | None:
    """Return which batches follow an id."""
    found = kept.after(after, from_us)
    return None if found is None else [one.id for one in found]


def test_what_follows_an_id() -> None:
    """Nothing after the newest; None after one that is not known."""
    kept = KeptChanges(10, 1_000)
    for number in range(3):
        kept.add(number, batch(str(number)))

    assert (ids(kept, "0"), ids(kept, "2"), ids(kept, "9")) == (["1", "2"], [], None)
    kept.clear()
    assert ids(kept, "0") is None


def test_the_oldest_go() -> None:
    """By number and by bytes; the newest stays, however large."""
    by_number, by_bytes = KeptChanges(2, 1_000), KeptChanges(10, 100)
    for number in range(3):
        by_number.add(0, batch(str(number)))
        by_bytes.add(0, batch(str(number), 60))

    assert (ids(by_number, "0"), ids(by_number, "1")) == (None, ["2"])
    assert (ids(by_bytes, "1"), ids(by_bytes, "2")) == (None, [])
    by_bytes.add(0, batch("big", 5_000))
    assert ids(by_bytes, "big") == []


def test_what_was_before_a_time_is_of_another_period() -> None:
    """A client that slept over midnight doesn't go on with yesterday."""
    kept = KeptChanges(10, 1_000)
    kept.add(5, batch("a"))
    kept.add(8, batch("b"))

    assert (ids(kept, "a", 6), ids(kept, "b", 6), ids(kept, "a", 5)) == (None, [], ["b"])
