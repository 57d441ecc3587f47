"""An embedded Kafka with alerts on it, for tests of the commands that say something of them."""

import asyncio
import os
from itertools import count
from typing import Any

import orjson
import pytest

from processors.partition import Send
from streams.kafka.publishing import Publisher
from streams.kafka.topic_admin import ensure
from streams.settings import load
from streams.sources.publish import loading
from streams.topics import topics

_number = count()


def installation(monkeypatch: pytest.MonkeyPatch, bootstrap: str, alerts: list[dict[str, Any]]) -> None:
    """Make the topics of an installation of the test's own, with these alerts, also in the history."""
    prefix = f"said-{os.getpid()}-{next(_number)}."
    monkeypatch.setenv("CRM_PULSE_KAFKA_BOOTSTRAP", bootstrap)
    monkeypatch.setenv("CRM_PULSE_TOPIC_PREFIX", prefix)
    monkeypatch.setenv("CRM_PULSE_APP_ID", prefix.strip("."))
    monkeypatch.setenv("CRM_PULSE_PARTITIONS", "1")
    asyncio.run(_fill(alerts))


async def _fill(alerts: list[dict[str, Any]]) -> None:
    settings = load()
    await ensure(settings)
    own = topics(settings)
    async with loading(settings) as producer:
        await Publisher(lambda: producer).publish(
            [
                Send(topic.name, 0, record["id"].encode(), orjson.dumps(record))
                for topic in (own.alerts_history, own.alerts)
                for record in alerts
            ]
        )
