"""Reading topics from outside, on every kind of broker."""

import asyncio
from contextlib import aclosing
from itertools import count
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from structlog.testing import capture_logs

from streams.kafka.readers import ReadError, follow, read_latest
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.topics import topics

_number = count()


@pytest.fixture
async def settings(broker: Any) -> Settings:
    """An installation of this test's own."""
    prefix = f"readers-{next(_number)}."
    mine = Settings(
        kafka_bootstrap=broker.bootstrap, topic_prefix=prefix, app_id=prefix.strip("."), partitions=2
    )
    await ensure(mine)
    return mine


async def publish(settings: Settings, topic: str, *records: tuple[str, str | None]) -> None:
    """Publish (key, value) pairs; a value of None is a tombstone."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap)
    await producer.start()
    try:
        for key, value in records:
            await producer.send(topic, key=key.encode(), value=value and value.encode())
        await producer.flush()
    finally:
        await producer.stop()


async def test_the_latest_record_of_each_key_is_read(settings: Settings) -> None:
    """Of all partitions, later records win, tombstones remove, and the filter keeps what is wanted."""
    topic = topics(settings).kpis.name
    old = [(f"k{number}", '{"v":1}') for number in range(50)]
    await publish(settings, topic, *old, ("k7", '{"v":2}'), ("k8", None), ("other", '{"v":3}'))

    latest = await read_latest(settings, topic, lambda key: key.startswith("k"))

    assert len(latest) == 49
    assert latest["k7"] == {"v": 2}
    assert "k8" not in latest


class Counted(msgspec.Struct):
    """A record that has a number."""

    v: int


async def test_what_is_no_record_is_left_out_and_counted(settings: Settings) -> None:
    """One that somebody else put there keeps none of the others from being read."""
    topic = topics(settings).kpis.name
    odd = [("a", "no JSON"), ("b", "[]"), ("c", '{"v":"x"}'), ("d", "null"), ("e", "{}")]
    await publish(settings, topic, *odd, ("f", '{"v":7,"w":8}'))

    with capture_logs() as lines:
        assert await read_latest(settings, topic, shape=Counted) == {"f": {"v": 7, "w": 8}}
        assert len(await read_latest(settings, topic)) == 3

    assert [(line["event"], line["topic"], line["records"]) for line in lines] == [
        ("unreadable_records_left_out", topic, 5), ("unreadable_records_left_out", topic, 3),
    ]  # fmt: skip


async def test_an_empty_topic_is_read_at_once(settings: Settings) -> None:
    """Nothing there is an answer, not something to wait for."""
    async with asyncio.timeout(10):
        assert await read_latest(settings, topics(settings).kpis.name) == {}


async def test_what_is_published_later_follows(settings: Settings) -> None:
    """First what is there, marked when it is all; then each new record as it comes, of all topics."""
    own = topics(settings)
    await publish(settings, own.kpis.name, ("a", '{"v":1}'))
    seen: list[tuple[str, str, Any]] = []
    async with asyncio.timeout(30), aclosing(follow(settings, [own.kpis.name, own.alerts.name])) as batches:
        async for batch in batches:
            seen += [(change.topic, change.key, change.record) for change in batch.changes]
            if batch.caught_up and len(seen) == 1:
                await publish(settings, own.alerts.name, ("b", '{"v":2}'))
            if len(seen) == 2:
                await publish(settings, own.kpis.name, ("a", None))
            if len(seen) == 3:
                break

    assert seen == [
        (own.kpis.name, "a", {"v": 1}), (own.alerts.name, "b", {"v": 2}), (own.kpis.name, "a", None),
    ]  # fmt: skip


async def test_following_from_now_skips_what_is_there(settings: Settings) -> None:
    """A live page that has its snapshot from elsewhere reads only what comes."""
    topic = topics(settings).kpis.name
    await publish(settings, topic, ("old", '{"v":1}'))
    async with asyncio.timeout(30), aclosing(follow(settings, [topic], from_start=False)) as batches:
        first = await anext(batches)
        await publish(settings, topic, ("new", '{"v":2}'))
        second = await anext(batches)

    assert (first.changes, first.caught_up) == ([], True)
    assert [change.key for change in second.changes] == ["new"]


async def test_a_topic_that_is_not_there_is_named_and_not_made(settings: Settings) -> None:
    """The message names topic, broker and the setting to look at; looking creates nothing."""
    for _ in range(2):
        with pytest.raises(ReadError, match=r"no topic nonsense on .*CRM_PULSE_TOPIC_PREFIX"):
            await read_latest(settings, "nonsense")


async def test_a_broker_that_is_not_there_is_named() -> None:
    """Address and setting are in the message."""
    nowhere = Settings(kafka_bootstrap="127.0.0.1:1")
    with pytest.raises(ReadError, match=r"can't reach Kafka at 127\.0\.0\.1:1 \(CRM_PULSE_KAFKA_BOOTSTRAP\)"):
        await read_latest(nowhere, "crm.kpis")
