"""`crm-pulse rules replay`: rules tried on history, in virtual time, before anybody is woken by them."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

import typer

from processors.reading.event_time import decode_time
from processors.virtual_time.rule_history import Events, History, history
from processors.virtual_time.rule_report import messages, reports
from schemas.catalog import Catalog
from schemas.files.fault import unknown
from schemas.rule import Rule
from streams.cli import rules_show
from streams.cli.failure import CommandError
from streams.cli.feeding import feed
from streams.cli.horizon import DedupHorizon, horizon_us
from streams.cli.moment import as_of_moment, length_us, moment_us
from streams.cli.output import print_json_lines
from streams.cli.replay import catalog_for
from streams.clock import now_us
from streams.config_files import read_both_rules, read_mapping

#: Farther apart two episodes are two troubles.
WITHIN_D_MAX = 30

rules = typer.Typer(no_args_is_help=True, help="Try rules on history, without Kafka.")


@rules.callback()
def _group() -> None:
    """Keep the group a group while it has a single command."""


@rules.command()
def replay(
    files: Annotated[
        list[str], typer.Argument(help="JSON Lines (.gz too), - for standard input, .xes, .xes.gz")
    ],
    rules: Annotated[Path | None, typer.Option(help="The rules; default: the standard ones.")] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Only this rule; several times for more.")] = None,
    catalog: Annotated[Path | None, typer.Option(help="The catalog; default: the standard one.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="How an XES log becomes events.")] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Count from this time on; before, windows fill. Default: all."),
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Where it ends; default: the last event's time.")] = None,
    within: Annotated[
        str, typer.Option(help="An alert that begins again so soon after its end, and fires, flaps.")
    ] = "1h",
    dedup_horizon: DedupHorizon = None,
    show_messages: Annotated[
        bool, typer.Option("--messages", help="Show every message that would have been sent.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines: one rule a line.")] = False,
) -> None:
    """Say what rules would have sent on history, how often they would have flapped, and what would have calmed them.

    Events are taken at their own times, minute by minute. Nothing is sent.
    """
    xes = read_mapping(mapping)
    found = catalog_for(xes, catalog)
    of_kpis, absences = read_both_rules(rules, found)
    chosen = _chosen(of_kpis, absences, rule or [])
    since_us = 0 if since is None else moment_us("--since", since)
    horizon = horizon_us(dedup_horizon)
    flap_us = length_us("--within", within, WITHIN_D_MAX)
    events = Events(now_us())
    until_us = as_of_moment(as_of)
    feed(files, xes, lambda event: events.take(event.value, until_us))
    past = _history(found, chosen, events, until_us, horizon)
    by_rule = reports(chosen, past, since_us, flap_us)
    said = [one for one in messages(past.told) if decode_time(one.updated_at) >= since_us]
    if json:
        print_json_lines(rules_show.as_json(by_rule, said if show_messages else []))
        return
    if show_messages:
        rules_show.show_messages(said)
    rules_show.show(by_rule, chosen, within)
    rules_show.show_source(past)
    rules_show.show_untried([] if rule else absences)


def _chosen(there: Mapping[str, Rule], absences: Collection[str], names: list[str]) -> dict[str, Rule]:
    for name in names:
        if name in absences:
            raise CommandError(
                f"{name} is an absence rule, and these are not tried on history: see crm-pulse test"
            )
        if name not in there:
            raise CommandError(unknown("rule", name, there))
    return {name: rule for name, rule in there.items() if not names or name in names}


def _history(
    catalog: Catalog, rules: Mapping[str, Rule], events: Events, until_us: int | None, horizon: int
) -> History:
    if not len(events):
        raise CommandError("no event that can be used: nothing to judge by")
    return history(catalog, rules, events, horizon, until_us)
