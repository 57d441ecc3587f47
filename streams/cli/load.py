"""`crm-pulse load`: events from files into Kafka."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from streams.cli.failure import CommandError
from streams.cli.reaching import reaching
from streams.cli.start import start
from streams.cli.units import counted
from streams.cli.unusable import tell
from streams.clock import now_us
from streams.config_files import read_mapping
from streams.kafka.topic_admin import ensure
from streams.sources.files import EventFiles
from streams.sources.publish import Load
from streams.sources.publish import Progress as Report
from streams.sources.route import Tally


def load(
    files: Annotated[
        list[str], typer.Argument(help="JSON Lines (.gz too), - for standard input, .xes, .xes.gz")
    ],
    mapping: Annotated[Path | None, typer.Option(help="How an XES log becomes events (YAML).")] = None,
    speed: Annotated[
        float | None,
        typer.Option(help="Play back at so many times the speed of life; default: as fast as can be."),
    ] = None,
    rebase_to_now: Annotated[
        bool,
        typer.Option(
            "--rebase-to-now",
            help="Move all times so that the last event happens now; targets keep their `period`.",
        ),
    ] = False,
) -> None:
    """Publish events from files to the configured Kafka.

    Topics that are missing are made. What can't be read is published too, and counted: the worker puts it
    among the dead letters.
    """
    settings = start()
    events = EventFiles(files, read_mapping(mapping), tell=tell)
    try:
        with _progress(events) as report:
            job = Load(settings, speed=speed, progress=report)
            with reaching(settings):
                asyncio.run(ensure(settings, None))
            try:
                with reaching(settings):
                    asyncio.run(job.run(events, now_us() if rebase_to_now else None))
            except BaseException:
                # What was published stays published: say how far it went, whatever ended it.
                typer.echo(f"stopped: {summary(job.tally, job.seconds)}", err=True)
                raise
    except ValueError as error:
        raise CommandError(str(error)) from None
    typer.echo(summary(job.tally, job.seconds), err=True)
    for example in job.tally.examples:
        typer.echo(f"  {example}", err=True)


def summary(tally: Tally, seconds: float) -> str:
    """Say in a line what was published and what of it can't be used."""
    rate = f", {tally.events / seconds:,.0f}/s" if seconds >= 0.1 else ""
    text = f"{counted(tally.events, 'event')} published in {seconds:.1f} s{rate}"
    if tally.unreadable:
        reasons = ", ".join(f"{count:,} {reason.value}" for reason, count in tally.unreadable.most_common())
        text += f"; can't be used: {reasons}"
    if tally.refused:
        text += f"; {tally.refused:,} too large to be published"
    return text


@contextmanager
def _progress(events: EventFiles) -> Iterator[Report | None]:
    """Show on a terminal how far the files are read and how many events are out."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[count]:,} events"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task("loading", total=events.bytes_total, count=0)
        yield lambda tally: bars.update(task, completed=events.bytes_read, count=tally.events)
