"""What we change in Faust to read a topic chunk by chunk, and to make its commit a checkpoint.

Faust 0.15 makes two asyncio tasks a message: 6,000 messages a second. Here the records that one fetch
brought for a partition travel through Faust as one message. Faust then knows nothing of the offsets in
between, so its bookkeeping of acknowledged offsets is replaced: what may be committed is the durable cut
of the state. Each method here overrides one of Faust's that a test pins (tests/streams/test_faust_facts_*.py).
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import structlog
from aiokafka.errors import IllegalStateError, KafkaError
from faust.exceptions import ConsumerNotStarted
from faust.serializers.schemas import Schema
from faust.transport.drivers import aiokafka as driver
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP

from processors.partition import Record
from streams.kafka.refused import REFUSED
from streams.kafka.resilience import resilient
from streams.owning.member_thread import MemberThread
from streams.owning.membership import Lease, leased

log = structlog.get_logger(__name__)


class Shell(Protocol):
    """What the consumer needs of the rest of the worker; found as `app.shell`."""

    folded: frozenset[str]
    """The topics whose chunks are folded: every topic that a stage reads."""
    lease: Lease

    async def checkpoint(self) -> None:
        """Write what changed and see it acknowledged; what follows may commit it."""

    def committable(self, topic: str, partition: int) -> int | None:
        """Return the offset to commit for a folded partition, or None."""

    def committable_partitions(self) -> Iterable[tuple[str, int]]:
        """Return the folded partitions that have something to commit."""

    def fail(self, where: str, error: BaseException) -> None:
        """End the worker."""


class Chunk:
    """All records that one fetch brought for a partition, in the shape of a single record."""

    __slots__ = (
        "checksum", "headers", "key", "offset", "partition", "serialized_key_size", "serialized_value_size",
        "timestamp", "timestamp_type", "topic", "value",
    )  # fmt: skip

    def __init__(self, tp: TP, records: Sequence[Any]) -> None:
        """Fold records, at least one; offset and time are the last one's."""
        last = records[-1]
        self.topic = tp.topic
        self.partition = tp.partition
        self.offset = last.offset
        self.timestamp = last.timestamp
        self.timestamp_type = last.timestamp_type
        self.headers: tuple[()] = ()
        self.key = None
        self.value: Sequence[Record] = records
        self.checksum = None
        self.serialized_key_size = 0
        self.serialized_value_size = 0


class FoldingScheduler(DefaultSchedulingStrategy):  # type: ignore[misc]
    """Turns what a fetch brought into one chunk a partition; the consumer reads no other topics."""

    def iterate(self, records: Mapping[TP, Sequence[Any]]) -> Iterator[tuple[TP, Any]]:
        folded = {tp: [Chunk(tp, messages)] for tp, messages in records.items() if messages}
        chunks: Iterator[tuple[TP, Any]] = super().iterate(folded)
        return chunks


class ChunkSchema(Schema):  # type: ignore[misc]
    """Passes a chunk's records through undecoded."""

    def loads_key(self, app: Any, message: Any, **_: Any) -> Any:
        return message.key

    def loads_value(self, app: Any, message: Any, **_: Any) -> Any:
        return message.value


class _ReadOffsets(dict[Any, Any]):
    """Forgets what was read: Faust drops what comes again after a seek, and takes jumps for gaps to fill."""

    def __getitem__(self, tp: Any) -> None:
        return None


