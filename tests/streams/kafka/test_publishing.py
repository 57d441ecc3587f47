"""Publishing: everything acknowledged, in order, with no hole, for one future a batch."""

import asyncio
import gc
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.record.default_records import DefaultRecordBatch

from processors.partition import Send
from streams.kafka import publishing
from streams.kafka.publishing import PLAIN_BYTES_MAX, Publisher, PublishError
from tests.streams.fakes import FakeBatch, FakeProducer, turns


def sends(count: int, partition: int = 0) -> list[Send]:
    return [Send("t", partition, b"k%d" % number, b"v") for number in range(count)]


async def test_keys_values_and_headers_arrive_in_order() -> None:
    """What a processor returned is what is sent, in its order, headers and tombstones included."""
    producer = FakeProducer(room=10)

    await Publisher(lambda: producer).publish(
        [Send("t", 1, b"a", b"1", (("h", b"x"),)), Send("t", 1, b"b", None)]
    )

    ((topic, partition, batch),) = producer.sent
    assert ("t", 1) == (topic, partition)
    assert [(b"a", b"1", [("h", b"x")]), (b"b", None, [])] == batch.records


async def test_next_batch_of_a_partition_waits_for_the_acknowledgement() -> None:
    """A batch that fails must not leave a hole before one that doesn't: facts after it would hide the loss."""
    producer = FakeProducer(room=2, automatic=False)
    publishing = asyncio.create_task(Publisher(lambda: producer).publish(sends(5)))

    counts = []
    for _ in range(3):
        await turns()
        counts.append(len(producer.sent))
        producer.acknowledge()
    await publishing

    assert [1, 2, 3] == counts


async def test_partitions_do_not_wait_for_each_other() -> None:
    """Every partition's first batch is on its way at once."""
    producer = FakeProducer(automatic=False)
    publishing = asyncio.create_task(Publisher(lambda: producer).publish(sends(1, 0) + sends(1, 1)))

    await turns()

    assert [0, 1] == [partition for _, partition, _ in producer.sent]
    producer.acknowledge()
    await turns()
    assert not publishing.done()
    producer.acknowledge()
    await publishing


async def test_nothing_follows_a_batch_that_failed() -> None:
    """After a refused batch the partition gets no other, and the caller hears where it was."""
    producer = FakeProducer(room=1, automatic=False)
    publishing = asyncio.create_task(Publisher(lambda: producer).publish(sends(3)))
    await turns()

    producer.acknowledge(KafkaError("refused"))

    with pytest.raises(PublishError, match=r"t\[0\].*refused"):
        await publishing
    assert 1 == len(producer.sent)


async def test_a_thousand_state_records_take_a_few_futures() -> None:
    """State is written by the batch, not by the record (one future a record costs more than the record)."""
    producer = FakeProducer(room=400)

    await Publisher(lambda: producer).write("log", 3, [(b"k%d" % n, b"v") for n in range(1_000)])

    assert [400, 400, 200] == [batch.record_count() for _, _, batch in producer.sent]


