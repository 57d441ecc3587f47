"""Broker contract: what is written is read, once, in order, as it was."""

import asyncio
import time

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.protocol.produce import ProduceRequest

from processors.partition import Send
from streams.kafka.publishing import Publisher
from tests.contracts.cluster import Cluster, take, take_by_partition, until

MIB = 1_048_576


async def test_a_partition_keeps_the_order_of_its_producer(cluster: Cluster) -> None:
    """Records of a partition come back in the order sent, with offsets that count up by one."""
    topic = await cluster.topic(partitions=3)
    producer = await cluster.producer(enable_idempotence=True, linger_ms=1)
    sent = [await producer.send(topic, b"%d" % number, partition=number % 3) for number in range(3_000)]
    await asyncio.gather(*sent)

    consumer = await cluster.consumer(group_id=None)
    consumer.assign([TopicPartition(topic, partition) for partition in range(3)])
    records = await take_by_partition(consumer, 3_000)

    for partition in range(3):
        mine = records[partition]
        assert list(range(1_000)) == [record.offset for record in mine]
        assert list(range(partition, 3_000, 3)) == [int(record.value) for record in mine]


async def test_keys_values_and_headers_come_back_as_sent(cluster: Cluster) -> None:
    """Empty is not null, header names may repeat, bytes are bytes."""
    topic = await cluster.topic()
    producer = await cluster.producer()
    rows = [
        (b"k", b"v", [("content-type", b"application/json"), ("a", b"1"), ("a", b"\xff\x00")]),
        (None, b"", []),
        (b"", None, [("empty", b"")]),
    ]
    for key, value, headers in rows:
        await producer.send_and_wait(topic, value, key=key, headers=headers)

    read = [(record.key, record.value, list(record.headers)) for record in await cluster.everything(topic)]

    assert rows == read


async def test_a_batch_is_written_whole(cluster: Cluster) -> None:
    """What `create_batch` and `send_batch` write in bulk is acknowledged with its offset, read in order."""
    topic = await cluster.topic()
    producer = await cluster.producer(max_batch_size=MIB, enable_idempotence=True)
    await producer.send_and_wait(topic, b"first")
    batch = producer.create_batch()
    for number in range(5_000):
        assert batch.append(key=b"k%d" % number, value=b"v%d" % number, timestamp=None) is not None
    batch.close()
    acknowledged = await (await producer.send_batch(batch, topic, partition=0))

    records = await cluster.everything(topic)

    assert acknowledged.offset == 1
    assert [b"first", *(b"v%d" % number for number in range(5_000))] == [record.value for record in records]


