"""What of a chunk follows the state, and when a gap is believed."""

from collections import Counter

import pytest

from streams.agents.contiguity import RETURNS_MAX, beyond, is_gap, is_real
from tests.streams.fakes import records


@pytest.mark.parametrize(
    ("cut", "left"),
    [(-1, [3, 4, 7]), (2, [3, 4, 7]), (3, [4, 7]), (5, [7]), (6, [7]), (7, []), (100, [])],
)
def test_records_at_or_below_the_cut_are_left_out(cut: int, left: list[int]) -> None:
    """After a restart the first chunk overlaps with what the state has already."""
    assert left == [record.offset for record in beyond(records(3, 4, 7), cut)]


def test_chunk_that_follows_is_passed_on_as_it_is() -> None:
    """The usual case costs nothing: no copy."""
    chunk = records(5, 6)

    assert beyond(chunk, 4) is chunk


@pytest.mark.parametrize(("first", "gap"), [(5, False), (6, True), (100, True)])
def test_gap_is_a_jump_over_the_next_offset(first: int, gap: bool) -> None:
    """Only the offset after the cut follows it."""
    assert gap is is_gap(records(first), 4)


def test_first_sight_of_a_gap_is_not_believed() -> None:
    """Faust may have lost the chunk in between."""
    assert not is_real(10, Counter())


def test_same_chunk_coming_again_is_believed() -> None:
    """The consumer went back, and the log has nothing there."""
    assert is_real(10, Counter({10: 1}))


def test_chunk_behind_the_refused_one_is_no_proof() -> None:
    """It was on its way before the consumer went back; believing it would lose the refused one."""
    assert not is_real(20, Counter({10: 1}))
    assert not is_real(20, Counter({10: 1, 20: 1}))


def test_chunk_that_keeps_coming_is_believed_in_the_end() -> None:
    """If retention removes the earliest refused chunk meanwhile, the partition must not stand for ever."""
    assert is_real(20, Counter({10: 1, 20: RETURNS_MAX}))
