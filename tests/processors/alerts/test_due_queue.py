"""What is due comes in its order, whatever was put and put off before; what is put off again and again costs one entry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.alerts.due_queue import DueQueue

MANY = 1_000


def put(*dues: tuple[str, int | None]) -> DueQueue[str]:
    """Return a queue in which these were put one after the other."""
    queue: DueQueue[str] = DueQueue()
    for thing, due_us in dues:
        queue.put(thing, due_us)
    return queue


@pytest.mark.parametrize(
    ("dues", "taken"),
    [
        ([("a", 5), ("b", 3), ("c", 5)], ["b", "a", "c"]),
        ([("a", 5), ("a", 2)], ["a"]),
        ([("a", 2), ("b", 3), ("a", 5)], ["b", "a"]),
        ([("a", 2), ("a", 5), ("b", 5), ("b", 5)], ["a", "b"]),
        ([("a", 2), ("a", None)], []),
        ([("a", 2), ("a", None), ("a", 2)], ["a"]),
        ([("a", 2), ("a", 9)], []),
    ],
)
def test_what_is_due(dues: list[tuple[str, int | None]], taken: list[str]) -> None:
    """Each thing once, at the time that was put last; those of one moment as they were put."""
    queue = put(*dues)

    assert taken == [*queue.take(5, MANY)]
    assert [] == [*queue.take(5, MANY)]


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 30)) | st.integers(0, 4), max_size=60
    )
)
def test_it_is_what_looking_at_all_things_gives(turns: list[tuple[str, int | None] | int]) -> None:
    """Times put, in any order, and a clock that moves on by so much: the same as without a queue."""
    queue, dues, now_us = put(), dict[str, int](), 0
    for turn in turns:
        if isinstance(turn, int):
            now_us += turn
            due = sorted((due_us, thing) for thing, due_us in dues.items() if due_us <= now_us)
            taken = [*queue.take(now_us, MANY)]
            assert [due_us for due_us, _ in due] == [dues[thing] for thing in taken]
            assert sorted(thing for _, thing in due) == sorted(taken)
            for thing in taken:
                del dues[thing]
        else:
            thing, due_us = turn
            queue.put(thing, due_us)
            dues.pop(thing, None)
            if due_us is not None:
                dues[thing] = due_us


def test_what_is_put_off_again_and_again_has_one_entry() -> None:
    """A deadline that moves on with every record does not fill memory until its first time has come."""
    queue = put(*[("a", due_us) for due_us in range(100, 200)])

    assert 1 == len(queue)
    assert [] == [*queue.take(150, MANY)]
    assert 1 == len(queue)
    assert ["a"] == [*queue.take(199, MANY)]
    assert 0 == len(queue)


def test_a_slice_looks_at_so_many_entries() -> None:
    """However many things were put off, a slice takes no longer than another."""
    queue = put(
        *[(f"{number}", 1) for number in range(5)], *[(f"{number}", 9) for number in range(5)], ("x", 2)
    )

    assert [[], ["x"], []] == [[*queue.take(2, 5)] for _ in range(3)]
    assert ["0", "1", "2", "3", "4"] == [*queue.take(9, MANY)]


def test_what_is_put_while_things_are_taken() -> None:
    """What is due again at once comes in the same slice."""
    queue = put(("a", 1), ("b", 3))
    taken = []
    for thing in queue.take(4, MANY):
        taken.append(thing)
        if taken == ["a"]:
            queue.put("a", 2)

    assert ["a", "a", "b"] == taken
