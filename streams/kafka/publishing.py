"""Publishing: records grouped by partition into batches, every one of them acknowledged.

aiokafka's one future per record costs more than the record; a batch costs one.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any

from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from processors.partition import Send, StateItem
from streams.kafka.refused import reason
from streams.owning.membership import Lease

#: Keys whose partition is remembered, per topic: murmur2 in Python takes longer than the send.
KEYS_REMEMBERED_MAX = 1 << 18

NO_HEADERS: list[tuple[str, bytes]] = []

#: A record above this, half of what topics take, is compressed: JSON to a tenth, so that it arrives all the same.
PLAIN_BYTES_MAX = 4 * 1_048_576
GZIP = 1
"""As Kafka's batches number it; Python brings it along."""


class PublishError(RuntimeError):
    """Records are in doubt: some may be in the topic, some not. The state they came from is void."""


class Publisher:
    """Writes through an aiokafka producer, which is asked for each time, since it lives with the app."""

    def __init__(self, producer: Callable[[], Any], lease: Lease | None = None) -> None:
        """A worker's `lease` hears of everything under way; others publish without one."""
        self._producer = producer
        self._lease = lease
        self._partition_counts: dict[str, int] = {}
        self._partitions: defaultdict[str, dict[bytes, int]] = defaultdict(dict)
        self._keyless = count()
        self._turns: defaultdict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)
        """Who may hand the producer the next batch of a partition, in the order in which they asked."""

    async def publish(self, sends: Sequence[Send]) -> None:
        """Publish all; return when every record is acknowledged.

        A partition's next batch goes out when the one before is acknowledged, so that a batch that fails
        leaves no hole before a batch that doesn't: readers take a partition's last record as a sign that
        they have everything before it.

        Raises:
            PublishError: something was not acknowledged.
        """
        targets: defaultdict[tuple[str, int], list[Send]] = defaultdict(list)
        for send in sends:
            partition = send.partition
            if partition is None:
                partition = self._partitions[send.topic].get(send.key)  # type: ignore[arg-type]
                if partition is None:
                    partition = await self.partition_of(send.topic, send.key)
            targets[send.topic, partition].append(send)
        await _all(
            self._in_turn(
                topic,
                partition,
                (
                    (send.key, send.value, list(send.headers) if send.headers else NO_HEADERS)
                    for send in group
                ),
            )
            for (topic, partition), group in targets.items()
        )

    async def write(self, topic: str, partition: int, items: Iterable[StateItem]) -> None:
        """Write state records; return when every one is acknowledged. Their order does not matter.

        Raises:
            PublishError: something was not acknowledged.
        """
        futures = [
            await self._send(batch, topic, partition)
            for batch in self._batches((key, value, NO_HEADERS) for key, value in items)
        ]
        await _all(_acknowledged(future, topic, partition) for future in futures)

    async def partition_of(self, topic: str, key: bytes | None) -> int:
        """Return the partition that Kafka's default partitioner gives a key; without a key, they take turns.

        Raises:
            PublishError: the topic is unknown.
        """
        partitions = self._partition_counts.get(topic)
        if partitions is None:
            try:
                partitions = len(await self._producer().partitions_for(topic))
            except KafkaError as error:
                raise PublishError(f"{topic}: can't be looked up: {reason(error, 'write')}") from error
            self._partition_counts[topic] = partitions
        if key is None:
            return next(self._keyless) % partitions
        known = self._partitions[topic]
        if len(known) >= KEYS_REMEMBERED_MAX:
            known.clear()
        partition: int = (murmur2(key) & 0x7FFFFFFF) % partitions
        known[key] = partition
        return partition

    async def _in_turn(self, topic: str, partition: int, records: Iterable[tuple[Any, Any, Any]]) -> None:
        for batch in self._batches(records):
            await _acknowledged(await self._send(batch, topic, partition), topic, partition)

    async def _send(self, batch: Any, topic: str, partition: int) -> asyncio.Future[Any]:
        # aiokafka takes one batch of a partition at a time, and who waits longest for that may wait for ever.
        async with self._turns[topic, partition]:
            try:
                future: asyncio.Future[Any] = await self._producer().send_batch(
                    batch, topic, partition=partition
                )
            except KafkaError as error:
                raise _in_doubt(topic, partition, error) from error
        # Who waits for several hears of the first that fails: none of the others is a fault that nobody was told of.
        future.add_done_callback(_taken_note_of)
        if self._lease is not None:
            self._lease.sending(future)
        return future

    def _batches(self, records: Iterable[tuple[Any, Any, Any]]) -> Iterable[Any]:
        """Yield full, closed batches. A record larger than a batch gets one of its own."""
        create = self._producer().create_batch
        batch = create()
        for key, value, headers in records:
            size = len(key or b"") + len(value or b"")
            if headers:
                size += sum(len(name) + len(said or b"") for name, said in headers)
            if size > PLAIN_BYTES_MAX:
                if batch.record_count():
                    batch.close()
                    yield batch
                batch = BatchBuilder(size, GZIP)
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                yield batch
                batch = create()
                batch.append(key=key, value=value, timestamp=None, headers=headers)
        if batch.record_count():
            batch.close()  # else it would linger, waiting for more
            yield batch


async def _acknowledged(future: asyncio.Future[Any], topic: str, partition: int) -> None:
    try:
        await future
    except KafkaError as error:
        raise _in_doubt(topic, partition, error) from error


def _taken_note_of(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()


def _in_doubt(topic: str, partition: int, error: KafkaError) -> PublishError:
    return PublishError(f"{topic}[{partition}]: not acknowledged: {reason(error, 'write')}")


async def _all(work: Iterable[Any]) -> None:
    """Await all, at once where there are several; the first error is raised."""
    jobs = list(work)
    if len(jobs) == 1:
        await jobs[0]
    elif jobs:
        await asyncio.gather(*jobs)