async def test_a_record_beyond_its_topics_limit_arrives_compressed(cluster: Cluster) -> None:
    """As `Publisher` writes it, between others; each reader takes it for what it was."""
    topic = await cluster.topic(max_message_bytes=8 * MIB)
    producer = await cluster.producer(enable_idempotence=True, max_batch_size=MIB // 2)
    values = [b"before", b'{"id":"%d"},' % 7 * MIB, b"after"]
    assert len(values[1]) > 8 * MIB

    await Publisher(lambda: producer).publish([Send(topic, 0, b"k", value) for value in values])

    assert values == [record.value for record in await cluster.everything(topic)]


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_what_producers_compress_is_read(cluster: Cluster, codec: str) -> None:
    """They choose how by themselves: a worker that lacked a codec would end at the first such batch, each time."""
    topic = await cluster.topic()
    producer = await cluster.producer(enable_idempotence=True, compression_type=codec, linger_ms=20)
    values = [b'{"id":"%d"}' % number * 10 for number in range(200)]
    await asyncio.gather(*[await producer.send(topic, value) for value in values])

    assert values == [record.value for record in await cluster.everything(topic)]


async def test_a_repeated_request_of_an_idempotent_producer_counts_once(cluster: Cluster) -> None:
    """A request sent twice, as a producer does that saw no answer, leaves each record once in the log."""
    topic = await cluster.topic()
    producer = await cluster.producer(enable_idempotence=True)
    send = producer.client.send

    async def send_twice(node_id: int, request: object, **options: object) -> object:
        if isinstance(request, ProduceRequest):
            await send(node_id, request, **options)
        return await send(node_id, request, **options)

    producer.client.send = send_twice
    for number in range(20):
        await producer.send_and_wait(topic, b"%d" % number)

    values = [int(record.value) for record in await cluster.everything(topic)]

    assert list(range(20)) == values


async def test_offsets_can_be_asked_and_sought(cluster: Cluster) -> None:
    """The beginning is 0, the end is one past the last record, a seek continues at exactly that record."""
    topic = await cluster.topic()
    producer = await cluster.producer()
    for number in range(10):
        await producer.send_and_wait(topic, b"%d" % number)
    partition = TopicPartition(topic, 0)
    consumer = await cluster.reader(topic, offset=7)

    assert {partition: 0} == await consumer.beginning_offsets([partition])
    assert {partition: 10} == await consumer.end_offsets([partition])
    assert [record.offset for record in await take(consumer, 3)] == [7, 8, 9]
    assert await consumer.position(partition) == 10
    consumer.seek(partition, 2)
    assert (await take(consumer, 1))[0].offset == 2


async def test_log_append_time_is_the_brokers(cluster: Cluster) -> None:
    """With LogAppendTime a record carries when it arrived, whatever its producer says."""
    topic = await cluster.topic(message_timestamp_type="LogAppendTime")
    producer = await cluster.producer()
    before_ms = int(time.time() * 1_000)  # noqa: TID251 (what the broker's clock is compared with)
    await producer.send_and_wait(topic, b"old", timestamp_ms=1_000)
    await producer.send_and_wait(topic, b"none")
    after_ms = int(time.time() * 1_000)  # noqa: TID251

    records = await cluster.everything(topic)

    assert [record.timestamp_type for record in records] == [1, 1]
    assert all(before_ms <= record.timestamp <= after_ms for record in records), records


async def test_create_time_is_the_producers(cluster: Cluster) -> None:
    """Without LogAppendTime a record carries the time that its producer gave."""
    topic = await cluster.topic(retention_ms="-1")  # a record so old would be removed at any moment
    producer = await cluster.producer()
    await producer.send_and_wait(topic, b"x", timestamp_ms=1_700_000_000_123)

    (record,) = await cluster.everything(topic)

    assert (record.timestamp, record.timestamp_type) == (1_700_000_000_123, 0)


async def test_a_large_record_passes_where_the_topic_allows_it(cluster: Cluster) -> None:
    """A record of 6 MiB goes through a topic with `max.message.bytes` of 8 MiB and fits a default fetch."""
    topic = await cluster.topic(max_message_bytes=str(8 * MIB))
    producer = await cluster.producer(max_request_size=8 * MIB)
    value = bytes(range(256)) * (6 * MIB // 256)
    await producer.send_and_wait(topic, value)
    await producer.send_and_wait(topic, b"after")

    records = await cluster.everything(topic)

    assert [value, b"after"] == [record.value for record in records]


async def test_a_large_record_is_refused_elsewhere(cluster: Cluster) -> None:
    """The same record is refused, by name, by a topic with the default limit of 1 MiB."""
    topic = await cluster.topic()
    producer = await cluster.producer(max_request_size=8 * MIB)

    with pytest.raises(MessageSizeTooLargeError):
        await producer.send_and_wait(topic, bytes(6 * MIB))


async def test_the_latest_of_a_key_is_last(cluster: Cluster) -> None:
    """A compacted topic read whole gives, per key, the latest value last, and tombstones as null."""
    topic = await cluster.topic(cleanup_policy="compact")
    producer = await cluster.producer()
    for number in range(300):
        await producer.send_and_wait(topic, b"v%d" % number, key=b"k%d" % (number % 3))
    await producer.send_and_wait(topic, None, key=b"k1")

    latest = {record.key: record.value for record in await cluster.everything(topic)}

    assert latest == {b"k0": b"v297", b"k1": None, b"k2": b"v299"}


async def test_compaction_removes_what_is_superseded(cluster: Cluster) -> None:
    """In time a compacted topic forgets superseded values; offsets stay, and reading goes over the gaps."""
    topic = await cluster.topic(
        cleanup_policy="compact",
        segment_ms="100",
        segment_bytes=str(MIB),
        min_cleanable_dirty_ratio="0.01",
        delete_retention_ms="100",
    )
    producer = await cluster.producer()
    for number in range(1_000):
        await producer.send(topic, b"v%d" % number, key=b"k%d" % (number % 5))
    await producer.flush()

    async def is_compacted() -> bool:
        await producer.send_and_wait(topic, b"now", key=b"other")  # rolls the segment
        return len(await cluster.everything(topic)) < 500

    await until(is_compacted, "fewer records after compaction")

    records = await cluster.everything(topic)
    latest = {record.key: (record.offset, record.value) for record in records}
    assert [(995 + number, b"v%d" % (995 + number)) for number in range(5)] == [
        latest[b"k%d" % number] for number in range(5)
    ]
