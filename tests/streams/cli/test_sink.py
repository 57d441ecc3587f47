"""`crm-pulse sink` as a process: from Kafka to Redis, through outages of both, and to a clean end."""

import asyncio
import os
import re
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from streams.brokers.embedded import EmbeddedKafka
from streams.cli.main import run
from streams.clock import monotonic_s
from streams.kafka.readers import Change
from streams.kafka.topic_admin import ensure
from streams.serving.open_store import open_store
from streams.serving.store import Store, StoreAwayError
from streams.settings import Settings
from streams.topics import topics
from tests.services.kafka import ApacheKafka
from tests.services.redis import RedisServer
from tests.streams.processes import WorkerProcess, own_settings, publish, worker
from tests.streams.serving.filling import alert, gone, kpi, rep

COMMAND = ["streams.cli.main", "sink"]
WAIT_S = 30.0


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; while Redis is away it does not."""
    deadline_s = monotonic_s() + WAIT_S
    while True:
        try:
            if await condition():
                return
        except StoreAwayError:
            pass
        assert monotonic_s() < deadline_s
        await asyncio.sleep(0.05)


async def tell(settings: Settings, *changes: Change) -> None:
    """Publish records where they belong."""
    own = topics(settings)
    names = {"crm.kpis": own.kpis, "crm.alerts": own.alerts, "crm.directory": own.directory}
    for change in changes:
        value: Any = change.value
        await publish(settings, [(change.key.encode(), value)], names[change.topic].name)


async def pages(process: WorkerProcess) -> tuple[str, dict[str, Any]]:
    """Return what /metrics and /readyz say."""
    port = re.search(r":(\d+)", (await process.logged("sink_serving"))[0]["url"])
    assert port is not None
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port[1]}") as session:
        return await (await session.get("/metrics")).text(), await (await session.get("/readyz")).json()


def has(store: Store, value: float, *, bucket: str = "calls|rolling_24h") -> Callable[[], Awaitable[bool]]:
    """Return whether the company's record says so."""

    async def says_so() -> bool:
        record = (await store.records(bucket)).get("")
        return record is not None and orjson.loads(record)["value"] == value

    return says_so


async def test_from_kafka_to_redis(
    broker: EmbeddedKafka | ApacheKafka, redis_server: RedisServer, tmp_path: Path
) -> None:
    """Records, alerts and the directory; what was there before and what comes; then SIGTERM, and the next one."""
    settings = own_settings(broker.bootstrap, redis_url=redis_server.url, metrics_port=0)
    await ensure(settings)
    await tell(settings, kpi("calls", 1), kpi("calls", 5, rep="ann"), alert("a"), rep("ann", "north"))
    async with open_store(settings) as store:
        async with worker(COMMAND, settings, tmp_path) as process:
            await until(has(store, 1))
            await tell(settings, kpi("calls", 2), gone(kpi("calls", 5, rep="ann")))
            await until(has(store, 2))
            assert list(await store.alerts()) == ["a"]
            assert list(await store.directory()) == ["ann"]

            async def is_level() -> bool:
                status = await store.status()
                return status.filled and status.written_ms is not None

            await until(is_level)
            metrics, ready = await pages(process)
            assert "crm_pulse_sink_active 1.0" in metrics
            assert 'crm_pulse_sink_up{service="redis"} 1.0' in metrics
            assert ready == {"status": "ready"}
            async with worker(COMMAND, settings, tmp_path) as other:
                await other.logged("sink_starting", 2)
                process.terminate()
                assert (await process.ended())[0] == 0
                await other.logged("sink_level", 2)
                await tell(settings, kpi("calls", 3))
                await until(has(store, 3))
                other.terminate()
                assert (await other.ended())[0] == 0
        assert await store.leaderboard("calls|rolling_24h") == []


async def test_outages_of_both_sides_are_lived_through(tmp_path: Path) -> None:
    """Redis is killed and comes back; then Kafka is away, which is said; what came meanwhile arrives."""
    async with EmbeddedKafka(tmp_path / "kafka") as kafka, RedisServer(tmp_path / "redis") as redis:
        settings = own_settings(kafka.bootstrap, redis_url=redis.url, metrics_port=0)
        await ensure(settings)
        await tell(settings, kpi("calls", 1))
        async with worker(COMMAND, settings, tmp_path) as process, open_store(settings) as store:
            await until(has(store, 1))
            await redis.kill()
            await process.logged("store_is_away")
            assert (await pages(process))[1] == {"status": "not ready", "reasons": ["redis is away"]}
            await tell(settings, kpi("calls", 2))
            await redis.start()
            await until(has(store, 2))
            await kafka.stop()

            async def kafka_is_away() -> bool:
                return 'crm_pulse_sink_up{service="kafka"} 0.0' in (await pages(process))[0]

            await until(kafka_is_away)
            assert await has(store, 2)()
            await kafka.start()
            await tell(settings, kpi("calls", 3))
            await until(has(store, 3))
            metrics, _ = await pages(process)
            assert 'crm_pulse_sink_outages_total{service="redis"} 1.0' in metrics
            assert 'crm_pulse_sink_outages_total{service="kafka"} 1.0' in metrics
            # Neither of them is there to say good-bye to.
            await kafka.stop()
            assert redis.pid is not None
            os.kill(redis.pid, signal.SIGSTOP)
            process.terminate()
            assert (await process.ended())[0] == 0
            await redis.kill()


def test_it_says_what_is_missing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a Redis to fill, and without a Kafka to read."""
    monkeypatch.delenv("CRM_PULSE_REDIS_URL", raising=False)
    assert run(["sink"]) == 2
    assert "CRM_PULSE_REDIS_URL" in capsys.readouterr().err
    monkeypatch.setenv("CRM_PULSE_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("CRM_PULSE_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    assert run(["sink"]) == 1
    assert "CRM_PULSE_KAFKA_BOOTSTRAP" in capsys.readouterr().err
