"""The whole product as processes: worker, sink and serve on an embedded Kafka and a Redis, and a floor's events in it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import orjson

from processors.compile import Plan
from processors.publishing.records import rfc3339
from processors.replay import Replay
from schemas.catalog import load_catalog
from schemas.events.directory import RepUpdated
from schemas.kpi import kpi_key
from streams.brokers.process import free_port
from streams.cli.event_publisher import event_publisher
from streams.clock import monotonic_s, now_us
from streams.kafka.readers import read_latest
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.sources.simulate import DEMO_PLAN, Arrival, DemoFloor
from streams.topics import topics
from tests.services.redis import RedisServer
from tests.streams.processes import WorkerProcess, own_settings

WAIT_S: Final = 40.0
HORIZON_US: Final = round(Settings.model_fields["dedup_horizon_d"].default * 86_400e6)
Values = dict[str, float | None]


class Stack:
    """A running installation. What was published is kept, so that it can be replayed."""

    def __init__(self, settings: Settings, redis: RedisServer, directory: Path) -> None:
        self.settings = settings
        self.redis = redis
        self.url = f"http://127.0.0.1:{settings.http_port}"
        self._directory = directory
        self._processes: dict[str, WorkerProcess] = {}
        self._floor = DemoFloor(1, now_us(), DEMO_PLAN)
        self._published: list[bytes] = []
        self._replayed_events = 0
        self._values: Values = {}
        self._plan = Plan(load_catalog())
        self._http = httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=10)

    def start(self, command: str) -> None:
        """Start one of its processes."""
        directory = self._directory / command
        directory.mkdir(exist_ok=True)
        self._processes[command] = WorkerProcess(["streams.cli.main", command], self.settings, directory)

    def kill(self, command: str) -> None:
        """End one as a crash would."""
        self._processes.pop(command).kill()

    async def close(self) -> None:
        """End all of it."""
        await self._http.aclose()
        for command in list(self._processes):
            self.kill(command)

    async def empty_redis(self) -> None:
        """Let a killed Redis come back without anything in it."""
        assert self.redis.directory is not None
        shutil.rmtree(self.redis.directory / "appendonlydir")
        await self.redis.start()

    async def publish_history(self) -> None:
        """Publish what happened on the floor in the last eight hours."""
        await self._publish(list(self._floor.history()))

    async def publish_live(self) -> None:
        """Publish what has happened since; something always has, and moves every number of sales."""
        await self._publish([*self._floor.live(now_us()), *self._sale()])

    async def api(self, key: str) -> float | None:
        """Return the value that the API has under a key; None also where it has no record."""
        answer = await self._http.get(f"/kpis/{key}")
        return None if answer.status_code == 404 else answer.raise_for_status().json()["value"]

    async def status_code(self, path: str) -> int:
        """Return with which status the API answers."""
        return (await self._http.get(path)).status_code

    async def on_topic(self, key: str) -> float | None:
        """Return the value that the engine published last under a key."""
        latest = await read_latest(
            self.settings, topics(self.settings).kpis.name, keep=lambda one: one == key
        )
        return latest[key]["value"] if key in latest else None

    async def oracle(self, *, anew: bool = False) -> Values:
        """Return the values by a replay of all that was published, as of now; by key.

        They stay as they are until something is published, or, `anew`, another period runs.
        """
        if anew or self._replayed_events != len(self._published):
            self._replayed_events = len(self._published)
            self._values = await asyncio.to_thread(self._replayed, now_us())
        return self._values

    def _replayed(self, as_of_us: int) -> Values:
        engine = Replay(self._plan, arrival_us=as_of_us, dedup_horizon_us=HORIZON_US, as_of_us=as_of_us)
        for value in self._published:
            if RepUpdated.TYPE.encode() in value:
                engine.learn(value)
        for value in self._published:
            engine.take(value)
        records: list[dict[str, Any]] = [
            orjson.loads(one.body) for one in engine.records() if one.body is not None
        ]
        return {
            kpi_key(one["kpi"], one["window"], one["period"], one["dims"]): one["value"] for one in records
        }

    async def _publish(self, arrivals: list[Arrival]) -> None:
        values = [one.value for one in arrivals]
        async with event_publisher(self.settings, "floor") as publisher:
            await publisher.publish(values)
        self._published += values

    def _sale(self) -> list[Arrival]:
        """Return a deal, a meeting and a call of the floor's first rep, a moment ago."""
        at_us, number = now_us() - 50_000, len(self._published)
        common = {"account": f"acc-{number}", "rep": "ann", "team": "north"}
        deal = {**common, "deal": f"deal-{number}", "amount": 50_000, "pipeline": "sales"}
        told: list[tuple[str, dict[str, Any]]] = [
            ("crm.call.logged", common),
            ("crm.meeting.held", {**common, "meeting": f"meeting-{number}"}),
            ("crm.deal.created", {**deal, "stage": "qualification"}),
            ("crm.deal.won", deal),
        ]
        return [_arrival(f"{number}-{at}", kind, at_us + at, data) for at, (kind, data) in enumerate(told)]


def _arrival(id: str, kind: str, t_us: int, data: dict[str, Any]) -> Arrival:
    event = {
        "specversion": "1.0", "id": id, "source": "test/sale", "type": kind, "time": rfc3339(t_us), "data": data,
    }  # fmt: skip
    return Arrival(t_us, orjson.dumps(event))


@asynccontextmanager
async def running_stack(bootstrap: str, directory: Path) -> AsyncIterator[Stack]:
    """Run everything as long as the block, with the floor's history published."""
    async with AsyncExitStack() as exits:
        redis = await exits.enter_async_context(RedisServer(directory / "redis"))
        settings = own_settings(
            bootstrap, partitions=2, redis_url=redis.url, metrics_port=0, http_port=free_port()
        )
        stack = Stack(settings, redis, directory)
        exits.push_async_callback(stack.close)
        await ensure(settings)
        for command in ("worker", "sink", "serve"):
            stack.start(command)
        await stack.publish_history()
        yield stack


async def until(holds: Callable[[], Awaitable[bool]], what: Callable[[], object]) -> None:
    """Wait until something holds; else say what is."""
    deadline_s = monotonic_s() + WAIT_S
    while not await holds():
        assert monotonic_s() < deadline_s, what()
        await asyncio.sleep(0.1)
