"""The whole pipeline in one process, as it lives: a month is worked off, then events come at a set rate,
their KPIs are waited for, the worker ends, and another one takes over its state."""

from collections.abc import AsyncIterator, Collection

from benchmarks.catching_up import catch_up, published
from benchmarks.ground import Ground, preload
from benchmarks.measure.backlog import as_result, volumes
from benchmarks.measure.latency import latency
from benchmarks.measure.recovery import recovery
from benchmarks.measure.steady import steady
from benchmarks.result import Result
from benchmarks.workers import running

NAME = "whole pipeline, one process"


async def measure(ground: Ground, wanted: Collection[str]) -> AsyncIterator[Result]:
    """Measure what is `wanted` of pipeline, steady, latency, recovery; the rest is only gone through."""
    count = ground.size.events
    async with ground.installation() as settings:
        await preload(settings, ground.events)
        async with running([settings], ground.directory / "one") as [worker]:
            done = await catch_up(ground, [worker], count, published(count))
            if "pipeline" in wanted:
                yield as_result(NAME, done, goal=30_000, note=volumes(done))
            if "steady" in wanted:
                async for result in steady(ground, settings, worker):
                    yield result
            if "latency" in wanted:
                async for result in latency(ground, settings, worker):
                    yield result
        if "recovery" in wanted:
            async for result in recovery(ground, settings):
                yield result
