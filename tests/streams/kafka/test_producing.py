"""A producer for a while: its options, and its end in time whatever the broker does."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.producer import sender

from streams.brokers.embedded import EmbeddedKafka
from streams.clock import monotonic_s
from streams.kafka import producing as module
from streams.kafka.producing import producing
from streams.kafka.topic_admin import ensure
from streams.owning.membership import Lease
from streams.settings import Settings
from streams.topics import topics
from tests.streams.processes import own_settings

PATIENCE_S = 20.0


@pytest.fixture
async def mortal() -> AsyncIterator[tuple[EmbeddedKafka, Settings, str]]:
    """A broker that may be harmed, its settings, and a topic there."""
    async with EmbeddedKafka() as kafka:
        settings = own_settings(kafka.bootstrap, partitions=1)
        await ensure(settings, None)
        yield kafka, settings, topics(settings).generations.name


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[AIOKafkaClient]:
    """The clients that were closed."""
    close, found = AIOKafkaClient.close, list[AIOKafkaClient]()

    async def noted_close(self: Any) -> None:
        found.append(self)
        await close(self)

    monkeypatch.setattr(AIOKafkaClient, "close", noted_close)
    return found


async def test_what_is_left_when_the_broker_went_away_is_let_go(
    mortal: tuple[EmbeddedKafka, Settings, str],
) -> None:
    """aiokafka's own `stop` would wait for ever; whoever waits for the record hears of it, and nothing goes on."""
    kafka, settings, topic = mortal
    before = asyncio.all_tasks()
    async with asyncio.timeout(PATIENCE_S):
        async with producing(settings) as producer:
            await producer.send_and_wait(topic, b"there", partition=0)
            await kafka.kill()
            sent = await producer.send(topic, b"in doubt", partition=0)
        with pytest.raises(KafkaError):
            await sent
        assert producer._sender.sender_task.done()
        while asyncio.all_tasks() - before:  # a connection's last words take a turn or two
            await asyncio.sleep(0.01)


async def test_the_end_is_in_time_for_a_time_out(mortal: tuple[EmbeddedKafka, Settings, str]) -> None:
    """A time-out around all of it ends it a moment later, while a record waits for a broker that is away."""
    kafka, settings, topic = mortal
    began_s = monotonic_s()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            async with producing(settings) as producer:
                await producer.send_and_wait(topic, b"there", partition=0)
                await kafka.kill()
                async with asyncio.timeout(0.1):
                    await producer.send_and_wait(topic, b"in doubt", partition=0)
    assert monotonic_s() - began_s < PATIENCE_S


async def test_what_waits_for_its_lease_never_leaves(
    mortal: tuple[EmbeddedKafka, Settings, str],
) -> None:
    """Not even when the lease is held again later: another member may have written since."""
    _, settings, topic = mortal
    lease = Lease(60.0)
    async with asyncio.timeout(PATIENCE_S):
        async with producing(settings, lease) as producer:
            sent = await producer.send(topic, b"old", partition=0)
            (request,) = await _until_under_way(producer)
        assert request.done()
        lease.renew(lease.now())
        with pytest.raises(KafkaError):
            await sent
        async with producing(settings, lease) as later:
            assert (await later.send_and_wait(topic, b"new", partition=0)).offset == 0


async def _until_under_way(producer: AIOKafkaProducer) -> list[asyncio.Task[Any]]:
    """Wait until a request asks for its lease; return the tasks of such requests."""
    while not producer._sender._in_flight:
        await asyncio.sleep(0.01)
    return [task for task in asyncio.all_tasks() if "noted_request" in repr(task.get_coro())]


async def test_a_client_that_can_not_start_is_closed(closed: list[AIOKafkaClient]) -> None:
    """Else its connections and its task would stay."""
    with pytest.raises(KafkaConnectionError):
        async with producing(Settings(kafka_bootstrap="127.0.0.1:1")):
            raise AssertionError("there is nobody")
    assert len(closed) == 1


async def test_options_are_the_same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record once and acknowledged by all; more is up to the caller. Metadata are asked for with care."""
    made: list[dict[str, Any]] = []

    class Made(AIOKafkaProducer):  # type: ignore[misc]
        def __init__(self, **options: Any) -> None:
            made.append(options)
            super().__init__(**options)

        async def start(self) -> None:
            assert "careful_update" in repr(self.client._metadata_update)

    monkeypatch.setattr(module, "AIOKafkaProducer", Made)
    async with producing(Settings(), max_batch_size=7):
        pass
    (options,) = made
    assert (options["acks"], options["enable_idempotence"], options["max_batch_size"]) == ("all", True, 7)


def test_what_is_leaned_on_in_aiokafka() -> None:
    """Requests are tasks of this method, and a sender that is canceled waits for them."""
    routine = inspect.getsource(sender.Sender._sender_routine)
    assert "create_task(self._send_produce_req(node_id, node_batches))" in routine
    assert "except asyncio.CancelledError" in routine