class FoldingConsumer(driver.Consumer):  # type: ignore[misc]
    """Commits durable cuts instead of acknowledged messages."""

    logger = logging.getLogger("faust.transport")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_offset = _ReadOffsets()
        self._handed: dict[TP, int] = {}
        """The offset of the last record of a partition that was fetched, since it was last sent back."""

    def _new_consumer_thread(self) -> MemberThread:
        return MemberThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def shell(self) -> Shell:
        shell: Shell = self.app.shell
        return shell

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Checkpoint, then commit what it made durable. Called by Faust's timer, and before a rebalance."""
        await self.shell.checkpoint()
        done: bool = await super().commit(topics, start_new_transaction=start_new_transaction)
        return done

    async def _getmany(self, active_partitions: Any, timeout: float) -> Mapping[TP, Sequence[Any]]:  # noqa: ASYNC109
        """Fetch; a topic that may not be read ends the worker in words, where Faust's crash is pages of traceback."""
        try:
            found: Mapping[TP, Sequence[Any]] = await super()._getmany(active_partitions, timeout)
        except REFUSED as error:
            self.shell.fail("fetching", error)
            await asyncio.Event().wait()  # nothing more is fetched; the worker ends
            raise
        self._handed.update((tp, records[-1].offset) for tp, records in found.items() if records)
        return found

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        # Acknowledged messages decide nothing, and their list would grow for ever.
        self._acked.clear()
        self._acked_index.clear()
        for topic, partition in self.shell.committable_partitions():
            tp = TP(topic, partition)
            if topics is None or tp in topics or topic in topics:
                yield tp

    def _new_offset(self, tp: TP) -> int | None:
        return self.shell.committable(tp.topic, tp.partition)

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        """Commit; what was refused is tried again, where Faust would take it for done."""
        before = {tp: self._committed_offset[tp] for tp in offsets}
        done: bool = await super()._commit_offsets(offsets, start_new_transaction)
        if not done:
            self._committed_offset.update(before)
        return done

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Nothing: offsets between chunks are no gaps."""

    def on_buffer_full(self, tp: TP) -> None:
        """Nothing: a full queue makes fetching wait by itself.

        Faust would take the partition out of the fetch, and sleep a second once all are out.
        """

    def highwater(self, tp: TP) -> int | None:
        """Return the next offset of a partition, None while unknown.

        The fetching thread may have lost the partition between the fetch and this question.
        """
        try:
            known: int | None = super().highwater(tp)
        except (AssertionError, AttributeError, ConsumerNotStarted, IllegalStateError):
            return None
        return known

    def holds_nothing_after(self, tp: TP, offset: int) -> bool:
        """Tell whether the log was read to its end and gave no record beyond an offset.

        What transactions leave behind, their markers and what they took back, has offsets and is no record.
        """
        if self._handed.get(tp, offset) > offset:
            return False
        try:
            assigned = self._thread._ensure_consumer()._subscription.subscription.assignment
            position: int = assigned.state_value(driver.ensure_aiokafka_TP(tp)).position
        except (AssertionError, AttributeError, ConsumerNotStarted):
            return False
        end = self.highwater(tp)
        return end is not None and position >= end

    async def first_offset(self, topic: str, partition: int) -> int | None:
        """Return where a partition begins now, None where that can't be had."""
        tp = driver.ensure_aiokafka_TP(TP(topic, partition))
        try:
            offset: int = (await self._thread.earliest_offsets(tp))[tp]
        except (KafkaError, TimeoutError, ConsumerNotStarted):
            return None
        return offset

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Nothing: Faust's look for stalled partitions falls over when one is just being taken away."""

    async def seek_back(self, topic: str, partition: int, offset: int) -> None:
        """Fetch a partition again from `offset` on; nothing happens if it is no more assigned."""
        self._handed.pop(TP(topic, partition), None)
        try:
            await self.seek_wait({TP(topic, partition): offset})
        except (TimeoutError, IllegalStateError) as error:
            log.info("seek_refused", topic=topic, partition=partition, error=repr(error))

    async def committed(self, topic: str, partition: int) -> int | None:
        """Return the offset that the group has committed for a partition, None if none yet."""
        thread = self._thread
        tp = driver.ensure_aiokafka_TP(TP(topic, partition))
        offset: int | None = await thread.call_thread(thread._ensure_consumer().committed, tp)
        return offset


class ExactProducer(driver.Producer):  # type: ignore[misc]
    """Retries without duplicates or reordering, for as long as the broker is away."""

    logger = logging.getLogger("faust.transport")

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}

    def _new_producer(self, transactional_id: str | None = None) -> Any:
        producer = super()._new_producer(transactional_id)
        resilient(producer.client)
        leased(producer.client, self.app.shell.lease)
        return producer


class FoldingTransport(driver.Transport):  # type: ignore[misc]
    """Makes the consumer and producer above."""

    Consumer = FoldingConsumer
    Producer = ExactProducer
