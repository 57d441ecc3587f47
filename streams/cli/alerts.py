"""`crm-pulse alerts`: the alerts and their states, and what people said of them; with `--history`, those there were."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer
from rich.text import Text

from processors.silences.silencing import Silences
from schemas.kpi import dims_fit
from streams.cli.failure import CommandError
from streams.cli.filter_names import AlertNames, check_alert_filters
from streams.cli.kpis import Dims, read_dims
from streams.cli.output import dims_label, new_table, print_json_lines, print_table
from streams.cli.silence_show import as_json, sentence_of
from streams.cli.start import start
from streams.cli.units import to_the_second
from streams.clock import now_us
from streams.kafka.silence_topic import as_alert, read_alerts

Record = Mapping[str, Any]

#: What needs somebody comes first.
STATES: Final = ("firing", "no_data", "pending", "resolved")
STATE_STYLE: Final = {"firing": "bold red", "no_data": "magenta", "pending": "yellow", "resolved": "green"}


def alerts(
    history: Annotated[
        bool, typer.Option("--history", help="Those that fired in the last 30 days, and how long they took.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="Of the history: 7d for the last 7 days, or a time.")
    ] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Only of this rule; several times for more.")] = None,
    dim: Annotated[
        list[str] | None,
        typer.Option(help="Only these: team=north, or team for all teams; several must hold together."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines: the records as published.")] = False,
) -> None:
    """Show the current alerts, firing ones first, and who silenced or acknowledged them.

    With `--history`: every time that one fired, with the time to acknowledge and to resolve by rule and team.
    """
    dims = read_dims(dim or [])
    if history:
        from streams.cli import alerts_history

        alerts_history.show(start(), since, rule or [], dims, json, now_us())
        return
    if since is not None:
        raise CommandError("--since is about the --history")
    settings = start()
    records, said = asyncio.run(read_alerts(settings))
    seen = AlertNames()
    for record in records:
        seen.note(record["rule"], record.get("dims") or ())
    check_alert_filters(settings, seen, rule or [], dims)
    shown = [
        held(record, said, now_us()) for record in in_order(records) if is_wanted(record, rule or [], dims)
    ]
    if json:
        print_json_lines(shown)
        return
    counts = {state: sum(record["state"] == state for record in shown) for state in STATES}
    print_table(table_of(shown), ", ".join(f"{count} {state}" for state, count in counts.items()))


def is_wanted(record: Record, rules: list[str], dims: Dims) -> bool:
    """Tell whether an alert is of one of the rules, if any are named, and has these dimensions."""
    return (not rules or record["rule"] in rules) and dims_fit(record.get("dims") or {}, dims)


def held(record: Record, said: Silences, at_us: int) -> Record:
    """Return the record with what holds its notifications back now under `held_by`, if anything does."""
    alert = as_alert(dict(record))
    by = [] if alert is None else said.all_holding(alert, at_us)
    return {**record, "held_by": [as_json(one) for one in by]} if by else record


def in_order(records: Any) -> list[Record]:
    """Return the alerts by state, the latest change first within one."""
    latest_first = sorted(records, key=lambda record: str(record.get("updated_at") or ""), reverse=True)
    return sorted(latest_first, key=lambda record: _place(record["state"]))


def table_of(records: list[Record]) -> Any:
    """Return the table that people see; the column of what holds them back only where something does."""
    any_held = any("held_by" in record for record in records)
    table = new_table(
        "id", "state", "severity", "rule", "of", "since", *(["held back"] if any_held else []), "summary"
    )
    for record in records:
        state = record["state"]
        since = record.get("ends_at") if state == "resolved" else record.get("starts_at")
        by = "\n".join(map(sentence_of, record.get("held_by", ())))
        table.add_row(
            record["id"],
            Text(state, style=STATE_STYLE.get(state, "")),
            # Texts, not strings: what a rule's author wrote is no markup.
            Text(record.get("severity") or ""),
            Text(record["rule"]),
            Text(dims_label(record.get("dims") or {})),
            to_the_second(since or record.get("updated_at") or ""),
            *([Text(by)] if any_held else []),
            Text(record.get("summary") or ""),
        )
    return table


def _place(state: str) -> int:
    return STATES.index(state) if state in STATES else len(STATES)
