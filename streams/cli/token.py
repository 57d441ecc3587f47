"""`crm-pulse token`: makes a token for the HTTP API, and the lines that say what it may."""

import json
import secrets
from typing import Annotated, Final

import typer

from schemas.files.document import Faults
from schemas.token import SCOPES, digest, load_tokens
from streams.cli.failure import CommandError
from streams.cli.output import print_lines

PREFIX: Final = "crmp_"
"""So that scanners for leaked secrets, and people, know what it is."""
RANDOM_BYTES: Final = 32


def token(
    name: Annotated[
        str, typer.Argument(help="Who it is for: in logs, and the author of what is said with it.")
    ],
    scope: Annotated[list[str] | None, typer.Option(help=f"{', '.join(SCOPES)}; default: read.")] = None,
    team: Annotated[
        list[str] | None,
        typer.Option(help="Only what is of this team and its reps; may be given several times."),
    ] = None,
    company: Annotated[
        bool, typer.Option("--company", help="With --team: the company's numbers, too.")
    ] = False,
) -> None:
    """Make a token, print it, and print its entry for the file that CRM_PULSE_TOKENS names.

    It is shown this once: the file has its digest only.
    """
    made = new_token()
    lines = entry(name, made, scope or ["read"], team or [], company)
    try:
        load_tokens("\n".join(["tokens:", *lines]), "token")
    except Faults as wrong:
        raise CommandError("\n".join(f"{fault.field}: {fault.message}" for fault in wrong.faults)) from None
    print_lines(
        made,
        "",
        "It is shown this once. Its entry for the file that CRM_PULSE_TOKENS names, below `tokens:`",
        "",
        *lines,
    )


def entry(name: str, made: str, scopes: list[str], teams: list[str], company: bool) -> list[str]:
    """Return the lines of the file."""
    lines = [f"  {json.dumps(name)}:", f'    sha256: "{digest(made)}"', f"    scopes: {json.dumps(scopes)}"]
    if teams:
        lines.append(f"    teams: {json.dumps(teams, ensure_ascii=False)}")
    if company:
        lines.append("    company: true")
    return lines


def new_token() -> str:
    """Return a token that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
