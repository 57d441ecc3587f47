"""`crm-pulse replay` of the run's events from a file, as a person calls it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.ground import Ground
from benchmarks.resources import peak_mib
from benchmarks.result import Result
from benchmarks.workers import POLL_S, ROOT
from streams.clock import monotonic_s

GOAL_S = 25.0


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Replay a file of events; start of the interpreter and writing of the records included."""
    file, records = ground.directory / "events.jsonl", ground.directory / "records.jsonl"
    with file.open("wb") as stream:
        stream.writelines(value + b"\n" for _, value in ground.events)
    wall_s, cpu_s, most_mib = await _replay(file, records)
    with records.open("rb") as stream:
        count = sum(1 for _ in stream)
    million = ground.size.events / 1e6
    # Fewer events cost more each: records are as many as keys.
    goal = GOAL_S if million == 1.0 else None
    yield Result(
        name=f"replay of {ground.size.events:,} events",
        value=wall_s,
        unit="s",
        goal=goal,
        better="less",
        wall_s=wall_s,
        cpu_s_per_million=cpu_s / million,
        peak_mib=most_mib,
        note=f"{count:,} KPI records; {ground.size.events / wall_s:,.0f} events/s",
    )
    file.unlink()


async def _replay(file: Path, records: Path) -> tuple[float, float, float]:
    """Return seconds of wall time and of processor time, and the most memory in MiB."""
    command = [sys.executable, "-m", "streams.cli.main", "replay", str(file), "--out", str(records)]
    began_s, most_mib = monotonic_s(), 0.0
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 (milliseconds)
    while True:
        most_mib = max(most_mib, peak_mib(process.pid))
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)  # noqa: ASYNC222 (does not wait)
        if pid:
            break
        await asyncio.sleep(POLL_S)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"replay ended with status {process.returncode}")
    return monotonic_s() - began_s, usage.ru_utime + usage.ru_stime, most_mib
