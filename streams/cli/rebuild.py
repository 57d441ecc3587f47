"""`crm-pulse rebuild`: state made again from the events, beside the running one, and the switch to it."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from processors.compile import Plan
from streams.cli.failure import FAILED, CommandError
from streams.cli.reaching import reaching, unreachable
from streams.cli.start import start
from streams.cli.units import counted
from streams.clock import monotonic_s
from streams.config_files import read_catalog
from streams.kafka.publishing import PublishError
from streams.owning.log_made_anew import LogMadeAnewError
from streams.rebuild import LogCutError, Rebuild, RebuildError, Report
from streams.rebuild_log import Step
from streams.tables import RestoreError

#: How long workers are waited for after the switch; they may also be started later.
WAIT_S = 60.0
POLL_S = 0.5


def rebuild(
    from_what_is_left: Annotated[
        bool,
        typer.Option(
            "--from-what-is-left", help="Go on though the activity topic has lost its oldest events."
        ),
    ] = False,
    wait: Annotated[
        bool, typer.Option(help="Wait, for a minute at most, until workers have gone over to the new state.")
    ] = True,
) -> None:
    """Make state again from all events, under the configured catalog, and let the workers go over to it.

    For a catalog that a worker refuses, and for the history of what a catalog added. Workers may run meanwhile.
    Until the switch at its end nothing is changed: it may be interrupted at any time, and started again.
    """
    settings = start()
    plan = Plan(read_catalog(settings.catalog))
    with _progress() as step:
        job = Rebuild(settings, plan, step, from_what_is_left=from_what_is_left)
        try:
            asyncio.run(job.run())
        except LogCutError:
            raise
        except (KafkaError, RestoreError) as error:
            raise unreachable(settings, error, FAILED, _outcome(job.report)) from None
        except (PublishError, RebuildError, LogMadeAnewError) as error:
            raise CommandError(f"{error}\n{_outcome(job.report)}", FAILED) from None
        except BaseException:
            typer.echo(_outcome(job.report), err=True)
            raise
    typer.echo(_summary(job.report, plan.name), err=True)
    if wait:
        with reaching(settings, FAILED):
            _wait(job)


def _wait(job: Rebuild) -> None:
    """Wait for a worker to have published everything anew; Ctrl-C ends that, and nothing else."""
    typer.echo("waiting for workers to go over (Ctrl-C if none runs) …", err=True)

    async def taken_over() -> bool:
        until_s = monotonic_s() + WAIT_S
        while monotonic_s() < until_s:
            if await job.is_taken_over():
                return True
            await asyncio.sleep(POLL_S)
        return False

    try:
        done = asyncio.run(taken_over())
    except KeyboardInterrupt:
        done = False
    if done:
        typer.echo("workers have gone over: every KPI is published anew", err=True)
    else:
        typer.echo("no worker has gone over yet; one will when it is started with this catalog", err=True)


def _outcome(report: Report) -> str:
    """Say what is true when a rebuild came to no good end."""
    if report.switched:
        return f"all the same, it was switched to generation {report.generation}"
    return "nothing was switched: workers go on as before, and `crm-pulse rebuild` can be started again"


def _summary(report: Report, catalog: str) -> str:
    events = report.events
    lines = [
        f"rebuilt under {catalog} in {report.seconds:.1f} s: {counted(report.records_read, 'record')} read, of them "
        f"{counted(events['events'], 'event')}, {counted(events['duplicates'], 'duplicate')}, "
        f"{counted(events['dead_letters'], 'dead letter')}; {counted(report.updates, 'update')} of the directory",
        f"{counted(report.records_written, 'state record')} written; switched to generation {report.generation}",
    ]
    if report.removed:
        lines.append(f"removed, since nobody needs them any more: {', '.join(report.removed)}")
    return "\n".join(lines)


@contextmanager
def _progress() -> Iterator[Step]:
    """Show on a terminal how far reading and writing are."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.completed:,.0f} records"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def step(what: str, done: int, total: int) -> None:
            task = tasks.get(what)
            if task is None:
                task = tasks[what] = bars.add_task(what)
            bars.update(task, completed=done, total=total)

        yield step
