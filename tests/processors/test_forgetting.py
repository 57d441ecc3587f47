"""The oldest of what is kept at hand makes room."""

from processors.forgetting import forget_oldest


def test_a_full_one_loses_its_oldest_quarter() -> None:
    """Who kept it is told, to let go of what belongs to it."""
    kept = {number: str(number) for number in range(8)}
    assert [(0, "0"), (1, "1")] == forget_oldest(kept, 8)
    assert [*range(2, 8)] == [*kept]


def test_there_is_room_until_it_is_full() -> None:
    """Also where a quarter is less than one."""
    kept = {1: "a", 2: "b"}
    assert [] == forget_oldest(kept, 3)
    assert [(1, "a")] == forget_oldest(kept, 2)
