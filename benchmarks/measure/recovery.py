"""A worker takes over the state of the run: how fast its changelogs are read."""

from collections.abc import AsyncIterator

from benchmarks.ground import Ground
from benchmarks.result import Result
from benchmarks.workers import running
from streams.settings import Settings


async def recovery(ground: Ground, settings: Settings) -> AsyncIterator[Result]:
    """Start a worker on an installation whose worker ended, and look at what it says of its restore."""
    async with running([settings], ground.directory / "recovery") as [worker]:
        reports = worker.reports()
    began = next(report for report in reports if report["done"])
    ready = next(report for report in reports if report["ready"])
    totals = [ready["totals"][stage] for stage in ready["totals"]]
    records = sum(total["restored_records"] for total in totals)
    wall_s = ready["at_s"] - began["at_s"]
    by_stage = ", ".join(
        f"{stage} {total['restored_records'] / max(total['restore_s'], 1e-9) / 1e3:,.0f}k/s"
        for stage, total in ready["totals"].items()
        if total["restored_records"]
    )
    yield Result(
        name="recovery of all partitions in one process",
        value=records / wall_s if wall_s else float("inf"),
        unit="records/s",
        goal=200_000,
        wall_s=wall_s,
        cpu_s_per_million=(ready["cpu_s"] - began["cpu_s"]) * 1e6 / max(records, 1),
        peak_mib=ready["peak_mib"],
        note=f"{records:,} state records; a partition's own time: {by_stage} (up to four at once)",
    )
