"""How commands print."""

import pytest
from rich.text import Text

from streams.cli.output import new_table, print_lines, print_table

STEERS = "a\x1b[2Jb\u202ec"
SHOWN = "a�[2Jb�c"


def test_no_name_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """In a cell, a styled one, a note or a line: who publishes an event or may silence must not write to a screen."""
    table = new_table("rep", "said")
    table.add_row(STEERS, Text(STEERS, style="bold"))
    print_table(table, STEERS)
    print_lines(STEERS)

    out = capsys.readouterr().out
    assert out.count(SHOWN) == 4
    assert "\x1b" not in out
    assert "\u202e" not in out
