"""What a rebuild reads: the directory, then each partition from where it is to where it is told."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition

from processors.partition import Record
from streams.owning.log_made_anew import LogMadeAnewError
from streams.rebuild_log import EventLog
from streams.topics import Topic
from tests.streams.fakes import FakeRecord

ACTIVITY, DIRECTORY = Topic("activity", 2, {}, {}), Topic("directory", 1, {}, {})


class FakeConsumer:
    """Topics that begin and end somewhere, a record at each offset."""

    def __init__(self, logs: Mapping[tuple[str, int], range]) -> None:
        self._logs = {TopicPartition(*where): log for where, log in logs.items()}
        self._at: dict[TopicPartition, int] = {}

    async def beginning_offsets(self, sources: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {source: self._logs[source].start for source in sources}

    async def end_offsets(self, sources: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {source: self._logs[source].stop for source in sources}

    def assign(self, sources: Sequence[TopicPartition]) -> None:
        self._at = {}

    def seek(self, source: TopicPartition, offset: int) -> None:
        self._at[source] = offset

    def pause(self, source: TopicPartition) -> None:
        pass

    async def position(self, source: TopicPartition) -> int:
        return self._at[source]

    async def getmany(self, *sources: TopicPartition, timeout_ms: int, max_records: int) -> dict[Any, Any]:
        found = {
            source: [*map(FakeRecord, range(self._at[source], self._logs[source].stop))] for source in sources
        }
        self._at |= {source: self._logs[source].stop for source in sources}
        return found


class FakeRebuilding:
    """Notes what it is given."""

    def __init__(self, cuts: list[int]) -> None:
        self.cuts = cuts
        self.learnt: list[int] = []
        self.taken: dict[int, list[int]] = {}

    def learn(self, record: Record) -> None:
        self.learnt.append(record.offset)

    def take(self, partition: int, records: Sequence[Record]) -> None:
        self.taken.setdefault(partition, []).extend(record.offset for record in records)


def log(first: range, second: range = range(0), directory: range = range(0)) -> EventLog:
    """Return a log with these offsets in its two partitions, and in the directory."""
    logs = {("activity", 0): first, ("activity", 1): second, ("directory", 0): directory}
    return EventLog(FakeConsumer(logs), ACTIVITY, DIRECTORY)


async def test_each_partition_is_read_on() -> None:
    """From behind what was read, or where the topic begins by now, up to the offset given; where there is any."""
    rebuilding: Any = FakeRebuilding([4, -1])
    told: list[tuple[str, int, int]] = []

    count = await log(range(10), range(3, 9)).read(rebuilding, [6, 5], lambda *step: told.append(step))

    assert (5, {0: [5, 6], 1: [3, 4, 5]}) == (count, rebuilding.taken)
    assert ("reading events", 5, 5) == told[-1]
    rebuilding.cuts = [6, 5]
    assert 0 == await log(range(10), range(3, 9)).read(rebuilding, [6, 5], lambda *_: None)


async def test_the_directory_is_read_whole() -> None:
    """An empty one holds nothing up."""
    rebuilding: Any = FakeRebuilding([-1, -1])
    await log(range(0)).learn(rebuilding)
    assert [] == rebuilding.learnt
    await log(range(0), directory=range(2, 5)).learn(rebuilding)

    assert [2, 3, 4] == rebuilding.learnt


async def test_what_is_lost() -> None:
    """As many records as the partitions no longer begin with."""
    assert [0, 7] == [await log(range(9)).lost(), await log(range(4, 9), range(3, 3)).lost()]


async def test_a_log_that_ends_before_what_was_told_of_it_is_refused() -> None:
    """It was made anew; to wait until it has so many records again could take for ever."""
    rebuilding: Any = FakeRebuilding([-1, -1])

    with pytest.raises(LogMadeAnewError, match=r"activity\[1\]: 10 of its records .* has had 9"):
        await log(range(10), range(9)).read(rebuilding, [9, 9], lambda *_: None)
