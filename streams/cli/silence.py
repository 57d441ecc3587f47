"""`crm-pulse silence`: notifications of alerts are held back, for a time and by somebody."""

import asyncio
import secrets
from typing import Annotated

import typer

from processors.reading.event_time import decode_time
from processors.silences.names import strange_names
from processors.silences.records import ended
from processors.silences.records import silence as new_silence
from processors.silences.silencing import Silences, matches
from schemas.silence import Silence
from streams.cli.abbreviated import the_one
from streams.cli.failure import FAILED, CommandError
from streams.cli.moment import moment_us
from streams.cli.output import print_json_lines, print_lines, print_table
from streams.cli.silence_options import Author, Comment, For, Until, author_or_login, end_us
from streams.cli.silence_show import as_json, in_order, table_of
from streams.cli.start import start
from streams.clock import now_us
from streams.config_files import rule_labels
from streams.kafka.silence_topic import as_alerts, publish, read_alert_records, read_silences
from streams.settings import Settings

silence = typer.Typer(no_args_is_help=True, help="Hold notifications of alerts back for a time.")


@silence.command()
def add(
    matchers: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME=VALUE...",
            help="What an alert must have, all of it: rule, severity, kpi, window, owner, account, entity, id, "
            "a dimension, a label; * and ? stand for any text and any character.",
        ),
    ],
    lasting: For = None,
    until: Until = None,
    begin: Annotated[str | None, typer.Option("--from", help="When it begins; default: now.")] = None,
    author: Author = None,
    comment: Comment = "",
    json: Annotated[bool, typer.Option("--json", help="The record as published.")] = False,
) -> None:
    """Hold back every notification of alerts that match, until the end that you say."""
    settings, at_us, wanted = start(), now_us(), read_matchers(matchers)
    strange = strange_names(wanted, rule_labels(settings.rules, settings.catalog))
    from_us = at_us if begin is None else moment_us("--from", begin)
    until_us = end_us(lasting, until, from_us)
    try:
        record = new_silence(
            secrets.token_hex(8),
            wanted,
            from_us,
            until_us,
            author_or_login(author),
            comment,
            at_us,
        )
    except ValueError as error:
        raise CommandError(str(error)) from None
    held, there = asyncio.run(_add(settings, record, at_us))
    for warning in strange:
        typer.echo(f"warning: {warning}", err=True)
    if json:
        print_json_lines([as_json(record)])
        return
    print_lines(
        f"{record.id} silences {', '.join(matchers)} from {record.starts_at} until {record.ends_at}",
        f"It matches {held} of the {there} alerts there are now.",
    )


@silence.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines: the records as published.")] = False,
) -> None:
    """Show silences and acknowledgements that hold now or will."""
    settings, at_us = start(), now_us()
    said = asyncio.run(read_silences(settings))
    shown = [one for one in in_order(said, at_us) if everything or at_us < decode_time(one.ends_at)]
    if json:
        print_json_lines(map(as_json, shown))
        return
    over = len(said) - len(shown)
    notes = [f"{over} over: --all"] if over else []
    print_table(table_of(shown, at_us), *notes)


@silence.command()
def end(
    id: Annotated[str, typer.Argument(help="The id of a silence or an acknowledgement, or how it begins.")],
    json: Annotated[bool, typer.Option("--json", help="The record as published.")] = False,
) -> None:
    """End a silence or an acknowledgement now."""
    settings, at_us = start(), now_us()
    record = asyncio.run(_end(settings, id, at_us))
    if json:
        print_json_lines([as_json(record)])
        return
    print_lines(f"{record.kind} {record.id} ended")


def read_matchers(texts: list[str]) -> dict[str, str]:
    """Read `team=north`. Raises CommandError for anything else, and for a name that comes twice."""
    matchers: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise CommandError(f"{text!r}: expected NAME=VALUE, such as team=north")
        if name in matchers:
            raise CommandError(f"{text!r}: {name} is there twice, and no alert can have both")
        matchers[name] = value
    return matchers


async def _add(settings: Settings, record: Silence, at_us: int) -> tuple[int, int]:
    """Publish it; return how many alerts it matches, of how many."""
    # Read first: a topic that is not there is told, and not made by the producer's asking for it.
    said, records = await asyncio.gather(read_silences(settings), read_alert_records(settings))
    await publish(settings, record, said, at_us)
    alerts = as_alerts(records)
    return sum(matches(record.matchers, alert) for alert in alerts), len(alerts)


async def _end(settings: Settings, begins: str, at_us: int) -> Silence:
    said: Silences = await read_silences(settings)
    found = said.get(the_one("silence", begins, [one.id for one in said]))
    assert found is not None
    try:
        record = ended(found, at_us)
    except ValueError as error:
        raise CommandError(str(error), FAILED) from None
    await publish(settings, record, said, at_us)
    return record
