"""`crm-pulse worker`, reporting on itself: the same settings, stages, pages and shell, and a line every 100 ms.

    python -m benchmarks.pulse_worker REPORT

appends JSON lines to the file REPORT: how far each stage is, processor time and memory.
"""

import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from time import process_time
from typing import IO, Any

import orjson

from benchmarks.resources import peak_mib
from processors.compile import Plan
from schemas.catalogs.exported import exported
from streams.cli.worker import health_pages
from streams.clock import monotonic_s
from streams.config_files import read_absences, read_catalog, read_rules
from streams.process import logs
from streams.settings import load
from streams.status import WorkerStatus
from streams.topology import stages
from streams.worker import run_worker

INTERVAL_S = 0.1


def main() -> None:
    """Run until SIGTERM. The topics must be there."""
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    catalog = read_catalog(settings.catalog)
    plan = Plan(catalog)
    rules, absences = read_rules(settings.rules, catalog), read_absences(settings.rules)

    def pages(status: WorkerStatus) -> AbstractAsyncContextManager[Any]:
        return health_pages(settings, exported(catalog, rules.values()), plan.name, status)

    report = partial(reporting, path=Path(sys.argv[1]))
    row = stages(settings, plan, rules, absences=absences)
    sys.exit(run_worker(settings, row, beside=[pages, report]))


@asynccontextmanager
async def reporting(status: WorkerStatus, path: Path) -> AsyncIterator[None]:
    """Report as long as the worker runs, and once more at its end."""
    with path.open("ab", buffering=0) as file:
        task = asyncio.create_task(_report(status, file))
        try:
            yield
        finally:
            task.cancel()
            _write(status, file)


async def _report(status: WorkerStatus, file: IO[bytes]) -> None:
    while True:
        _write(status, file)
        await asyncio.sleep(INTERVAL_S)


def _write(status: WorkerStatus, file: IO[bytes]) -> None:
    done: defaultdict[str, int] = defaultdict(int)
    lag: defaultdict[str, int] = defaultdict(int)
    stats: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    behind_s = 0.0
    for part in status.partitions():
        done[part.stage] += part.cut + 1
        lag[part.stage] += part.lag or 0
        behind_s = max(behind_s, status.behind_s(part.holding))
        for name, value in part.holding.processor.stats.items():
            stats[part.stage][name] += value
    line = {
        "at_s": monotonic_s(),
        "cpu_s": process_time(),
        "peak_mib": peak_mib(),
        "ready": not status.unready(),
        "done": done,
        "lag": lag,
        "behind_s": behind_s,
        "stats": stats,
        "totals": {name: asdict(totals) for name, totals in status.stages.items()},
        "checkpoints": status.checkpoints,
        "checkpoint_s": status.checkpoint_s,
        "ticks": status.ticks,
        "tick_s": status.tick_s,
        "emit_interval_s": status.emit_interval_s,
    }
    file.write(orjson.dumps(line) + b"\n")


if __name__ == "__main__":
    main()
