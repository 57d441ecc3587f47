"""A worker takes over the state of the run: how fast its changelogs are read."""

from collections.abc import AsyncIterator, Sequence

from benchmarks.ground import Ground
from benchmarks.result import Result
from benchmarks.workers import Report, running
from streams.settings import Settings


async def recovery(ground: Ground, settings: Settings) -> AsyncIterator[Result]:
    """Start a worker on an installation whose worker ended, and look at what it says of its restore."""
    async with running([settings], ground.directory / "recovery") as [worker]:
        reports = worker.reports()
    yield recovered(reports)


def recovered(reports: Sequence[Report]) -> Result:
    """Return how fast the state was read, from the worker's reports on itself."""
    began = next(report for report in reports if report["done"])
    ready = next(report for report in reports if report["ready"])
    restored = {stage: total["restored_records"] for stage, total in ready["totals"].items()}
    records = sum(restored.values())
    wall_s = ready["at_s"] - began["at_s"]
    by_stage = ", ".join(f"{stage} {count:,}" for stage, count in restored.items() if count)
    return Result(
        name="recovery of all partitions in one process",
        value=records / wall_s if wall_s else float("inf"),
        unit="records/s",
        goal=200_000,
        wall_s=wall_s,
        cpu_s_per_million=(ready["cpu_s"] - began["cpu_s"]) * 1e6 / max(records, 1),
        peak_mib=ready["peak_mib"],
        note=f"{records:,} state records: {by_stage}",
    )
