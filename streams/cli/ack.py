"""`crm-pulse ack`: somebody takes care of an alert, so it is not told again until it is over or worse."""

import asyncio
from typing import Annotated, Final

import msgspec
import typer

from processors.silences.records import Episode, acknowledgement, acknowledgement_id
from schemas.alert import AlertState
from schemas.duration import DAY_US
from schemas.silence import Silence
from streams.cli.abbreviated import the_one
from streams.cli.failure import FAILED, WRONG_USE, CommandError
from streams.cli.output import print_json_lines, print_lines
from streams.cli.silence_options import Author, Comment, For, Until, author_or_login, end_us
from streams.cli.silence_show import as_json
from streams.cli.start import start
from streams.clock import now_us
from streams.kafka.silence_topic import publish, read_alert_records, read_silences
from streams.settings import Settings

#: Who took care yesterday may have forgotten.
DEFAULT_US: Final = DAY_US


def ack(
    alert: Annotated[str, typer.Argument(help="The alert's id, or how it begins.")],
    lasting: For = None,
    until: Until = None,
    author: Author = None,
    comment: Comment = "",
    json: Annotated[bool, typer.Option("--json", help="The record as published.")] = False,
) -> None:
    """Acknowledge an alert for 24 hours, or as long as you say.

    It is not told again while it lasts, unless it becomes worse; that it is over is told. `crm-pulse silence end` takes
    it back.
    """
    settings, at_us = start(), now_us()
    until_us = end_us(lasting, until, at_us, DEFAULT_US)
    said = asyncio.run(_acknowledge(settings, alert, until_us, author_or_login(author), comment, at_us))
    if json:
        print_json_lines([as_json(said)])
        return
    print_lines(f"{said.alert} acknowledged by {said.author} until {said.ends_at}")


async def _acknowledge(
    settings: Settings, begins: str, until_us: int, author: str, comment: str, at_us: int
) -> Silence:
    said, records = await asyncio.gather(read_silences(settings), read_alert_records(settings))
    by_id = {str(record.get("id")): record for record in records}
    id = the_one("alert", begins, list(by_id))
    try:
        alert = msgspec.convert(by_id[id], Episode)
    except msgspec.ValidationError:
        raise CommandError(f"alert {id} is of a version that this command can't read", FAILED) from None
    before = said.get(acknowledgement_id(alert))
    try:
        record = acknowledgement(alert, until_us, author, comment, at_us, before)
    except ValueError as error:
        over = alert.state == AlertState.RESOLVED
        raise CommandError(str(error), FAILED if over else WRONG_USE) from None
    await publish(settings, record, said, at_us)
    return record
