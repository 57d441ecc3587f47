"""Working off a month of events: tracking alone, the whole pipeline over two processes, and peers' work alone."""

from collections.abc import AsyncIterator, Collection
from dataclasses import replace

from benchmarks.catching_up import CatchUp, catch_up, published, tracked
from benchmarks.ground import Ground, preload
from benchmarks.measure.latency import latency
from benchmarks.result import Result
from benchmarks.workers import ROOT, running

TRACK = "tracking alone, one process"
TWO = "whole pipeline, two processes"
PEERS_WORK = "whole pipeline, one process, the peers' work alone"


async def measure_tracking(ground: Ground) -> AsyncIterator[Result]:
    """Measure one worker with `stages=track`."""
    count = ground.size.events
    async with ground.installation(stages=("track",)) as settings:
        await preload(settings, ground.events)
        async with running([settings], ground.directory / "track") as group:
            done = await catch_up(ground, group, count, tracked(count))
        yield as_result(TRACK, done, goal=70_000, note=f"{done.last.stat('track', 'facts'):,} facts")


async def measure_two_processes(ground: Ground, wanted: Collection[str]) -> AsyncIterator[Result]:
    """Measure of one worker that tracks, and one that does the rest, what is `wanted` of two, latency-two."""
    count = ground.size.events
    async with ground.installation() as settings:
        await preload(settings, ground.events)
        each = [
            settings.model_copy(update={"stages": stages})
            for stages in (("directory", "track"), ("rollup", "judge", "overdue"))
        ]
        async with running(each, ground.directory / "two") as group:
            done = await catch_up(ground, group, count, published(count))
            if "two" in wanted:
                yield as_result(TWO, done, goal=45_000, note=volumes(done))
            if "latency-two" in wanted:
                async for result in latency(ground, settings, group[-1]):
                    yield replace(result, name=f"{result.name}, two processes")


async def measure_peers_work(ground: Ground) -> AsyncIterator[Result]:
    """Measure one worker with a catalog of what `plain_faust` and `plain_counts` do, and nothing else."""
    count, directory = ground.size.events, ROOT / "benchmarks"
    files = {"catalog": directory / "peers_work.yaml", "rules": directory / "no_rules.yaml"}
    async with ground.installation(**files) as settings:
        await preload(settings, ground.events)
        async with running([settings], ground.directory / "peers") as group:
            done = await catch_up(ground, group, count, published(count))
        yield as_result(PEERS_WORK, done, note=volumes(done))


def as_result(name: str, done: CatchUp, goal: float | None = None, note: str = "") -> Result:
    """Return the events a second of a backlog, and what it took."""
    return Result(
        name=name,
        value=done.events_per_s,
        unit="events/s",
        goal=goal,
        wall_s=done.wall_s,
        cpu_s_per_million=done.per_million(done.cpu_s),
        broker_cpu_s_per_million=done.per_million(done.broker_cpu_s),
        peak_mib=done.peak_mib,
        note=note,
    )


def volumes(done: CatchUp) -> str:
    """Say how much a run published."""
    kpis = done.last.stat("rollup", "kpi_records")
    state = sum(done.last.total(stage, "state_records_written") for stage in ("track", "rollup", "judge"))
    ticks = done.last["ticks"]
    return f"{kpis / 1e3:,.0f}k KPI records in {ticks:.0f} ticks, {state / 1e3:,.0f}k state records"
