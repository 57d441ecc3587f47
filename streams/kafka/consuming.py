"""A consumer without a group as long as it is needed: it reads what it is assigned, and commits nothing."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer

from streams.kafka.fetched_records import hand_on_as_parsed
from streams.kafka.resilience import resilient
from streams.process.cancellation import heed_cancellation

COMMITTED: Final = "read_committed"
"""Others may write in transactions: what they took back was never said, and what they have not decided is not yet."""


@asynccontextmanager
async def consuming(
    client_options: Mapping[str, Any], *, isolation_level: str = COMMITTED, **options: Any
) -> AsyncIterator[AIOKafkaConsumer]:
    """Yield a consumer that is to be placed (`streams.kafka.offsets`); all options are aiokafka's.

    Raises:
        KafkaError: the cluster can't be reached.
    """
    hand_on_as_parsed()
    consumer = AIOKafkaConsumer(
        **client_options,
        enable_auto_commit=False,
        # Where a position does not hold any more, because the log was cut or compacted, what is left is read.
        auto_offset_reset="earliest",
        isolation_level=isolation_level,
        **options,
    )
    resilient(consumer._client)
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()
        heed_cancellation()
