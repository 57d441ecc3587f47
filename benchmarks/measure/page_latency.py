"""How long after an event is published the number on the wallboard changes: seen by the page itself.

Worker, sink, Redis and serve run as they are deployed; the page is in a real Chromium. Markers are calls of a rep that
nobody else is, among all other events: the k-th is seen when the rep's number says k or more. The page notes by its
own clock, which is the machine's, when the frame was made in which a number changed. Beside it stands when the same
record could be read from `crm.kpis`: what the engine took of that time.
"""

import asyncio
import os
import random
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
from playwright.async_api import Page, async_playwright

from benchmarks.ground import Ground, preload, publishing
from benchmarks.measure.latency import (
    PROBES_PER_S,
    WAIT_S,
    Probe,
    delays_of,
    kpis_from_now,
    probes_of,
    read_probes,
)
from benchmarks.measure.steady import drained
from benchmarks.pacing import at_rate, live_events
from benchmarks.percentiles import percentiles_ms
from benchmarks.resources import cpu_s
from benchmarks.result import Result
from benchmarks.workers import ROOT, environ_of, running
from processors.partition import Send
from streams.brokers.process import ServerProcess, free_port
from streams.clock import monotonic_s, now_us
from streams.settings import Settings
from streams.topics import topics
from tests.browser.conftest import ARGUMENTS
from tests.services.redis import RedisServer

EVENTS_PER_S = 500
HISTORY_EVENTS = 5_000
GOAL_S = 1.0
SETTLE_S = 5.0
"""Numbers were live for so long before events come."""
WARM_UP = 3
"""Events come for so many times the measured seconds before the first marker: what is published for the first time
has its first point of a history written, and a floor that is at work all day has not."""
POLL_S = 0.1
BOARD = """
boards:
  measured:
    title: Measured
    tiles:
{markers}
      - {{type: leaderboard, kpi: calls, window: day, size: 5x3}}
      - {{type: number, kpi: calls, window: day, size: 4x2}}
      - {{type: number, kpi: won_revenue, window: month, size: 3x2}}
      - {{type: number, kpi: response_time_p90, window: rolling_24h, size: 4x1}}
      - {{type: number, kpi: open_inquiries, window: now, size: 3x1}}
      - {{type: ticker}}
"""
MARKER = "      - {{type: number, kpi: calls, window: rolling_24h, of: {{rep: {rep}}}, sparkline: false, size: 3x2}}"
NOTE_CHANGES = """() => {
  window.seen = [];
  const changed = new Set();
  const drawn = new MessageChannel();
  drawn.port1.onmessage = () => {
    const at = Date.now();
    for (const one of changed) window.seen.push([one.dataset.key, Number(one.dataset.value), at]);
    changed.clear();
  };
  const observer = new MutationObserver((changes) => {
    // A message that is sent while a frame is made arrives when it is done.
    if (changed.size === 0) drawn.port2.postMessage(null);
    for (const { target } of changes) changed.add(target);
  });
  for (const one of document.querySelectorAll(".value")) observer.observe(one, {attributeFilter: ["data-value"]});
}"""


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Measure from the producer's send to the frame that shows it; p50, p90 and p99."""
    async with RedisServer() as redis, ground.installation() as settings:
        probes = probes_of(settings, "page")
        await preload(settings, ground.month(HISTORY_EVENTS))
        async with (
            running([settings], ground.directory / "page") as [worker],
            _served(settings, redis.url, probes, ground.directory) as (port, pids),
            _page(f"http://127.0.0.1:{port}/b/measured") as page,
        ):
            await drained(settings, worker)
            await _is_live(page)
            assert redis.pid is not None
            pids |= {"worker": worker.process.pid, "Redis": redis.pid}
            began_s, began_cpu_s = monotonic_s(), {name: cpu_s(pid) for name, pid in pids.items()}
            read = await _publish(settings, probes, ground.size.latency_s, page)
            wall_s = monotonic_s() - began_s
            used = {name: (cpu_s(pid) - began_cpu_s[name]) / wall_s for name, pid in pids.items()}
    shown_ms, readable_ms = percentiles_ms(delays_of(probes)), percentiles_ms(delays_of(read))
    yield Result(
        name=f"event published to number changed on the page, {EVENTS_PER_S} events/s",
        value=shown_ms.p99,
        unit="ms p99",
        goal=GOAL_S * 1e3,
        better="less",
        note=f"{shown_ms} ({shown_ms.delays} markers; readable on the topic after "
        f"{', '.join(f'{one:.0f}' for one in readable_ms[:3])} ms p50, p90, p99; "
        f"of a core: {', '.join(f'{name} {share:.0%}' for name, share in used.items())})",
    )


