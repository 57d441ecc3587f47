"""A client that lives through the restart of its cluster."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from streams.kafka import resilience
from streams.kafka.resilience import UPDATE_INTERVAL_S, resilient


class FakeClient:
    """As aiokafka's, as far as updating metadata goes."""

    def __init__(self, brokers: int) -> None:
        self.count = brokers
        self.updates = 0
        self.bootstraps = 0
        self.cluster = self

    def brokers(self) -> list[int]:
        return list(range(self.count))

    async def bootstrap(self) -> None:
        self.bootstraps += 1
        if self.bootstraps < 2:
            raise KafkaConnectionError("nobody there")
        self.count = 1

    async def _metadata_update(self, cluster: Any, topics: Any) -> bool:
        self.updates += 1
        return True


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Time that stands still but for sleeping."""
    now_s = 50.0
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds
        pauses.append(round(seconds, 6))

    monkeypatch.setattr(resilience, "monotonic_s", lambda: now_s)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return pauses


async def test_metadata_is_not_asked_for_in_a_tight_loop(slept: list[float]) -> None:
    """aiokafka asks again the moment it was answered while a leader is missing; 33,000 lines in a restart."""
    client = resilient(FakeClient(brokers=1))

    for _ in range(3):
        assert await client._metadata_update(client.cluster, set())

    assert [0.0, UPDATE_INTERVAL_S, UPDATE_INTERVAL_S] == slept
    assert 3 == client.updates


async def test_client_that_knows_no_broker_begins_again(slept: list[float]) -> None:
    """It met a broker that was just starting and knew of none: it would ask nobody for ever."""
    client = resilient(FakeClient(brokers=0))

    assert not await client._metadata_update(client.cluster, set())
    assert await client._metadata_update(client.cluster, set())

    assert (2, 1) == (client.bootstraps, client.updates)
