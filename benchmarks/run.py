"""All benchmarks in one run: a table, and the same as JSON in benchmarks/results/.

    python -m benchmarks.run [--quick] [--only NAME ...]

Nothing is skipped or capped for time. Names for --only: see `BENCHMARKS`, or --help.
"""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Collection

import structlog
from rich.console import Console

from benchmarks.ground import FULL, QUICK, Ground
from benchmarks.measure import (
    backlog,
    event_streams,
    faust_agent,
    limits,
    many_alerts,
    memory,
    one_process,
    page_latency,
    quiet_keys,
    replaying,
    rules,
    scaling,
    sinking,
)
from benchmarks.report import Measured, number, ratio_table, ratios, save, table
from benchmarks.result import Result

Measure = Callable[[Ground, Collection[str]], AsyncIterator[Result]]


def _whole(measure: Callable[[Ground], AsyncIterator[Result]]) -> Measure:
    return lambda ground, _: measure(ground)


BENCHMARKS: list[tuple[tuple[str, ...], Measure]] = [
    (("limits",), _whole(limits.measure)),
    (("faust",), _whole(faust_agent.measure)),
    (("track",), _whole(backlog.measure_tracking)),
    (("pipeline", "steady", "latency", "recovery"), one_process.measure),
    (("two", "latency-two"), backlog.measure_two_processes),
    (("peers",), _whole(backlog.measure_peers_work)),
    (("replay",), _whole(replaying.measure)),
    (("memory",), _whole(memory.measure)),
    (("quiet",), _whole(quiet_keys.measure)),
    (("sink",), _whole(sinking.measure)),
    (("rules",), _whole(rules.measure)),
    (("alerts",), _whole(many_alerts.measure)),
    (("scaling",), _whole(scaling.measure)),
    (("streams",), _whole(event_streams.measure)),
    (("page",), _whole(page_latency.measure)),
]
"""In the order in which they run: the names that choose them, and what runs."""

FILE_WIDTH = 160

NAMES = [name for names, _ in BENCHMARKS for name in names]


async def run(quick: bool, wanted: Collection[str], console: Console) -> tuple[list[Measured], list[str]]:
    """Run what is wanted; return results, which are also shown as they come, and the names of what failed."""
    found: list[Measured] = []
    failed: list[str] = []
    async with Ground(QUICK if quick else FULL) as ground:
        for names, measure in BENCHMARKS:
            chosen = ", ".join(name for name in names if name in wanted)
            if not chosen:
                continue
            console.print(f"[dim]{chosen} …[/]")
            try:
                async for result in measure(ground, wanted):
                    found.append(Measured(result, os.getloadavg()[0]))
                    value = f"[bold]{number(result.value)}[/] {result.unit}"
                    console.print(f"  {result.name}: {value}  [dim]{result.note}[/]")
            except Exception:
                # The others' results took minutes; they are not thrown away.
                console.print_exception()
                failed.append(chosen)
    return found, failed


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure the engine's speed beside the raw limits.")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run, is it about right?")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # a producer's first tries before a new topic has its leader
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    console = Console()
    if not console.is_terminal:
        console = Console(width=FILE_WIDTH)
    found, failed = asyncio.run(run(options.quick, options.only or NAMES, console))
    console.print(table(found))
    if ratios(found):
        console.print(ratio_table(found))
    console.print(f"[dim]{save(found, options.quick)}[/]")
    if failed:
        sys.exit(f"failed: {'; '.join(failed)}")


if __name__ == "__main__":
    main()
