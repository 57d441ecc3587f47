"""Keeping the demo's Kafka small: it lies in memory, and grows by a megabyte a second.

Of compacted topics it forgets by itself what is superseded, where segments are short. Of facts and of KPIs' history,
which make most of the rest, nobody reads what is older than some minutes; events stay.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete
from aiokafka.errors import KafkaError

from streams.kafka.administering import administering
from streams.kafka.consuming import consuming
from streams.kafka.kafka_clients import client_options
from streams.settings import Settings
from streams.topics import topics

COMPACTED: Final[Mapping[str, str]] = MappingProxyType(
    {"segment.bytes": str(4 * 1_048_576), "segment.ms": "60000", "min.compaction.lag.ms": "60000"}
)
"""Configuration that compacted topics get instead of what is right for a cluster."""
EVERY_S: Final = 30.0
KEPT_ROUNDS: Final = 10
"""What came in the last five minutes stays."""


async def trim(settings: Settings, every_s: float = EVERY_S, kept_rounds: int = KEPT_ROUNDS) -> None:
    """Forget what is old, again and again, until cancelled. What goes wrong is of no account: it only grows then."""
    ends: deque[dict[TopicPartition, int]] = deque(maxlen=kept_rounds + 1)
    while True:
        await asyncio.sleep(every_s)
        try:
            ends.append(await _ends(settings))
            if len(ends) > kept_rounds:
                await _forget(settings, ends[0])
        except (KafkaError, OSError):
            continue


async def _ends(settings: Settings) -> dict[TopicPartition, int]:
    own = topics(settings)
    partitions = [
        TopicPartition(topic.name, number)
        for topic in (own.facts, own.waiting, own.kpis_history)
        for number in range(topic.partitions)
    ]
    async with consuming(client_options(settings)) as consumer:
        found: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
    return found


async def _forget(settings: Settings, ends: Mapping[TopicPartition, int]) -> None:
    async with administering(client_options(settings)) as admin:
        await admin.delete_records(
            {one: RecordsToDelete(before_offset=end) for one, end in ends.items() if end}
        )
