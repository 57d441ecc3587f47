"""What belongs to a generation says so; the first one has no mark."""

import pytest

from schemas.generation import FIRST, facts_key, is_of


@pytest.mark.parametrize(
    ("partition", "generation", "key"), [(0, FIRST, b"0"), (12, FIRST, b"12"), (3, 2, b"3@2")]
)
def test_a_message_of_facts_says_of_which_generation_it_is(
    partition: int, generation: int, key: bytes
) -> None:
    """The roll-up of that one takes it, those of others pass it over."""
    assert key == facts_key(partition, generation)
    assert is_of(key, generation)
    assert not is_of(key, generation + 1)
    assert not is_of(key, 22)


def test_a_message_without_a_key_is_of_the_first() -> None:
    """As messages were before there were generations."""
    assert is_of(None, FIRST)
    assert not is_of(None, 2)
