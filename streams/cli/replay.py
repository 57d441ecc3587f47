"""`crm-pulse replay`: the KPIs of a file of events, without a broker, in virtual time."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Final

import orjson
import typer

from processors.compile import Plan
from processors.publishing.records import rfc3339
from processors.replay import Replay
from schemas.catalog import Catalog, Pipeline
from streams.cli.failure import CommandError
from streams.cli.feeding import feed
from streams.cli.horizon import DedupHorizon, horizon_us
from streams.cli.moment import as_of_moment
from streams.cli.overwriting import refuse_overwriting
from streams.cli.periods import read_periods
from streams.cli.units import counted
from streams.cli.writable import refuse_unwritable
from streams.clock import now_us
from streams.config_files import read_catalog, read_mapping
from streams.process import garbage
from streams.process.leaving import LEAVING
from streams.sources.open_file import STDIN
from streams.sources.xes_mapping import XesMapping

STDOUT: Final = Path("-")


def replay(
    files: Annotated[
        list[str], typer.Argument(help="JSON Lines (.gz too), - for standard input, .xes, .xes.gz")
    ],
    catalog: Annotated[Path | None, typer.Option(help="The catalog; default: the standard one.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="How an XES log becomes events.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The moment; default: the last event's time.")] = None,
    periods: Annotated[str, typer.Option(help="running, or all: the past ones too.")] = "running",
    out: Annotated[Path, typer.Option(help="Where the records go; - is standard output.")] = STDOUT,
    dedup_horizon: DedupHorizon = None,
    summary: Annotated[Path | None, typer.Option(help="Where the summary goes, as JSON.")] = None,
) -> None:
    """Compute the KPIs of files as of a moment; the same numbers as the worker's.

    Writes KPI records as JSON Lines, and on standard error how many events, copies and unusable ones there were.
    """
    garbage.relax()
    which, horizon = read_periods(periods), horizon_us(dedup_horizon)
    named = (file for file in files if file != STDIN)
    if summary == out == STDOUT:
        raise CommandError("--summary -: the records go to standard output; one of both needs a file")
    outputs = {option: path for option, path in (("--out", out), ("--summary", summary)) if path != STDOUT}
    refuse_overwriting(outputs, [*named, catalog, mapping])
    refuse_unwritable(outputs)
    rules = read_mapping(mapping)
    plan = Plan(catalog_for(rules, catalog))
    engine = Replay(plan, arrival_us=now_us(), dedup_horizon_us=horizon, as_of_us=as_of_moment(as_of))
    LEAVING.hold(engine)
    feed(files, rules, lambda event: engine.take(event.value), engine.learn)
    with _output(out) as stream:
        for record in engine.records(which):
            if record.body is not None:
                stream.write(record.body + b"\n")
    _report(engine, summary)


def catalog_for(mapping: XesMapping | None, path: Path | None) -> Catalog:
    """Return the catalog in a file; where there is none, the standard one with a log's own stages and time zone.

    Raises Faults.
    """
    catalog = read_catalog(path)
    if mapping is None or path is not None:
        return catalog
    calendar = catalog.calendar.model_copy(update={"timezone": mapping.timezone})
    lines = {mapping.name: Pipeline(stages=mapping.stages)} if mapping.stages else catalog.pipelines
    return catalog.model_copy(update={"calendar": calendar, "pipelines": lines})


@contextmanager
def _output(path: Path) -> Iterator[IO[bytes]]:
    if path == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with path.open("wb") as stream:
            yield stream
    except OSError as error:
        raise CommandError(f"{path}: can't be written: {error.strerror or error}") from None


def _report(engine: Replay, path: Path | None) -> None:
    found = engine.summary
    as_of_us = engine.as_of_us
    found["as_of"] = None if as_of_us is None else rfc3339(as_of_us)
    if path is not None:
        with _output(path) as stream:
            stream.write(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    letters = ", ".join(f"{n:,} {reason}" for reason, n in found["dead_letters"].items()) or "none"
    said = (
        f"{found['read']:,} read: {counted(found['events'], 'event')}, {counted(found['duplicates'], 'duplicate')}, "
        f"dead letters: {letters}"
    )
    if refused := sum(found["targets_refused"].values()):
        said += f", {counted(refused, 'target')} that can show nowhere"
    if found["left_out"]:
        said += f", {found['left_out']:,} after {found['as_of']}"
    typer.echo(said, err=True)
