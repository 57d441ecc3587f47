"""Absence rules from end to end: events into the embedded Kafka, killed workers, alerts out."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from processors.publishing.records import rfc3339
from streams.brokers.embedded import EmbeddedKafka
from streams.clock import monotonic_s, now_us
from streams.kafka.readers import read_latest
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.topics import topics
from tests.streams.processes import own_settings, publish, worker

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

WORKER = ("streams.cli.main", "worker")
HOUR_US = 3_600_000_000
#: The clock decides nothing in a worker's first minute.
FIRES_S = 100.0

Alerts = dict[str, dict[str, Any]]


def event(kind: str, hours_ago: float, conversation: str) -> tuple[bytes, bytes]:
    """Return key and value of an event about a conversation of acme's with Ann."""
    body = {
        "specversion": "1.0", "source": "test", "id": f"{kind} {conversation}", "type": f"crm.inquiry.{kind}",
        "time": rfc3339(now_us() - round(hours_ago * HOUR_US)),
        "data": {"account": "acme", "conversation": conversation, "rep": "ann", "team": "north"},
    }  # fmt: skip
    return b"acme", orjson.dumps(body)


async def become(settings: Settings, wanted: Callable[[Alerts], bool]) -> Alerts:
    """Wait until the alerts, by entity, are as wanted."""
    deadline_s = monotonic_s() + FIRES_S
    while True:
        records = await read_latest(settings, topics(settings).alerts.name)
        found = {str(record["entity"]): dict(record) for record in records.values() if record["account"]}
        if wanted(found):
            return found
        assert monotonic_s() < deadline_s, found
        await asyncio.sleep(0.5)


async def test_what_waits_is_told_once_and_taken_back(embedded_kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """Told through two killed workers: what waits fires once, what was answered never; a late answer takes it back."""
    # Under an instance id the embedded Kafka lets a killed worker come back.
    settings = own_settings(embedded_kafka.bootstrap, metrics_port=0, instance_id="one")
    await ensure(settings)
    await publish(
        settings, [event("received", 2, "c1"), event("received", 30, "c2"), event("received", 3, "c3")]
    )
    async with worker(WORKER, settings, tmp_path) as process:
        await process.logged("worker_started")
        await asyncio.sleep(3)
        process.kill()
    await publish(settings, [event("answered", 1.5, "c3")])
    async with worker(WORKER, settings, tmp_path) as process:
        first = await become(settings, lambda found: len(found) == 2)
        process.kill()

    assert {"c1": ("firing", "warning"), "c2": ("firing", "critical")} == {
        entity: (alert["state"], alert["severity"]) for entity, alert in first.items()
    }
    await publish(settings, [event("answered", 0, "c1"), event("answered", 29.5, "c2")])
    async with worker(WORKER, settings, tmp_path) as process:
        last = await become(
            settings, lambda found: all(alert["state"] == "resolved" for alert in found.values())
        )
        process.terminate()
        assert 0 == (await process.ended())[0]

    assert {"c1": "answered", "c2": "answered_in_time"} == {
        entity: alert["reason"] for entity, alert in last.items()
    }
    assert [first[entity]["starts_at"] for entity in ("c1", "c2")] == [
        last[entity]["starts_at"] for entity in ("c1", "c2")
    ]
