"""Where partitions begin and end, where a reader goes on, and what it has read."""

from collections.abc import Sequence

from aiokafka import TopicPartition

from streams.kafka.offsets import Bounds, bounds, place, reached

P0, P1 = TopicPartition("t", 0), TopicPartition("t", 1)


class FakeConsumer:
    """Two partitions: one with records, one without."""

    def __init__(self) -> None:
        self.positions: dict[TopicPartition, int] = {P0: 10**9}

    async def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {one: {P0: 3, P1: 7}[one] for one in partitions}

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {one: {P0: 9, P1: 7}[one] for one in partitions}

    def assign(self, partitions: Sequence[TopicPartition]) -> None:
        self.positions = dict.fromkeys(partitions, 10**9)  # nowhere, until it is sought

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]


async def test_bounds() -> None:
    """The first record and the place behind the last: alike where there is none."""
    assert {P0: Bounds(3, 9), P1: Bounds(7, 7)} == await bounds(FakeConsumer(), [P0, P1])


async def test_it_is_placed_at_offsets() -> None:
    """Nothing else is read any more."""
    consumer = FakeConsumer()
    place(consumer, {P1: 5})

    assert {P1: 5} == consumer.positions


async def test_what_is_read() -> None:
    """The place that it has come to says so, whatever records there are before it."""
    consumer = FakeConsumer()
    place(consumer, {P0: 8, P1: 7})
    assert [P1] == await reached(consumer, {P0: 9, P1: 7})
    consumer.seek(P0, 9)

    assert [P0, P1] == await reached(consumer, {P0: 9, P1: 7})
