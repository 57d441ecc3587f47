"""A client for a cluster's topics and groups as long as it is needed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.resilience import resilient
from streams.process.cancellation import cancellations, heed_cancellation


@asynccontextmanager
async def administering(
    client_options: Mapping[str, Any], **options: Any
) -> AsyncIterator[AIOKafkaAdminClient]:
    """Yield the client; all options are aiokafka's.

    Raises:
        KafkaError: the cluster can't be reached.
    """
    known = cancellations()
    admin = AIOKafkaAdminClient(**client_options, **options)
    resilient(admin._client)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()
        heed_cancellation(known)
