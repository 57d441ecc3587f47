"""What `crm-pulse test --timeline` prints."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.text import Text

from processors.publishing.records import rfc3339
from processors.virtual_time.example_timeline import Kind, Moment
from streams.cli.output import new_table, print_lines, print_table

STYLES: Final = {Kind.EVENT: "dim", Kind.STATE: "yellow", Kind.MESSAGE: "bold"}


def show_timeline(name: str, moments: Sequence[Moment]) -> None:
    """Print an example's name, and a line a step."""
    print_lines(name)
    table = new_table("time", "", "what", "")
    for one in moments:
        style = STYLES.get(one.kind, "")
        # Texts, not strings: what people wrote is no markup.
        table.add_row(one.at, Text(one.kind, style), Text(one.what, style), Text(one.said, style))
    print_table(table)
    print_lines("")


def as_json(moments: Iterable[Moment]) -> list[dict[str, Any]]:
    """Return the steps for a program."""
    return [
        {"time": rfc3339(one.at_us), "at": one.at, "kind": one.kind, "what": one.what, "said": one.said}
        for one in moments
    ]
