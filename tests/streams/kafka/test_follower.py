"""A topic is read whole before anything else begins, and followed from then on."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from processors.partition import Record
from streams.brokers.embedded import EmbeddedKafka
from streams.kafka import consuming
from streams.kafka.follower import FollowError, followed
from streams.kafka.kafka_clients import client_options
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.topics import Topic, topics
from tests.streams.fakes import FakeRecord

TOPIC = Topic("crm.targets", 2, {}, {})


class FakeClient:
    """What `resilient` changes of a consumer."""

    async def _metadata_update(self, cluster: Any, topics: Any) -> bool:
        return True


class FakeConsumer:
    """As aiokafka's: logs with holes, from which each `getmany` brings one batch or waits for more."""

    def __init__(self, logs: Mapping[int, Sequence[int]], ends: Mapping[int, int]) -> None:
        self._client = FakeClient()
        self._logs = {number: list(offsets) for number, offsets in logs.items()}
        self._ends = dict(ends)
        self._positions: dict[TopicPartition, int] = {}
        self._more = asyncio.Event()
        self.error: Exception | None = None
        self.refuses: Exception | None = None
        self.stopped = False

    def __call__(self, **_options: Any) -> "FakeConsumer":
        return self

    async def start(self) -> None:
        if self.refuses is not None:
            raise self.refuses

    async def stop(self) -> None:
        self.stopped = True

    def assign(self, partitions: Sequence[TopicPartition]) -> None:
        self._positions = dict.fromkeys(partitions, 10**9)  # nowhere, until it is sought

    async def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {one: min(self._logs[one.partition], default=self._ends[one.partition]) for one in partitions}

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {one: self._ends[one.partition] for one in partitions}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._positions[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self._positions[partition]

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[FakeRecord]]:
        while True:
            if self.error is not None:
                raise self.error
            for one, position in self._positions.items():
                found = [offset for offset in self._logs[one.partition] if offset >= position][:2]
                self._positions[one] = found[-1] + 1 if found else max(position, self._ends[one.partition])
                if found:
                    return {one: [FakeRecord(offset) for offset in found]}
                if self._positions[one] != position:
                    return {}  # a gap at the end
            self._more.clear()
            await self._more.wait()

    def publish(self, partition: int, offset: int) -> None:
        self._logs[partition].append(offset)
        self._more.set()

    def break_down(self, error: Exception) -> None:
        self.error = error
        self._more.set()


class Reader:
    """Who takes the records, and hears of failures."""

    def __init__(self) -> None:
        self.offsets: list[int] = []
        self.failures: list[tuple[str, BaseException]] = []
        self._heard = asyncio.Event()
        self.refuses = False

    def take(self, records: Sequence[Record]) -> None:
        if self.refuses:
            raise ValueError("can't take that")
        self.offsets += [record.offset for record in records]
        self._heard.set()

    def fail(self, where: str, error: BaseException) -> None:
        self.failures.append((where, error))
        self._heard.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that is looked at whenever something was heard."""
        async with asyncio.timeout(10):
            while not holds():
                self._heard.clear()
                await self._heard.wait()


@asynccontextmanager
async def following(consumer: FakeConsumer, reader: Reader) -> AsyncIterator[int]:
    """Follow the topic with that consumer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(consuming, "AIOKafkaConsumer", consumer)
        async with followed({}, TOPIC, reader.take, reader.fail) as count:
            yield count


async def test_all_is_there_before_anything_begins() -> None:
    """Every partition, in batches, with holes in the log and control records at its end."""
    reader, consumer = Reader(), FakeConsumer({0: [3, 4, 9], 1: []}, {0: 12, 1: 7})

    async with following(consumer, reader) as count:
        assert (3, [3, 4, 9]) == (count, reader.offsets)
    assert consumer.stopped
    assert [] == reader.failures


async def test_an_empty_topic_holds_nothing_up() -> None:
    """A new installation has no targets, and does not wait for any."""
    reader, consumer = Reader(), FakeConsumer({0: [], 1: []}, {0: 0, 1: 0})

    async with asyncio.timeout(10), following(consumer, reader) as count:
        assert 0 == count


async def test_what_comes_later_is_handed_over() -> None:
    """Records of any partition, as long as the context is open."""
    reader, consumer = Reader(), FakeConsumer({0: [0], 1: []}, {0: 1, 1: 0})

    async with following(consumer, reader):
        consumer.publish(1, 0)
        await reader.until(lambda: reader.offsets == [0, 0])
        consumer.publish(0, 5)
        await reader.until(lambda: reader.offsets == [0, 0, 5])


async def test_a_topic_that_cannot_be_read_is_named() -> None:
    """The worker doesn't start with half the truth, and an operator sees where to look."""
    reader, consumer = Reader(), FakeConsumer({0: [0], 1: []}, {0: 1, 1: 0})
    consumer.refuses = KafkaConnectionError("nobody there")

    with pytest.raises(FollowError, match=r"crm\.targets: KafkaConnectionError"):
        async with following(consumer, reader):
            raise AssertionError("must not begin")
    assert consumer.stopped


async def test_what_breaks_later_is_told() -> None:
    """Neither a broken connection nor a reader that raises goes unheard."""
    for breaks in (True, False):
        reader, consumer = Reader(), FakeConsumer({0: [0], 1: []}, {0: 1, 1: 0})
        async with following(consumer, reader):
            if breaks:
                consumer.break_down(KafkaConnectionError("gone"))
            else:
                reader.refuses = True
                consumer.publish(0, 1)
            await reader.until(lambda heard=reader: bool(heard.failures))  # type: ignore[misc]
        (failure,) = reader.failures
        assert "following crm.targets" == failure[0]
        assert consumer.stopped


@pytest.mark.embedded
async def test_on_a_broker(embedded_kafka: EmbeddedKafka) -> None:
    """The targets of an installation, before and after the start, with their headers and times."""
    name = f"f{uuid.uuid4().hex[:8]}"
    settings = Settings(
        kafka_bootstrap=embedded_kafka.bootstrap, topic_prefix=f"{name}.", app_id=name, partitions=1
    )
    await ensure(settings)
    topic, options, reader = topics(settings).targets, client_options(settings), Reader()
    seen: list[Record] = []

    def take(records: Sequence[Record]) -> None:
        seen.extend(records)
        reader.take(records)

    producer = AIOKafkaProducer(**options)
    await producer.start()
    try:
        for number in range(3):
            await producer.send_and_wait(
                topic.name, b"v%d" % number, b"k%d" % number, 0, headers=[("ce_id", b"7")]
            )
        async with followed(options, topic, take, reader.fail) as count:
            assert (3, [0, 1, 2]) == (count, reader.offsets)
            await producer.send_and_wait(topic.name, None, b"k0", 0)
            await reader.until(lambda: len(reader.offsets) == 4)
    finally:
        await producer.stop()

    assert [(b"k0", b"v0"), (b"k1", b"v1"), (b"k2", b"v2"), (b"k0", None)] == [
        (record.key, record.value) for record in seen
    ]
    assert [("ce_id", b"7")] == [*seen[0].headers]
    assert seen[0].timestamp > 0
    assert [] == reader.failures
