"""Contacts: filled or not, and nothing else."""

import pytest

from schemas.events.lead import Filled, read_filled


def test_the_text_is_forgotten() -> None:
    """A text leaves nothing but whether there was one."""
    filled = read_filled(Filled, "secret")

    assert filled == Filled(True)
    assert repr(filled) == "Filled(True)"
    assert read_filled(Filled, "") == Filled(False)
    assert filled.__slots__ == ("yes",)


def test_what_is_no_text() -> None:
    """Other values are refused, without being quoted."""
    with pytest.raises(ValueError, match=r"^must be a string$"):
        read_filled(Filled, 471)
