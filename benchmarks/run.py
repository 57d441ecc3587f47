"""All benchmarks in one run: a table, and the same as JSON in benchmarks/results/.

    python -m benchmarks.run [--quick] [--only NAME ...]

Nothing is skipped or capped for time. Names for --only: see `BENCHMARKS`, or --help.
"""

import argparse
import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Collection

import structlog
from rich.console import Console

from benchmarks.ground import FULL, QUICK, Ground
from benchmarks.measure import (
    backlog,
    faust_agent,
    limits,
    memory,
    one_process,
    quiet_keys,
    replaying,
    scaling,
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
    (("two",), _whole(backlog.measure_two_processes)),
    (("replay",), _whole(replaying.measure)),
    (("memory",), _whole(memory.measure)),
    (("quiet",), _whole(quiet_keys.measure)),
    (("scaling",), _whole(scaling.measure)),
]
"""In the order in which they run: the names that choose them, and what runs."""

FILE_WIDTH = 160

NAMES = [name for names, _ in BENCHMARKS for name in names]


async def run(quick: bool, wanted: Collection[str], console: Console) -> list[Measured]:
    """Run what is wanted; results are shown as they come."""
    found: list[Measured] = []
    async with Ground(QUICK if quick else FULL) as ground:
        for names, measure in BENCHMARKS:
            if not set(names) & set(wanted):
                continue
            console.print(f"[dim]{', '.join(name for name in names if name in wanted)} …[/]")
            async for result in measure(ground, wanted):
                found.append(Measured(result, os.getloadavg()[0]))
                console.print(
                    f"  {result.name}: [bold]{number(result.value)}[/] {result.unit}  [dim]{result.note}[/]"
                )
    return found


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
    found = asyncio.run(run(options.quick, options.only or NAMES, console))
    console.print(table(found))
    if ratios(found):
        console.print(ratio_table(found))
    console.print(f"[dim]{save(found, options.quick)}[/]")


if __name__ == "__main__":
    main()
