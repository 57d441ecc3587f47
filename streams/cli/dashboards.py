"""`crm-pulse dashboards`: Grafana dashboards of a catalog, as files."""

from pathlib import Path
from typing import Annotated

import typer

from streams.cli.failure import CommandError
from streams.config_files import read_with_rules
from streams.grafana.generate import dashboards as dashboards_of
from streams.grafana.generate import write
from streams.settings import load


def dashboards(
    out: Annotated[
        Path, typer.Option(help="The directory to write to; it is made if need be.", file_okay=False)
    ],
    catalog: Annotated[
        Path | None, typer.Option(help="The catalog; default: the configured one, or the standard catalog.")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="The alert rules, for thresholds; default: the configured ones.")
    ] = None,
) -> None:
    """Write a Grafana dashboard for each part of the business, and one for the engine.

    Every KPI of the catalog appears that Prometheus sees. Write them again when catalog or rules change.
    """
    settings = load()
    found = read_with_rules(catalog or settings.catalog, rules or settings.rules)
    files = dashboards_of(found.catalog, found.rules)
    try:
        write(out, files)
    except OSError as error:
        raise CommandError(f"{out}: can't be written: {error.strerror or error}") from None
    for name in files:
        typer.echo(out / name)
