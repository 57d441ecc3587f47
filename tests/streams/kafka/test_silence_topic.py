"""What is read of `crm.silences`, and what is written to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from structlog.testing import capture_logs

from processors.silences.records import KEPT_US
from processors.silences.silencing import Silences
from streams.brokers.embedded import EmbeddedKafka
from streams.kafka import silence_topic as module
from streams.kafka.publishing import PublishError
from streams.kafka.readers import NoTopicError, follow
from streams.kafka.silence_topic import as_alerts, publish, read_silences, silences_if_any
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.topics import topics
from tests.processors.alerts_told import NOON, silence
from tests.streams.cli.records import alert_record
from tests.streams.processes import own_settings

_number = count()
PATIENCE_S = 40.0
NOON_US = 1_795_262_400_000_000


@pytest.fixture
def settings(embedded_kafka: Any) -> Settings:
    """An installation of this test's own, without topics."""
    prefix = f"silence-topic-{next(_number)}."
    return Settings(
        kafka_bootstrap=embedded_kafka.bootstrap, topic_prefix=prefix, app_id=prefix.strip("."), partitions=1
    )


async def test_what_is_said_is_read(settings: Settings) -> None:
    """All of it, the newest of each id."""
    await ensure(settings)
    for one in (silence("a"), silence("b"), silence("a", ends_at=NOON, revision=2)):
        await publish(settings, one, await read_silences(settings), NOON_US)

    assert sorted((one.id, one.ends_at) for one in await read_silences(settings)) == [
        ("a", NOON), ("b", "2026-11-21T11:00:00Z"),
    ]  # fmt: skip


async def test_what_was_over_long_ago_is_cleared_away(settings: Settings) -> None:
    """Or the topic would grow for ever: who says something takes it with them."""
    await ensure(settings)
    await publish(settings, silence("old"), await read_silences(settings), NOON_US)
    later_us = NOON_US + KEPT_US

    await publish(settings, silence("new"), await read_silences(settings), later_us)

    assert [one.id for one in await read_silences(settings)] == ["new"]
    async for batch in follow(settings, [topics(settings).silences.name]):
        assert [(one.key, one.value is None) for one in batch.changes][-1] == ("old", True)
        break


async def test_before_the_first_worker_that_knows_of_silences(settings: Settings) -> None:
    """Alerts are shown all the same, with a warning; to say something needs the topic."""
    with capture_logs() as logs:
        assert len(await silences_if_any(settings)) == 0
    assert [("no_silences", "warning")] == [(line["event"], line["log_level"]) for line in logs]
    with pytest.raises(NoTopicError, match=r"no topic silence-topic-.*\.silences"):
        await read_silences(settings)


async def test_a_broker_that_goes_away_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever says something hears in time that it is in doubt; the producer's end does not wait for the broker."""
    async with EmbeddedKafka() as kafka, asyncio.timeout(PATIENCE_S):
        settings = own_settings(kafka.bootstrap, partitions=1)
        await ensure(settings, None)
        loading = module.loading

        @asynccontextmanager
        async def lost(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
            async with loading(settings) as producer:
                await producer.partitions_for(topics(settings).silences.name)
                await kafka.kill()
                yield producer

        monkeypatch.setattr(module, "loading", lost)
        monkeypatch.setattr(module, "SAY_S", 2.0)
        with pytest.raises(PublishError, match="did not answer for 2 s"):
            await publish(settings, silence("a"), Silences(), NOON_US)


def test_no_kafka_is_no_lack_of_silences() -> None:
    """What can't be reached is told, and not taken for empty."""
    with pytest.raises(Exception, match="can't reach Kafka"):
        asyncio.run(silences_if_any(Settings(kafka_bootstrap="127.0.0.1:1")))


def test_alerts_of_another_version() -> None:
    """What can't be read is left out; fields that came later are ignored."""
    assert [one.id for one in as_alerts([alert_record(new=1), {"id": "b"}, alert_record("odd", "c")])] == [
        "a"
    ]
