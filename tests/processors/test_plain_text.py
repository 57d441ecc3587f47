"""Names and words of others."""

import pytest

from processors.plain_text import inert, one_line


@pytest.mark.parametrize(
    ("text", "shown", "why"),
    [
        ("Zoë 数据 🦊 👩‍👩‍👧", "Zoë 数据 🦊 👩‍👩‍👧", "letters and pictures are as they are"),
        ("a\x1b[2Jb\x07", "a�[2Jb�", "what a terminal would obey"),
        ("a\x9b2Jb\x00", "a�2Jb�", "the same in one character"),
        ("\u202egnp.exe", "�gnp.exe", "what turns the direction of writing"),
        ("new\nline\ttab", "new\nline\ttab", "lines stay lines"),
    ],
)
def test_what_steers_is_made_visible(text: str, shown: str, why: str) -> None:
    """It is seen, and does nothing."""
    assert inert(text) == shown, why


def test_one_line_is_one() -> None:
    """Every end of a line that Unicode knows is a blank."""
    assert one_line(" a\r\nb\u2028c\x85d\x0be\x1cf  g ") == "a b c d e f g"
