"""A stage's table: a compacted changelog named as Faust names it, and our own reader of it.

Faust's recovery is not used (docs/design.md, rule 4): it hands out source records before the tables are
restored, and continues a re-assigned table from its old position into empty memory.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from processors.partition import StateItem
from schemas.generation import FIRST
from streams.kafka.consuming import consuming
from streams.kafka.offsets import bounds, place, reached
from streams.kafka.refused import reason

RECORDS_MAX = 20_000
"""Changelog records handed over at once: some 50 ms of work, between which the event loop turns."""

FETCH_BYTES_MAX = 8 * 1024 * 1024
POLL_MS = 500

#: The record that is looked for at the end of a changelog is the last of each checkpoint.
TAIL_RECORDS = 200
TAIL_GROWTH = 10


class RestoreError(RuntimeError):
    """A changelog could not be read; the message says which."""


def changelog_topic(app_id: str, table: str, generation: int = FIRST) -> str:
    """Return the name that Faust gives the changelog of an app's table; state of a rebuild has its number in it."""
    return f"{app_id}{'' if generation == FIRST else f'.g{generation}'}-{table}-changelog"


async def read_changelog(
    client_options: Mapping[str, Any],
    topic: str,
    partition: int,
    apply: Callable[[Iterable[StateItem]], None],
) -> int:
    """Hand a changelog partition to `apply`, in batches, from its beginning to its end as of now.

    Returns:
        How many records there were.

    Raises:
        RestoreError: it can't be read; for instance, there is no such topic.
    """
    async with _reader(client_options, topic, partition) as (consumer, begin, end):
        return await _read(consumer, TopicPartition(topic, partition), apply, begin, end)


async def read_last(client_options: Mapping[str, Any], topic: str, partition: int, key: bytes) -> list[bytes]:
    """Return values of a key that stand at the end of a changelog partition, the last one last; often one or a few.

    Looks further back until there is one; empty when the partition has none at all.

    Raises:
        RestoreError: it can't be read; for instance, there is no such topic.
    """
    found: list[bytes] = []

    def take(items: Iterable[StateItem]) -> None:
        found.extend(value for of, value in items if of == key and value is not None)

    async with _reader(client_options, topic, partition) as (consumer, begin, end):
        start, back = end, TAIL_RECORDS
        while start > begin and not found:
            start, until = max(begin, end - back), start
            await _read(consumer, TopicPartition(topic, partition), take, start, until)
            back *= TAIL_GROWTH
    return found


async def read_tail(
    client_options: Mapping[str, Any],
    topic: str,
    partition: int,
    most: int,
    apply: Callable[[Iterable[StateItem]], None],
) -> int:
    """Hand the last records of a partition to `apply`, about so many, in order; return how many there were.

    Raises:
        RestoreError: it can't be read; for instance, there is no such topic.
    """
    async with _reader(client_options, topic, partition) as (consumer, begin, end):
        return await _read(consumer, TopicPartition(topic, partition), apply, max(begin, end - most), end)


async def last_offset(client_options: Mapping[str, Any], topic: str, partition: int) -> int:
    """Return the offset of the partition's last record; -1 where there is none, or none any more.

    Raises:
        RestoreError: it can't be asked; for instance, there is no such topic.
    """
    async with _reader(client_options, topic, partition) as (_, begin, end):
        return end - 1 if end > begin else -1


@asynccontextmanager
async def _reader(
    client_options: Mapping[str, Any], topic: str, partition: int
) -> AsyncIterator[tuple[AIOKafkaConsumer, int, int]]:
    """Yield a consumer of the partition, and the partition's first and next offset as of now."""
    source = TopicPartition(topic, partition)
    # State is written without transactions, so that nothing in the log is undecided.
    reader = consuming(
        client_options,
        max_poll_records=RECORDS_MAX,
        max_partition_fetch_bytes=FETCH_BYTES_MAX,
        isolation_level="read_uncommitted",
    )
    try:
        async with reader as consumer:
            yield consumer, *(await bounds(consumer, [source]))[source]
    except KafkaError as error:
        raise RestoreError(f"{topic}[{partition}]: {reason(error, 'read')}") from error


async def _read(
    consumer: Any, source: TopicPartition, apply: Callable[[Iterable[StateItem]], None], begin: int, end: int
) -> int:
    """Hand over the records from one offset to before another; at the end a few more, where a fetch brought them."""
    place(consumer, {source: begin})
    count = 0
    while not await reached(consumer, {source: end}):
        for records in (await consumer.getmany(source, timeout_ms=POLL_MS)).values():
            apply([(record.key, record.value) for record in records])
            count += len(records)
        await asyncio.sleep(0)
    return count
