"""The demo's Kafka stays small."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.brokers.embedded import EmbeddedKafka
from streams.cli.demo_trim import COMPACTED, trim
from streams.kafka.kafka_clients import client_options
from streams.kafka.readers import read_latest
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.topics import topics
from tests.streams.processes import own_settings, publish

ROUNDS_S = 0.05


async def starts(settings: Settings, topic: str) -> int:
    """Return where a topic of one partition begins."""
    consumer = AIOKafkaConsumer(**client_options(settings))
    await consumer.start()
    try:
        partition = TopicPartition(topic, 0)
        return int((await consumer.beginning_offsets([partition]))[partition])
    finally:
        await consumer.stop()


async def test_old_facts_and_history_go_and_events_stay(embedded_kafka: EmbeddedKafka) -> None:
    """What was there some rounds ago is forgotten; it goes on from there."""
    settings = own_settings(embedded_kafka.bootstrap, partitions=1)
    await ensure(settings)
    own = topics(settings)
    names = [own.activity.name, own.facts.name, own.kpis_history.name]
    for name in names:
        await publish(settings, [(b"key", b"%d" % number) for number in range(50)], name)
    trimming = asyncio.create_task(trim(settings, ROUNDS_S, 2))
    async with asyncio.timeout(30):
        while [0, 50, 50] != [await starts(settings, name) for name in names]:
            await asyncio.sleep(ROUNDS_S)
    assert not trimming.done()
    trimming.cancel()


async def test_superseded_values_go(embedded_kafka: EmbeddedKafka) -> None:
    """Compacted topics are made with short segments; the last value of each key stays."""
    settings = own_settings(embedded_kafka.bootstrap, partitions=1)
    await ensure(settings, compacted={**COMPACTED, "segment.ms": "100", "min.compaction.lag.ms": "0"})
    name = topics(settings).kpis.name
    value = b'{"n":%d,"filler":"' + b"x" * 4_000 + b'"}'
    for first in range(0, 4_000, 1_000):
        records = [(b"k%d" % (number % 5), value % number) for number in range(first, first + 1_000)]
        await publish(settings, records, name)
        await asyncio.sleep(0.2)

    latest = await read_latest(settings, name)
    assert {3_995, 3_996, 3_997, 3_998, 3_999} == {record["n"] for record in latest.values()}
    # The broker compacts when it gets to it: on a busy machine not within the moment that reading takes.
    for _ in range(100):
        if await held(settings, name) < 3_000:
            break
        await asyncio.sleep(0.2)
    assert await held(settings, name) < 3_000


async def held(settings: Settings, topic: str) -> int:
    """Return how many records a topic of one partition has."""
    partition, count = TopicPartition(topic, 0), 0
    consumer = AIOKafkaConsumer(**client_options(settings))
    await consumer.start()
    try:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        while await consumer.position(partition) < end:
            count += sum(map(len, (await consumer.getmany(timeout_ms=1_000)).values()))
    finally:
        await consumer.stop()
    return count
