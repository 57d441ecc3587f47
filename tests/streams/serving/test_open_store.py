"""Which store one gets, and that one in memory is filled from the topics of an installation."""

import asyncio
from pathlib import Path

import pytest

from streams.brokers.embedded import EmbeddedKafka
from streams.kafka.topic_admin import ensure
from streams.serving import open_store as module
from streams.serving.memory import MemoryStore
from streams.serving.open_store import open_store
from streams.serving.redis_store import RedisStore
from streams.settings import Settings
from streams.topics import topics
from tests.streams.processes import own_settings, publish
from tests.streams.serving.filling import alert, kpi, rep

PATIENCE_S = 40.0


async def test_with_a_url_it_is_redis() -> None:
    """It need not be there."""
    settings = Settings.model_validate({"redis_url": "redis://127.0.0.1:1/0"})
    async with open_store(settings) as store:
        assert isinstance(store, RedisStore)


async def test_whoever_opens_it_hears_of_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody fills any more would be shown for ever as it was."""

    async def keep(*_: object) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr(module, "keep", keep)
    heard: asyncio.Future[asyncio.Task[None]] = asyncio.get_running_loop().create_future()
    async with open_store(Settings(), heard.set_result), asyncio.timeout(PATIENCE_S):
        assert isinstance((await heard).exception(), ValueError)


async def test_without_one_it_is_memory_and_outlives_its_kafka(tmp_path: Path) -> None:
    """It is there at once, says when it is filled, and follows; while Kafka is away it keeps what it has."""
    async with EmbeddedKafka(tmp_path) as kafka, asyncio.timeout(PATIENCE_S):
        settings = own_settings(kafka.bootstrap)
        await ensure(settings)
        own = topics(settings)
        first, second = kpi("calls", 1), kpi("calls", 2)
        async with open_store(settings) as store:
            assert isinstance(store, MemoryStore)
            assert not (await store.status()).filled
            await publish(settings, [(first.key.encode(), first.value or b"")], own.kpis.name)
            while (await store.records("calls|rolling_24h")).get("") != first.value:
                await asyncio.sleep(0.05)
            assert (await store.status()).filled
            await kafka.restart()
            for topic, change in (
                (own.kpis, second),
                (own.alerts, alert("a")),
                (own.directory, rep("ann", "n")),
            ):
                await publish(settings, [(change.key.encode(), change.value or b"")], topic.name)
            while not (await store.alerts() and await store.directory()):
                await asyncio.sleep(0.05)
            while (await store.records("calls|rolling_24h"))[""] != second.value:
                await asyncio.sleep(0.05)
