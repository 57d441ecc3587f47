"""Working off a backlog: how fast, and what it took."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.ground import Ground
from benchmarks.workers import POLL_S, Report, Worker

Done = Callable[[Report], bool]
"""Tells by the workers' reports, added up, whether everything is done."""


@dataclass(frozen=True)
class CatchUp:
    """From the moment when all workers had their partitions until everything was done."""

    events: int
    wall_s: float
    cpu_s: float
    broker_cpu_s: float
    peak_mib: float
    first: Report
    last: Report
    """Reports of all workers added up, at the begin and the end."""

    @property
    def events_per_s(self) -> float:
        return self.events / self.wall_s

    def per_million(self, seconds: float) -> float:
        """Return seconds as seconds for a million events."""
        return seconds * 1e6 / self.events


async def catch_up(ground: Ground, group: Sequence[Worker], events: int, done: Done) -> CatchUp:
    """Wait until `done`."""
    first = added([one.reports()[0] for one in group])
    broker_s = ground.broker_cpu_s()
    began_s = max(next(report["at_s"] for report in one.reports() if report["ready"]) for one in group)
    while not done(last := added([one.last() for one in group])):  # noqa: ASYNC110 (another process's doing)
        await asyncio.sleep(POLL_S)
    return CatchUp(
        events=events,
        wall_s=last["at_s"] - began_s,
        cpu_s=last["cpu_s"] - first["cpu_s"],
        broker_cpu_s=ground.broker_cpu_s() - broker_s,
        peak_mib=last["peak_mib"],
        first=first,
        last=last,
    )


def tracked(events: int) -> Done:
    """Every event was tracked and its facts are acknowledged."""
    return lambda report: report.done("track") >= events


def published(events: int) -> Done:
    """Every event was tracked, every fact added up, every changed KPI published, all of them judged, and what waits."""

    def done(report: Report) -> bool:
        kpis = report.stat("rollup", "kpi_records") + report.stat("rollup", "kpi_tombstones")
        return (
            report.done("track") >= events
            and report.done("rollup") + report.done("overdue") >= report.total("track", "sends")
            and not report.stat("rollup", "changed_groups_now")
            and report.done("judge") >= kpis
        )

    return done


def added(reports: Sequence[Report | None]) -> Report:
    """Add up what several workers report."""
    present = [report for report in reports if report is not None]
    total = Report({"at_s": max(report["at_s"] for report in present)})
    for name in ("cpu_s", "peak_mib", "checkpoints", "checkpoint_s", "ticks", "tick_s"):
        total[name] = sum(report[name] for report in present)
    for name in ("behind_s", "emit_interval_s"):
        total[name] = max(report[name] for report in present)
    for name in ("done", "lag"):
        total[name] = _sums([report[name] for report in present])
    for name in ("stats", "totals"):
        stages = {stage for report in present for stage in report[name]}
        total[name] = {stage: _sums([report[name].get(stage, {}) for report in present]) for stage in stages}
    return total


def _sums(counts: Sequence[dict[str, float]]) -> dict[str, float]:
    names = {name for count in counts for name in count}
    return {name: sum(count.get(name, 0) for count in counts) for name in names}
