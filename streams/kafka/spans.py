"""Reading spans: the records from one offset to another of several partitions, once and in order."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from processors.partition import Record
from streams.kafka.offsets import place

FETCH_RECORDS = 20_000
POLL_MS = 500
#: What is digested without a look at anything else, such as Ctrl-C.
SLICE_RECORDS = 2_000


class Span(NamedTuple):
    """From one offset to another, both included."""

    first: int
    last: int


async def read_spans(
    consumer: Any,
    spans: Mapping[TopicPartition, Span],
    take: Callable[[int, Sequence[Record]], None],
    progress: Callable[[int, int], None] = lambda *_: None,
) -> int:
    """Hand the records of these spans to `take`, with their partition's number; return how many there were.

    `progress` is told how much is done, and of how much.
    """
    if not spans:
        return 0
    total, count = sum(span.last + 1 - span.first for span in spans.values()), 0
    place(consumer, {source: span.first for source, span in spans.items()})
    left = dict.fromkeys(spans)
    positions: dict[TopicPartition, int] = {}
    while left:
        fetched = await consumer.getmany(*left, timeout_ms=POLL_MS, max_records=FETCH_RECORDS)
        for source, found in fetched.items():
            records = [record for record in found if record.offset <= spans[source].last]
            for start in range(0, len(records), SLICE_RECORDS):
                take(source.partition, records[start : start + SLICE_RECORDS])
                await asyncio.sleep(0)
            count += len(records)
        for source in list(left):
            # The position, not the last record's offset: control records and retention leave gaps, at the end too.
            position = await consumer.position(source)
            positions[source] = min(position, spans[source].last + 1)
            if position > spans[source].last:
                del left[source]
                consumer.pause(source)
        progress(sum(positions[source] - spans[source].first for source in positions), total)
    return count