async def test_what_is_too_large_for_its_topic_is_compressed() -> None:
    """In a batch of its own, in its turn; what is no larger than usual stays plain."""
    producer = FakeProducer(room=10)
    large = b"[" + b'{"conversation":"c","channel":"email"},' * (PLAIN_BYTES_MAX // 30) + b"{}]"

    await Publisher(lambda: producer).publish(
        [
            Send("t", 0, key, value)
            for key, value in ((b"a", b"1"), (b"b", large), (b"c", large), (b"d", b"2"))
        ]
    )

    before, *compressed, after = (batch for _, _, batch in producer.sent)
    assert [[(b"a", b"1", [])], [(b"d", b"2", [])]] == [before.records, after.records]
    for batch, key in zip(compressed, (b"b", b"c"), strict=True):
        written = bytes(batch._build())
        (read,) = DefaultRecordBatch(written)
        assert (key, large) == (read.key, read.value)
        assert len(written) < PLAIN_BYTES_MAX / 10


async def test_keys_and_headers_count_for_how_large_it_is() -> None:
    """What waited in a compressed batch may be large in any of its parts."""
    producer = FakeProducer(room=10)
    large = b"x" * PLAIN_BYTES_MAX

    await Publisher(lambda: producer).publish(
        [Send("t", 0, large, b"1"), Send("t", 0, b"b", None, (("h", large), ("n", None)))]
    )

    assert 2 == len(producer.sent)
    for _, _, batch in producer.sent:
        assert len(bytes(batch._build())) < PLAIN_BYTES_MAX / 10


async def test_write_returns_when_all_batches_are_acknowledged() -> None:
    """The next group of a checkpoint may start only when the last record of this one is safe."""
    producer = FakeProducer(room=1, automatic=False)
    writing = asyncio.create_task(Publisher(lambda: producer).write("log", 0, [(b"a", b""), (b"b", b"")]))
    await turns()

    producer.acknowledge()
    await turns()

    assert not writing.done()
    producer.acknowledge()
    await writing


async def test_write_fails_when_any_batch_does() -> None:
    """A group with a hole is not written."""
    producer = FakeProducer(room=1, automatic=False)
    writing = asyncio.create_task(Publisher(lambda: producer).write("log", 0, [(b"a", b""), (b"b", b"")]))
    await turns()

    producer.acknowledge(KafkaError("refused"))
    producer.acknowledge()

    with pytest.raises(PublishError, match=r"log\[0\]"):
        await writing


class FullProducer(FakeProducer):
    """Takes one batch and no more."""

    async def send_batch(self, batch: FakeBatch, topic: str, *, partition: int) -> asyncio.Future[None]:
        if self.sent:
            raise KafkaError("no room")
        return await super().send_batch(batch, topic, partition=partition)


async def test_a_write_that_failed_leaves_no_failure_to_be_found_later() -> None:
    """The first is told; of the others the event loop would say, when it pleases, that nobody ever looked at them."""
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    producer = FullProducer(room=1, automatic=False)
    with pytest.raises(PublishError, match="no room"):
        await Publisher(lambda: producer).write("log", 0, [(b"a", b""), (b"b", b"")])
    producer.acknowledge(KafkaError("gone"))
    await turns()
    gc.collect()

    assert [] == told


@pytest.mark.parametrize("key", [b"", b"a", b"acme", b"calls|rolling_24h|rep=ann", bytes(range(256))])
async def test_partition_is_the_default_partitioners(key: bytes) -> None:
    """Other clients find our keys where Kafka's own partitioner would put them."""
    expected = DefaultPartitioner()(key, list(range(7)), list(range(7)))

    assert expected == await Publisher(lambda: FakeProducer(partitions=7)).partition_of("t", key)


async def test_partition_of_a_key_is_remembered_and_forgotten_in_bulk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cache of partitions is bounded, and the topic is asked for once."""
    monkeypatch.setattr(publishing, "KEYS_REMEMBERED_MAX", 3)
    producer = FakeProducer(room=100)
    publisher = Publisher(lambda: producer)

    for _ in range(2):
        await publisher.publish([Send("t", None, b"key-%d" % number, b"") for number in range(8)])

    assert 1 == producer.lookups
    assert max(map(len, publisher._partitions.values())) <= 3


async def test_records_without_key_take_turns() -> None:
    """What has no key is spread over the partitions."""
    producer = FakeProducer(room=100)

    await Publisher(lambda: producer).publish([Send("t", None, None, b"")] * 8)

    assert [2, 2, 2, 2] == [batch.record_count() for _, _, batch in producer.sent]


async def test_many_publishers_of_a_partition_take_turns() -> None:
    """In the order in which they asked: the producer takes one batch of a partition at a time, and is not fair."""

    order: list[bytes] = []

    class OneAtATime(FakeProducer):
        handing_over = 0

        async def send_batch(self, batch: Any, topic: str, *, partition: int) -> Any:
            assert self.handing_over == 0
            self.handing_over += 1
            await turns()
            self.handing_over -= 1
            order.append(batch.records[0][1])
            return await super().send_batch(batch, topic, partition=partition)

    producer = OneAtATime()
    publisher = Publisher(lambda: producer)
    values = [b"%d" % number for number in range(5)]

    await asyncio.gather(*(publisher.publish([Send("facts", 0, b"k", value)]) for value in values))

    assert values == order
