"""The options that `ack` and `silence` share: how long, who, why."""

import getpass
from typing import Annotated, Final

import typer

from processors.silences.records import LONGEST_US
from schemas.duration import DAY_US
from streams.cli.failure import CommandError
from streams.cli.moment import length_us, moment_us

LONGEST_D: Final = LONGEST_US // DAY_US

For = Annotated[str | None, typer.Option("--for", help="How long: 2h, 1d 12h.")]
Until = Annotated[str | None, typer.Option(help="Until when: 2026-11-21T18:00:00Z.")]
Author = Annotated[str | None, typer.Option(help="Who says so; default: your login name.")]
Comment = Annotated[str, typer.Option(help="Why.")]


def end_us(lasting: str | None, until: str | None, from_us: int, default_us: int | None = None) -> int:
    """Return when it is to end. Raises CommandError when that is not said, or twice."""
    if lasting is not None and until is not None:
        raise CommandError("expected one of --for and --until")
    if until is not None:
        return moment_us("--until", until)
    if lasting is None:
        if default_us is None:
            raise CommandError("expected --for (such as 2h) or --until: everything has an end")
        return from_us + default_us
    return from_us + length_us("--for", lasting, LONGEST_D)


def author_or_login(author: str | None) -> str:
    """Return who says so."""
    if author is not None:
        return author
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise CommandError("this machine has no name for you; expected --author") from None
