"""A plain Faust agent with pane tables, event by event: what is gained over Faust as shipped."""

import asyncio
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from typing import Any

import orjson

from benchmarks.ground import Ground, preload
from benchmarks.plain_faust import REPORT_EVENTS
from benchmarks.result import Result
from benchmarks.workers import POLL_S, ROOT, WorkerEndedError
from streams.kafka.topic_admin import delete_topics, existing_topics
from streams.settings import Settings
from streams.topics import topics

NAMES = {"exactly_once": "plain Faust agent", "at_least_once": "plain Faust agent, at-least-once (not exact)"}
NAME = NAMES["exactly_once"]


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Run the agent over the first events of the run, with and without exactness."""
    for guarantee in NAMES:
        yield await _measure(ground, guarantee)


async def _measure(ground: Ground, guarantee: str) -> Result:
    count = ground.size.plain_events
    async with ground.installation() as settings:
        await preload(settings, ground.events[:count])
        broker_s = ground.broker_cpu_s()
        first, last = await _run(ground, settings, guarantee, count)
        await _delete_changelogs(settings)
    events, wall_s = last["done"] - first["done"], last["at_s"] - first["at_s"]
    return Result(
        name=NAMES[guarantee],
        value=events / wall_s,
        unit="events/s",
        wall_s=wall_s,
        cpu_s_per_million=(last["cpu_s"] - first["cpu_s"]) * 1e6 / events,
        broker_cpu_s_per_million=(ground.broker_cpu_s() - broker_s) * 1e6 / count,
        peak_mib=last["peak_mib"],
        note=f"{count:,} events, processing_guarantee={guarantee}; benchmarks/plain_faust.py",
    )


async def _run(
    ground: Ground, settings: Settings, guarantee: str, count: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the app's first and last report."""
    report, log = ground.directory / f"plain-{uuid.uuid4().hex}.report", ground.directory / "plain.log"
    report.touch()
    wanted = count - count % REPORT_EVENTS
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: ASYNC220 (milliseconds)
            [
                sys.executable, "-m", "benchmarks.plain_faust", settings.kafka_bootstrap, settings.app_id,
                topics(settings).activity.name, str(settings.partitions), guarantee,
                str(report),
            ],
            stdout=output, stderr=output, cwd=ROOT,
        )  # fmt: skip
    try:
        while True:
            lines = report.read_bytes().split(b"\n")[:-1]
            if lines and (last := orjson.loads(lines[-1]))["done"] >= wanted:
                return orjson.loads(lines[0]), last
            if process.poll() is not None:
                raise WorkerEndedError(
                    f"plain Faust ended with {process.returncode}: {log.read_text()[-3_000:]}"
                )
            await asyncio.sleep(POLL_S)
    finally:
        # What it would still write is of no use, and its way out can take minutes.
        process.kill()
        process.wait()


async def _delete_changelogs(settings: Settings) -> None:
    there = await existing_topics(settings)
    tables = ("counts", "responses", "transitions", "received", "stages")
    changelogs = [f"{settings.app_id}-{table}-changelog" for table in tables]
    await delete_topics(settings, [name for name in changelogs if name in there])
