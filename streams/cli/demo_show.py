"""The demo at work: publishes the floor's events, follows what the engine says of them, and shows it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from itertools import islice
from typing import Final

import aiohttp

from streams.cli.demo_servers import DemoServers
from streams.cli.engine_numbers import EngineNumbers
from streams.cli.event_publisher import event_publisher
from streams.cli.live_model import LIVE_WINDOW, Model
from streams.cli.screen import Screen
from streams.clock import monotonic_s, now_us
from streams.kafka.readers import follow
from streams.serving.keeping import Topics, keep
from streams.serving.open_store import Unwatched, open_store
from streams.serving.redis_keys import connect, keys_of
from streams.serving.store import Standing, Store, StoreAwayError
from streams.settings import Settings
from streams.sinks.redis_sink import RedisSink
from streams.sources.simulate import DEMO_PLAN, Arrival, DemoFloor
from streams.topics import topics

HISTORY_BLOCK_EVENTS: Final = 1_000
LIVE_STEP_S: Final = 0.1
NUMBERS_S: Final = 1.0
STANDINGS_S: Final = 1.0
STANDINGS_TOP: Final = 50
LEADERBOARD_KPI: Final = "won_revenue"


class DemoShow:
    """One demo. `model` is what it has seen so far, also after it ended."""

    def __init__(self, seed: int, events_per_s: float) -> None:
        self._seed = seed
        self._plan = replace(DEMO_PLAN, events_per_s=events_per_s)
        self.model = Model()
        self.alert_changes = 0
        self.first_kpi_s: float | None = None
        """When the first KPI came, on the monotonic clock."""

    async def run(self, servers: DemoServers, screen: Screen) -> str | None:
        """Go on until cancelled; return only when something failed: what."""
        self.model.metrics_url = f"{servers.metrics_url}/metrics"
        self.model.page_url = servers.page_url
        self.model.hint = f"{servers.command_prefix}crm-pulse kpis --dim team"
        self.model.started_us = now_us()
        settings = servers.settings
        jobs: list[Coroutine[None, None, str | None]] = [
            self._publish(settings),
            self._follow(servers, screen),
            self._numbers(servers.metrics_url),
            self._draw(screen),
            _watch(servers),
        ]
        async with _standings_store(servers) as found:
            if found is not None:
                sink, store = found
                jobs += [keep(Topics(settings), sink, Unwatched()), self._standings(store)]
            tasks = [asyncio.create_task(job) for job in jobs]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                # None of them ends by itself while all is well; a process's words say most.
                return servers.problem() or next(iter(done)).result()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _publish(self, settings: Settings) -> None:
        floor = DemoFloor(self._seed, now_us(), self._plan)
        async with event_publisher(settings, "demo") as publisher:
            history = floor.history()
            while block := list(islice(history, HISTORY_BLOCK_EVENTS)):
                await publisher.publish(_values(block))
            while True:
                await publisher.publish(_values(floor.live(now_us())))
                await asyncio.sleep(LIVE_STEP_S)

    async def _follow(self, servers: DemoServers, screen: Screen) -> None:
        """Feed the model from the KPI and alert topics."""
        own = topics(servers.settings)
        async with aclosing(follow(servers.settings, [own.kpis.name, own.alerts.name])) as batches:
            async for batch in batches:
                for change in batch.changes:
                    if change.topic == own.kpis.name:
                        if self.first_kpi_s is None:
                            self.first_kpi_s = monotonic_s()
                            servers.serve_page()
                        self.model.kpi_records += 1
                        if Model.wants(change.key):
                            self.model.take_kpi(change.key, change.record)
                        continue
                    line = self.model.take_alert(change.key, change.record)
                    if line is not None:
                        self.alert_changes += 1
                        screen.alert(line)

    async def _draw(self, screen: Screen) -> None:
        while True:
            self.model.now_us = now_us()
            screen.draw(self.model)
            await asyncio.sleep(screen.interval_s)

    async def _numbers(self, url: str) -> None:
        """Read the worker's own numbers as Prometheus would; what can't be read is left as it was."""
        numbers = EngineNumbers()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5.0)) as session:
            while True:
                try:
                    async with session.get(f"{url}/metrics") as answer:
                        self.model.engine = numbers.take(await answer.text(), monotonic_s())
                except (aiohttp.ClientError, OSError, TimeoutError):
                    self.model.engine = replace(self.model.engine, ready=False)
                await asyncio.sleep(NUMBERS_S)

    async def _standings(self, store: Store) -> None:
        """Take the leaderboard from Redis; while that is away the model makes its own."""
        while True:
            standings: Sequence[Standing] = ()
            try:
                if (await store.status()).filled:
                    standings = await store.leaderboard(f"{LEADERBOARD_KPI}|{LIVE_WINDOW}", top=STANDINGS_TOP)
            except StoreAwayError:
                pass
            self.model.standings = standings
            await asyncio.sleep(STANDINGS_S)


async def _watch(servers: DemoServers) -> str:
    """Return when a process has ended: with its last words."""
    while True:
        problem = servers.problem()
        if problem is not None:
            return problem
        await asyncio.sleep(LIVE_STEP_S)


@asynccontextmanager
async def _standings_store(servers: DemoServers) -> AsyncIterator[tuple[RedisSink, Store] | None]:
    """Yield what fills the demo's Redis, and what reads it; None where there is no Redis."""
    if servers.redis_url is None:
        yield None
        return
    client = connect(servers.redis_url)
    sink = RedisSink(client, keys_of(servers.settings), "demo")
    try:
        async with open_store(servers.settings) as store:
            yield sink, store
    finally:
        await client.aclose()


def _values(arrivals: Iterable[Arrival]) -> list[bytes]:
    return [arrival.value for arrival in arrivals]