async def _publish(settings: Settings, probes: Sequence[Probe], seconds: float, page: Page) -> list[Probe]:
    """Publish markers at random moments among other events, until the page has seen them all.

    Returns the same markers as they were read from the topic.
    """
    topic, rng = topics(settings).activity.name, random.Random(1)
    twins = [Probe(one.rep, one.account, one.key) for one in probes]
    events = live_events(EVENTS_PER_S, (WARM_UP + 1) * seconds)
    async with publishing(settings) as publisher, kpis_from_now(settings) as consumer:
        reading = asyncio.create_task(read_probes(consumer, twins))
        background = asyncio.create_task(at_rate(publisher, topic, events, EVENTS_PER_S))
        await asyncio.sleep(WARM_UP * seconds)
        until_s = monotonic_s() + seconds
        while monotonic_s() < until_s:
            await asyncio.sleep(rng.expovariate(PROBES_PER_S))
            probe, twin = rng.choice([*zip(probes, twins, strict=True)])
            key, value = probe.event()
            probe.sent_s.append(now_us() / 1e6)
            twin.sent_s.append(monotonic_s())
            await publisher.publish([Send(topic, None, key, value)])
        await background
        async with asyncio.timeout(WAIT_S):
            while any(len(one.read_s) < len(one.sent_s) for one in (*probes, *twins)):
                await asyncio.sleep(POLL_S)
                await _take_seen(probes, page)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    return twins


async def _is_live(page: Page) -> None:
    """Wait until the page has been live for a while: all that was published before is on it."""
    since_s = monotonic_s()
    while monotonic_s() - since_s < SETTLE_S:
        await asyncio.sleep(POLL_S)
        if await page.evaluate("document.body.dataset.state") != "live":
            since_s = monotonic_s()


async def _take_seen(probes: Sequence[Probe], page: Page) -> None:
    by_key = {one.key.decode(): one for one in probes}
    for key, value, at_ms in await page.evaluate("window.seen.splice(0)"):
        if key in by_key:
            by_key[key].says(value, at_ms / 1e3)


@asynccontextmanager
async def _served(
    settings: Settings, redis_url: str, probes: Sequence[Probe], directory: Path
) -> AsyncIterator[tuple[int, dict[str, int]]]:
    """Run sink and serve as long as the block, which begins when both are ready; yield serve's port, and their ids."""
    boards = directory / "boards.yaml"
    boards.write_text(BOARD.format(markers="\n".join(MARKER.format(rep=one.rep) for one in probes)), "utf-8")
    ports = {"sink": free_port(), "serve": free_port()}
    environ = {
        **os.environ, **environ_of(settings), "CRM_PULSE_REDIS_URL": redis_url, "CRM_PULSE_BOARDS": str(boards),
        "CRM_PULSE_METRICS_PORT": str(ports["sink"]), "CRM_PULSE_HTTP_PORT": str(ports["serve"]),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    pids: dict[str, int] = {}
    async with AsyncExitStack() as exits:
        for command, port in ports.items():
            server = ServerProcess(
                command,
                [sys.executable, "-m", "streams.cli.main", command],
                port=port,
                log=directory / f"{command}.log",
                ready=_is_ready,
                env=environ,
            )
            exits.push_async_callback(server.stop)
            await server.start()
            assert server.pid is not None
            pids[command] = server.pid
        yield ports["serve"], pids


async def _is_ready(port: int) -> bool:
    try:
        async with httpx.AsyncClient(timeout=1) as http:
            return (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
    except httpx.TransportError:
        return False


@asynccontextmanager
async def _page(url: str) -> AsyncIterator[Page]:
    """Yield a TV's page that notes when its numbers change."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            page = await chromium.new_page(viewport={"width": 1920, "height": 1080})
            await page.goto(url)
            await page.wait_for_selector("body[data-state=live] .value")
            await page.evaluate(NOTE_CHANGES)
            yield page
        finally:
            await chromium.close()
