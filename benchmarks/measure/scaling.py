"""Cost follows events and changed keys, not windows times keys."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from benchmarks.catching_up import CatchUp, catch_up, published
from benchmarks.ground import Event, Ground, preload
from benchmarks.measure.backlog import as_result, volumes
from benchmarks.result import Result
from benchmarks.workers import running

TWICE_THE_WINDOWS = """\
catalog: twice-the-windows
extends: standard
rolling: [rolling_24h, rolling_7d, rolling_30d, rolling_365d, rolling_12h, rolling_48h, rolling_14d, rolling_90d]
"""
TEN_TIMES = 10


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Work off the same backlog with the standard catalog, twice the rolling windows, ten times the reps."""
    count = ground.size.scaling_events
    catalog = ground.directory / "twice.yaml"
    catalog.write_text(TWICE_THE_WINDOWS)
    events = ground.month(count)
    base = await _backlog(ground, events, None)
    yield as_result(f"scaling: {count:,} events", base, note=volumes(base))
    windows = await _backlog(ground, events, catalog)
    yield as_result("scaling: twice the rolling windows", windows, note=_beside(windows, base))
    del events
    reps = await _backlog(ground, ground.month(count, reps=200 * TEN_TIMES), None)
    yield as_result("scaling: ten times the reps", reps, note=_beside(reps, base))


def _beside(done: CatchUp, base: CatchUp) -> str:
    return f"{done.cpu_s / base.cpu_s:.2f}× the processor time; {volumes(done)}"


async def _backlog(ground: Ground, events: Sequence[Event], catalog: Path | None) -> CatchUp:
    async with ground.installation(catalog=catalog) as settings:
        await preload(settings, events)
        async with running([settings], ground.directory / "scaling") as group:
            return await catch_up(ground, group, len(events), published(len(events)))
