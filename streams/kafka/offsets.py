"""A reader's way through partitions: where they begin and end as of now, where it goes on, which are read.

For consumers without a group that read from one offset to another, or to the end, and go on from there.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from aiokafka import TopicPartition


class Bounds(NamedTuple):
    """The first offset of a partition, and the next one that will be given."""

    begin: int
    end: int


async def bounds(consumer: Any, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, Bounds]:
    """Return the bounds of these partitions as of now."""
    asked = [*partitions]
    begins, ends = await consumer.beginning_offsets(asked), await consumer.end_offsets(asked)
    return {one: Bounds(begins[one], ends[one]) for one in asked}


def place(consumer: Any, starts: Mapping[TopicPartition, int]) -> None:
    """Have partitions read, each from an offset on, and no others."""
    consumer.assign([*starts])
    for partition, offset in starts.items():
        # An explicit seek: `seek_to_beginning` races with the consumer's own first reset, and can read nothing.
        consumer.seek(partition, offset)


async def reached(consumer: Any, ends: Mapping[TopicPartition, int]) -> list[TopicPartition]:
    """Return the partitions that are read up to these offsets."""
    # By position, not by the last record's offset: compaction and control records leave gaps, at the end too.
    return [one for one, end in ends.items() if await consumer.position(one) >= end]
