"""Of a key's records in a changelog the one with the highest fence counts."""

from processors.tracking.highest_fence import HighestFence


def test_an_older_record_does_not_count() -> None:
    """A later place in the changelog does not make it newer; the same fence written again does count."""
    fences = HighestFence()
    assert fences.takes(b"a", b"[7,[]]")
    assert not fences.takes(b"a", b"[6,[]]")
    assert fences.takes(b"a", b"[7,[1]]")
    assert fences.takes(b"a", b"[10,[]]")


def test_keys_are_apart() -> None:
    """One key's fence says nothing of another's."""
    fences = HighestFence()
    assert fences.takes(b"a", b"[7,[]]")
    assert fences.takes(b"b", b"[1,[]]")


def test_a_changelog_read_anew_begins_with_nothing() -> None:
    """What was known of an earlier reading is gone."""
    fences = HighestFence()
    assert fences.takes(b"a", b"[7,[]]")
    fences.clear()
    assert fences.takes(b"a", b"[1,[]]")
