"""Whether a worker is there that makes KPI records."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from streams.brokers.embedded import EmbeddedKafka
from streams.clock import now_us
from streams.kafka.kafka_clients import client_options
from streams.kafka.topic_admin import ensure
from streams.serving import presence as module
from streams.serving.feed import News
from streams.serving.presence import Presence, may_work
from streams.settings import Settings
from streams.topics import topics
from tests.streams.processes import own_settings

FACTS = "crm.facts"


def member(*assigned: str) -> tuple[Any, ...]:
    """Return a member of a group that reads these topics."""
    assignment = ConsumerProtocolMemberAssignment(0, [(topic, [0]) for topic in assigned], b"")
    return ("id", "client", "host", b"", assignment.encode())


@pytest.mark.parametrize(
    ("error_code", "state", "members", "expected"),
    [
        (0, "Stable", [member("crm.activity"), member("crm.activity", FACTS)], True),
        (
            0,
            "Stable",
            [member("crm.activity", "crm.kpis")],
            False,
        ),  # its KPIs are made elsewhere, and nobody does
        (0, "PreparingRebalance", [("id", "client", "host", b"", b"")], False),
        (0, "Empty", [], False),
        (0, "Dead", [], True),  # Kafka knows of no such group: perhaps it has another name here
        (30, "", [], True),  # not allowed to ask
    ],
)
def test_who_may_work(error_code: int, state: str, members: list[Any], expected: bool) -> None:
    """Somebody must read the facts; of what can't be known nothing is concluded."""
    assert expected == may_work((error_code, "crm-pulse", state, "consumer", "", members), FACTS)


@pytest.mark.parametrize(
    ("level_ms", "worked_ms", "current_ms"), [(7, 9, 7), (9, 7, 7), (None, 7, None), (7, None, None)]
)
def test_values_are_current_while_somebody_makes_them(
    level_ms: int | None, worked_ms: int | None, current_ms: int | None
) -> None:
    """Until the earlier of both: everything was read, and a worker was there."""
    assert current_ms == News((), level_ms, 0, True, worked_ms).current_ms


@pytest.mark.parametrize("error", [ValueError("no PEM"), FileNotFoundError("ca.pem")])
async def test_a_certificate_that_is_just_exchanged(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is concluded from it, least of all by whoever looks."""

    def client_options(_: Settings) -> dict[str, Any]:
        raise error

    monkeypatch.setattr(module, "ASK_INTERVAL_S", 0.0)
    monkeypatch.setattr(module, "client_options", client_options)
    async with aclosing(Presence(Settings())) as presence, asyncio.timeout(20.0):
        while presence.look() is None:
            await asyncio.sleep(0)


async def test_a_worker_that_goes(embedded_kafka: EmbeddedKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it reads the facts it is seen again and again; afterwards what was seen last stands still."""
    monkeypatch.setattr(module, "ASK_INTERVAL_S", 0.0)
    settings = own_settings(embedded_kafka.bootstrap)
    await ensure(settings)
    facts = topics(settings).facts.name
    async with aclosing(Presence(settings)) as presence:
        reader = AIOKafkaConsumer(facts, **client_options(settings), group_id=settings.app_id)
        await reader.start()
        try:
            began_ms = now_us() // 1000
            while (presence.look() or 0) < began_ms:
                await asyncio.sleep(0.05)
        finally:
            await reader.stop()
        gone_ms = now_us() // 1000
        for _ in range(20):
            seen_ms = presence.look()
            await asyncio.sleep(0.05)
        assert seen_ms is not None
        assert began_ms <= seen_ms <= gone_ms
