"""Reading a compacted topic with aiokafka: whole, then what follows. Needs the extra `kafka`.

A reader has no consumer group and commits nothing: it reads all partitions from their start each time it starts, and
any number of readers disturb nobody.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any, NamedTuple, Protocol

from aiokafka import AIOKafkaConsumer

POLL_MS = 500
"""How long one wait for records lasts; what arrives is handed over at once."""
POLL_RECORDS_MAX = 5_000


class NoTopicError(LookupError):
    """The cluster is there, the topic is not: is the prefix right?"""


class Latest(Protocol):
    """`LatestKpis` or `LatestAlerts`, or what takes records as they do."""

    def apply(self, key: bytes, value: bytes | None, headers: Any = ...) -> Any: ...


class Batch(NamedTuple):
    """Some records of the topic were taken."""

    changes: list[Any]
    """What they changed (`Change`), in order."""
    unreadable: int
    """Records that were none, and were left out."""
    caught_up: bool
    """Whether everything is read that was there when reading began."""


@asynccontextmanager
async def following(
    topic: str, latest: Latest, *, bootstrap_servers: str, **options: Any
) -> AsyncIterator[AsyncIterator[Batch]]:
    """Read a topic into `latest`; the context gives an endless iterator of batches.

    `options` go to AIOKafkaConsumer: `security_protocol`, `sasl_mechanism`, `ssl_context` and so on.

    Raises:
        NoTopicError: there is no such topic.
        aiokafka.errors.KafkaError: the cluster can't be read.
    """
    options = {
        "bootstrap_servers": bootstrap_servers,
        "group_id": None,
        "enable_auto_commit": False,
        **options,
    }
    await _check(topic, options)
    consumer = AIOKafkaConsumer(topic, auto_offset_reset="earliest", **options)
    try:
        await consumer.start()
        async with aclosing(_batches(consumer, latest)) as batches:
            yield batches
    finally:
        await consumer.stop()


async def read_whole(topic: str, latest: Latest, *, bootstrap_servers: str, **options: Any) -> int:
    """Read into `latest` what is on a topic now; return how many records were unreadable."""
    unreadable = 0
    async with following(topic, latest, bootstrap_servers=bootstrap_servers, **options) as batches:
        async for batch in batches:
            unreadable += batch.unreadable
            if batch.caught_up:
                break
    return unreadable


async def _check(topic: str, options: dict[str, Any]) -> None:
    """Ask for all topics: a consumer of one that is not there would wait for it for ever, or create it."""
    consumer = AIOKafkaConsumer(**options)
    try:
        await consumer.start()
        if topic not in await consumer.topics():
            raise NoTopicError(f"no topic {topic} at {options['bootstrap_servers']}")
    finally:
        await consumer.stop()


async def _batches(consumer: AIOKafkaConsumer, latest: Latest) -> AsyncGenerator[Batch, None]:
    partitions = list(consumer.assignment())
    starts = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    left = {partition: end for partition, end in ends.items() if end > starts[partition]}
    if not left:
        yield Batch([], 0, caught_up=True)
    while True:
        fetched = await consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS_MAX)
        changes, unreadable = [], 0
        for records in fetched.values():
            for record in records:
                try:
                    change = latest.apply(record.key or b"", record.value, record.headers)
                except ValueError:
                    # One record that can't be read must not keep the others from being read.
                    unreadable += 1
                    continue
                if change is not None:
                    changes.append(change)
        was_behind = bool(left)
        for partition, end in list(left.items()):
            # By position: compaction and control records leave gaps, at the end too.
            if await consumer.position(partition) >= end:
                del left[partition]
        if changes or unreadable or (was_behind and not left):
            yield Batch(changes, unreadable, caught_up=not left)
