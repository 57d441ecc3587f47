"""Ids of changes."""

import pytest

from streams.serving.change_id import ChangeId


def test_ids_rise_without_gaps() -> None:
    """Within a generation by one, and a later generation is later."""
    one = ChangeId(10, 9)

    assert one.next == ChangeId(10, 10) > one
    assert ChangeId(11, 0) > one.next
    assert ChangeId.parse(str(one)) == one


@pytest.mark.parametrize("text", ["", "1", "1-", "-1", "1-2-3", "a-b", "1-2 ", "١-١", "1" * 16 + "-1"])
def test_other_texts_are_no_ids(text: str) -> None:
    """They come from outside: a header of a request."""
    assert ChangeId.parse(text) is None
