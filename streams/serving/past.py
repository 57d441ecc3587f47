"""What the KPI history still has: read once, for the short histories of a store that was empty."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from streams.kafka.offsets import bounds, place, reached
from streams.kafka.readers import Change, ReadError, changes_of, open_consumer, partitions_of
from streams.kafka.refused import refusal
from streams.settings import Settings
from streams.topics import topics

#: The newest so many are read: about a day of a busy floor, half a minute of reading. Sparklines need no more.
PAST_RECORDS_MAX: Final = 2_000_000
POLL_MS: Final = 500
POLL_RECORDS_MAX: Final = 5_000


async def past(
    settings: Settings, records_max: int = PAST_RECORDS_MAX
) -> AsyncGenerator[Sequence[Change], None]:
    """Yield the newest records of the history, each key's in their order, until it ends as of now.

    Raises:
        ReadError: Kafka can't be reached, or there is no such topic.
    """
    name = topics(settings).kpis_history.name
    partitions = await partitions_of(settings, [name])
    try:
        async with open_consumer(settings) as consumer:
            left = await _placed(consumer, partitions, records_max)
            while left:
                fetched = await consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS_MAX)
                yield changes_of(fetched)
                done = await reached(consumer, left)
                consumer.pause(*done)
                for partition in done:
                    del left[partition]
    except KafkaError as error:
        raise ReadError(f"reading {name} failed: {refusal(error, 'read') or repr(error)}") from error


async def _placed(
    consumer: Any, partitions: list[TopicPartition], records_max: int
) -> dict[TopicPartition, int]:
    """Place the consumer; return the end of each partition that has something to read."""
    each = max(1, records_max // len(partitions))
    found = {one: its for one, its in (await bounds(consumer, partitions)).items() if its.begin < its.end}
    place(consumer, {one: max(begin, end - each) for one, (begin, end) in found.items()})
    return {one: end for one, (_, end) in found.items()}
