"""A consumer for a while: its options, and its end whatever happens."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from streams.kafka import consuming as module
from streams.kafka.consuming import consuming
from tests.streams.kafka_clients_faked import FakeClient


class FakeConsumer(FakeClient):
    """A consumer."""

    async def stop(self) -> None:
        await self._end("stop")


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeConsumer]:
    """The fake in the place of aiokafka's."""
    monkeypatch.setattr(FakeConsumer, "made", [], raising=False)
    monkeypatch.setattr(FakeConsumer, "ending", asyncio.Event(), raising=False)
    monkeypatch.setattr(module, "AIOKafkaConsumer", FakeConsumer)
    return FakeConsumer


async def test_it_reads_what_it_is_assigned_and_commits_nothing(fake: type[FakeConsumer]) -> None:
    """Without a group; the caller's options come in."""
    async with consuming({"bootstrap_servers": "here"}, max_poll_records=7):
        assert ["start"] == fake.made[0].calls

    assert ["start", "stop"] == fake.made[0].calls
    assert {
        "bootstrap_servers": "here", "enable_auto_commit": False, "auto_offset_reset": "earliest",
        "isolation_level": "read_committed", "max_poll_records": 7,
    } == fake.made[0].options  # fmt: skip


async def test_one_that_does_not_start_is_stopped(
    fake: type[FakeConsumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its connections stay."""
    monkeypatch.setattr(fake, "reachable", False)
    with pytest.raises(KafkaConnectionError):
        async with consuming({}):
            raise AssertionError("nobody is there")

    assert ["start", "stop"] == fake.made[0].calls


async def test_a_cancellation_that_its_end_swallows_is_heeded(fake: type[FakeConsumer]) -> None:
    """Who was cancelled meanwhile does not go on."""

    async def read() -> None:
        async with consuming({}) as consumer:
            consumer.waits = True

    task = asyncio.create_task(read())
    await fake.ending.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert ["start", "stop", "swallowed"] == fake.made[0].calls
