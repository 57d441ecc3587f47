"""Results as a table and as a file."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import orjson
from rich.table import Table

from benchmarks.measure import backlog, faust_agent, limits, one_process
from benchmarks.result import Result
from streams.clock import now_us

RESULTS = Path(__file__).parent / "results"
FAUST_RATIO_MIN = 20.0
COLOURS = {True: "green", False: "red", None: "default"}


@dataclass(frozen=True)
class Measured:
    """A result, and how busy the machine was."""

    result: Result
    load: float
    """Load average of the last minute, the benchmark's own processes included."""


@dataclass(frozen=True)
class Ratio:
    """How ours compares with another of the same run."""

    name: str
    rate: float
    """How many times the other's events a second."""
    cpu: float | None
    """How many times less processor time for an event; what holds on a busy machine."""
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the rate is as demanded; None where nothing is."""
        return None if self.goal is None else self.rate >= self.goal


def ratios(found: Sequence[Measured]) -> list[Ratio]:
    """Return how ours compares with the others of the same run."""
    by_name = {one.result.name: one.result for one in found}
    pairs = [
        (backlog.PEERS_WORK, faust_agent.NAME, FAUST_RATIO_MIN),
        (one_process.NAME, faust_agent.NAME, FAUST_RATIO_MIN),
        (backlog.TRACK, faust_agent.NAME, None),
        (one_process.NAME, limits.RAW, None),
        (backlog.TRACK, limits.RAW, None),
        (one_process.NAME, limits.DICTS, None),
        (backlog.PEERS_WORK, limits.DICTS, None),
        (backlog.TWO, one_process.NAME, None),
    ]
    return [
        _ratio(by_name[ours], by_name[other], goal)
        for ours, other, goal in pairs
        if ours in by_name and other in by_name
    ]


def _ratio(ours: Result, other: Result, goal: float | None) -> Ratio:
    cpu = None
    if ours.cpu_s_per_million and other.cpu_s_per_million:
        cpu = other.cpu_s_per_million / ours.cpu_s_per_million
    return Ratio(f"{ours.name} ÷ {other.name}", ours.value / other.value, cpu, goal)


def table(found: Sequence[Measured]) -> Table:
    """Return what people look at; remarks were printed with the results as they came."""
    shown = Table(
        title="CRM Pulse, measured", caption=_machine(), title_justify="left", caption_justify="left"
    )
    shown.add_column("what", overflow="fold")
    for name in ("result", "goal", "CPU s per\nmillion", "broker's", "MiB", "load"):
        shown.add_column(name, justify="right")
    for one in found:
        shown.add_row(*_cells(one.result), f"{one.load:.1f}")
    return shown


def ratio_table(found: Sequence[Measured]) -> Table:
    """Return the ratios."""
    shown = Table(title="Beside the others of this run", title_justify="left")
    shown.add_column("what", overflow="fold")
    for name in ("rate", "goal", "less CPU\nan event"):
        shown.add_column(name, justify="right")
    for one in ratios(found):
        goal = "" if one.goal is None else f"≥ {number(one.goal)}×"
        less = "" if one.cpu is None else f"{number(one.cpu)}×"
        shown.add_row(one.name, f"[{COLOURS[one.met]}]{number(one.rate)}×[/]", goal, less)
    return shown


def save(found: Sequence[Measured], quick: bool) -> Path:
    """Write everything as JSON; return the file."""
    RESULTS.mkdir(exist_ok=True)
    at = datetime.fromtimestamp(now_us() / 1e6, UTC)
    document = {
        "at": at.isoformat(timespec="seconds"),
        "quick": quick,
        "machine": _machine(),
        "results": [{**asdict(one.result), "met": one.result.met, "load": one.load} for one in found],
        "ratios": [{**asdict(one), "met": one.met} for one in ratios(found)],
    }
    path = RESULTS / f"{at:%Y%m%dT%H%M%SZ}{'-quick' if quick else ''}.json"
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    return path


def _cells(result: Result) -> list[str]:
    goal = "" if result.goal is None else f"{'≥' if result.better == 'more' else '≤'} {number(result.goal)}"
    return [
        result.name,
        f"[{COLOURS[result.met]}]{number(result.value)} {result.unit}[/]",
        goal,
        *("" if value is None else number(value) for value in
          (result.cpu_s_per_million, result.broker_cpu_s_per_million, result.peak_mib)),
    ]  # fmt: skip


def number(value: float) -> str:
    """Write a number with three digits that say something."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 0.1:
        return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return f"{value:.1g}"


def _machine() -> str:
    return (
        f"{os.cpu_count()} cores, {_processor()}, Python {platform.python_version()}, "
        f"faust-streaming {version('faust-streaming')}, aiokafka {version('aiokafka')}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
