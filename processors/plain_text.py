"""Names and words of others, as people may be shown them: on a terminal, in a mail, in a chat.

A name may have any characters. Some are no letters: they steer a terminal, begin a line that somebody else seems to
say, or turn the direction of what comes after them.
"""

from typing import Final

_SHOWN_AS: Final = "�"
_STEERING: Final = {
    sign: _SHOWN_AS
    for sign in (
        *range(0x20), *range(0x7F, 0xA0),  # C0, C1
        0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A),  # directions
    )
    if not chr(sign).isspace()
}  # fmt: skip


def inert(text: str) -> str:
    """Return the text with what steers made visible; ends of lines, tabs and blanks are as they were."""
    return text.translate(_STEERING)


def one_line(text: str) -> str:
    """Return the same as one line."""
    return " ".join(inert(text).split())
