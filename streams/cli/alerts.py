"""`crm-pulse alerts`: the alerts and their states, read from the compacted alert topic."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer
from rich.text import Text

from streams.cli.output import dims_label, new_table, print_json_lines, print_table
from streams.cli.start import start
from streams.readers import read_latest
from streams.topics import topics

Record = Mapping[str, Any]

#: What needs somebody comes first.
STATES: Final = ("firing", "no_data", "pending", "resolved")
STATE_STYLE: Final = {"firing": "bold red", "no_data": "magenta", "pending": "yellow", "resolved": "green"}


def alerts(
    json: Annotated[bool, typer.Option("--json", help="JSON Lines: the records as published.")] = False,
) -> None:
    """Show the current alerts, firing ones first."""
    settings = start()
    records = asyncio.run(read_latest(settings, topics(settings).alerts.name))
    shown = in_order(records.values())
    if json:
        print_json_lines(shown)
        return
    counts = {state: sum(record["state"] == state for record in shown) for state in STATES}
    print_table(table_of(shown), ", ".join(f"{count} {state}" for state, count in counts.items()))


def in_order(records: Any) -> list[Record]:
    """Return the alerts by state, the latest change first within one."""
    latest_first = sorted(records, key=lambda record: str(record.get("updated_at") or ""), reverse=True)
    return sorted(latest_first, key=lambda record: _place(record["state"]))


def table_of(records: list[Record]) -> Any:
    """Return the table that people see."""
    table = new_table("state", "severity", "rule", "of", "since", "summary")
    for record in records:
        state = record["state"]
        since = record.get("ends_at") if state == "resolved" else record.get("starts_at")
        table.add_row(
            Text(state, style=STATE_STYLE.get(state, "")),
            # Texts, not strings: what a rule's author wrote is no markup.
            Text(record.get("severity") or ""),
            Text(record["rule"]),
            Text(dims_label(record.get("dims") or {})),
            since or record.get("updated_at") or "",
            Text(record.get("summary") or ""),
        )
    return table


def _place(state: str) -> int:
    return STATES.index(state) if state in STATES else len(STATES)
