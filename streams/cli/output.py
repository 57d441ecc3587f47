"""How commands print: JSON Lines for programs, tables for people; a narrow pipe cuts nothing off."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from processors.plain_text import inert

#: Nobody looks at a pipe's width, so a table there gets all it wants.
PIPE_COLUMNS: Final = 400


def print_json_lines(records: Iterable[Mapping[str, Any]]) -> None:
    """Write one record a line to standard output: JSON is UTF-8, whatever the locale has texts in."""
    sys.stdout.flush()  # what was printed before comes before
    for record in records:
        sys.stdout.buffer.write(orjson.dumps(record) + b"\n")
    sys.stdout.buffer.flush()


def print_table(table: Table, *notes: str) -> None:
    """Write a table and lines under it to standard output."""
    to_person = sys.stdout.isatty()
    console = Console(file=sys.stdout, width=None if to_person else PIPE_COLUMNS, highlight=False)
    console.print(table)
    for note in notes:
        console.print(inert(note), style="dim", markup=False)


def print_lines(*lines: str, style: str | None = None) -> None:
    """Write lines to standard output; markup is none, and no name steers the terminal."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else PIPE_COLUMNS, highlight=False)
    for line in lines:
        console.print(inert(line), style=style, markup=False)


class _Rows(Table):
    """A table whose cells don't steer the terminal, whatever stands in them."""

    def add_row(self, *cells: Any, **how: Any) -> None:
        super().add_row(*map(_cell, cells), **how)


def _cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return inert(cell)
    if isinstance(cell, Text):
        cell.plain = inert(cell.plain)  # sign for sign: styles stay where they are
    return cell


def new_table(*headings: str, right: Iterable[str] = ()) -> Table:
    """Return a table without frames, numbers' columns (`right`) aligned to the right."""
    numbers = set(right)
    table = _Rows(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, justify="right" if heading in numbers else "left", overflow="fold")
    return table


def dims_label(dims: Mapping[str, str | None]) -> str:
    """`rep=ann`, `from_stage=new to_stage=won`, or `company` when there is no dimension."""
    return " ".join(f"{name}={dims[name] or '(none)'}" for name in sorted(dims)) or "company"
