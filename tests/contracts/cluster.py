"""A test's view of a broker: topics and groups of its own, and clients that are closed behind it."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from processors.partition import Record
from streams.clock import monotonic_s
from tests.contracts.features import Features

PATIENCE_S = 20.0


class Cluster:
    """Made anew for each test."""

    def __init__(self, broker: Any, features: Features, clients: AsyncExitStack) -> None:
        self.broker = broker
        self.features = features
        self._clients = clients

    async def topic(self, partitions: int = 1, **config: str) -> str:
        """Create a topic; `cleanup_policy="compact"` means `cleanup.policy`."""
        name = f"t-{uuid.uuid4().hex}"
        admin = await self.admin()
        configs = {key.replace("_", "."): value for key, value in config.items()}
        done = await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=configs)])
        assert [code for _, code, _ in done.topic_errors] == [0], done
        return name

    async def described(self, topic: str) -> dict[str, Any]:
        """Return what the broker says of a topic; that one was made it knows a moment after the answer."""
        admin = await self.admin()
        while not (found := [one for one in await admin.describe_topics() if one["topic"] == topic]):
            await asyncio.sleep(0.05)
        return dict(found[0])

    async def admin(self) -> AIOKafkaAdminClient:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.broker.bootstrap)
        await admin.start()
        self._clients.push_async_callback(admin.close)
        return admin

    async def producer(self, **options: Any) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(bootstrap_servers=self.broker.bootstrap, **({"acks": "all"} | options))
        await producer.start()
        self._clients.push_async_callback(producer.stop)
        return producer

    async def consumer(self, *topics: str, **options: Any) -> AIOKafkaConsumer:
        """A consumer that starts at the beginning and commits when told."""
        settings = {
            "auto_offset_reset": "earliest",
            "enable_auto_commit": False,
            "session_timeout_ms": self.features.session_timeout_ms,
            "heartbeat_interval_ms": 200,
            "metadata_max_age_ms": 2_000,
            "retry_backoff_ms": 50,
        }
        consumer = AIOKafkaConsumer(*topics, bootstrap_servers=self.broker.bootstrap, **(settings | options))
        await consumer.start()
        self._clients.push_async_callback(consumer.stop)
        return consumer

    async def reader(self, topic: str, offset: int = 0, **options: Any) -> AIOKafkaConsumer:
        """A consumer without a group, at an offset of partition 0."""
        consumer = await self.consumer(group_id=None, **options)
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        consumer.seek(partition, offset)
        return consumer

    async def everything(self, topic: str) -> list[Record]:
        """Partition 0 from its beginning to its end as of now."""
        consumer = await self.reader(topic)
        partition = TopicPartition(topic, 0)
        end = (await consumer.end_offsets([partition]))[partition]
        first = (await consumer.beginning_offsets([partition]))[partition]
        consumer.seek(partition, first)
        records: list[Record] = []
        deadline_s = monotonic_s() + PATIENCE_S
        while await consumer.position(partition) < end:
            assert monotonic_s() < deadline_s, f"stuck at {await consumer.position(partition)} of {end}"
            records += (await consumer.getmany(timeout_ms=200)).get(partition, [])
        await consumer.stop()
        return records


async def take(consumer: AIOKafkaConsumer, count: int) -> list[Record]:
    """Return the next records, at least `count` of them."""
    return [record for some in (await take_by_partition(consumer, count)).values() for record in some]


async def take_by_partition(consumer: AIOKafkaConsumer, count: int) -> dict[int, list[Record]]:
    """Return the next records, at least `count` of them."""
    records: defaultdict[int, list[Record]] = defaultdict(list)
    deadline_s = monotonic_s() + PATIENCE_S
    while sum(map(len, records.values())) < count:
        assert monotonic_s() < deadline_s, f"{sum(map(len, records.values()))} records of {count} came"
        for partition, some in (await consumer.getmany(timeout_ms=100)).items():
            records[partition.partition] += some
    return records


async def until(true: Callable[[], bool | Awaitable[bool]], what: str) -> None:
    """Wait until something is true."""
    deadline_s = monotonic_s() + PATIENCE_S
    while True:
        now = true()
        if now if isinstance(now, bool) else await now:
            return
        assert monotonic_s() < deadline_s, f"not within {PATIENCE_S:g} s: {what}"
        await asyncio.sleep(0.05)


def group() -> str:
    """A name for a consumer group that nobody has."""
    return f"g-{uuid.uuid4().hex}"
