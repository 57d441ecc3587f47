"""Reading spans of several partitions: every record once, in order, and an end that comes whatever the log has."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition

from processors.partition import Record
from streams.kafka.spans import Span, read_spans
from tests.streams.fakes import FakeRecord

P0, P1 = TopicPartition("t", 0), TopicPartition("t", 1)


class FakeConsumer:
    """Partitions with records at some offsets; fetches so many at once."""

    def __init__(
        self, logs: Mapping[TopicPartition, Sequence[int]], ends: Mapping[TopicPartition, int]
    ) -> None:
        self._logs, self._ends = logs, ends
        self._at: dict[TopicPartition, int] = {}
        self.paused: list[TopicPartition] = []

    def assign(self, sources: Sequence[TopicPartition]) -> None:
        self._at = dict.fromkeys(sources, -1)

    def seek(self, source: TopicPartition, offset: int) -> None:
        self._at[source] = offset

    def pause(self, source: TopicPartition) -> None:
        self.paused.append(source)

    async def position(self, source: TopicPartition) -> int:
        return self._at[source]

    async def getmany(self, *sources: TopicPartition, timeout_ms: int, max_records: int) -> dict[Any, Any]:
        fetched = {}
        for source in sources:
            assert source not in self.paused
            found = [offset for offset in self._logs[source] if offset >= self._at[source]][:3]
            self._at[source] = found[-1] + 1 if found else self._ends[source]
            fetched[source] = [FakeRecord(offset) for offset in found]
        return fetched


async def read(
    consumer: FakeConsumer, spans: Mapping[TopicPartition, Span]
) -> tuple[dict[int, list[int]], Any]:
    """Return the offsets by partition, and the progress that was told."""
    offsets: dict[int, list[int]] = {}
    told: list[tuple[int, int]] = []

    def take(partition: int, records: Sequence[Record]) -> None:
        offsets.setdefault(partition, []).extend(record.offset for record in records)

    count = await read_spans(consumer, spans, take, lambda done, total: told.append((done, total)))
    assert count == sum(map(len, offsets.values()))
    return offsets, told


async def test_from_one_offset_to_another() -> None:
    """Both included, nothing beyond, though a fetch brings it."""
    consumer = FakeConsumer({P0: range(10), P1: range(5)}, {P0: 10, P1: 5})
    offsets, told = await read(consumer, {P0: Span(2, 6), P1: Span(0, 0)})

    assert {0: [2, 3, 4, 5, 6], 1: [0]} == offsets
    assert (6, 6) == told[-1]
    assert sorted(done for done, _ in told) == [done for done, _ in told]


async def test_gaps() -> None:
    """Where there is nothing, at the end too, the position moves on all the same."""
    consumer = FakeConsumer({P0: [0, 1, 7]}, {P0: 12})

    assert ({0: [0, 1, 7]}, (11, 11)) == (
        (found := await read(consumer, {P0: Span(0, 10)}))[0],
        found[1][-1],
    )


async def test_no_span() -> None:
    """Nothing is asked for."""
    assert ({}, []) == await read(FakeConsumer({}, {}), {})
