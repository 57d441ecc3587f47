"""A client that lives through the restart of its cluster, which aiokafka's by itself does not quite.

While a partition has no leader, aiokafka's fetcher and sender ask for new metadata again the moment the
last answer is there: thousands of times a second, each with a line in the log, until the broker is back.
And a client that met a broker which was just starting, and knew of no broker yet, not even itself, knows
nobody to ask from then on.
"""

import asyncio
from typing import Any, TypeVar

from aiokafka.errors import KafkaError

from streams.clock import monotonic_s

UPDATE_INTERVAL_S = 0.1

Client = TypeVar("Client")


def resilient(client: Client) -> Client:
    """Return the aiokafka client, which from now on asks for metadata ten times a second at most.

    When it knows no broker at all, it begins again with the configured addresses.
    """
    raw: Any = client
    update = raw._metadata_update
    last_s = -UPDATE_INTERVAL_S

    async def careful_update(cluster: Any, topics: Any) -> bool:
        nonlocal last_s
        await asyncio.sleep(max(0.0, last_s + UPDATE_INTERVAL_S - monotonic_s()))
        last_s = monotonic_s()
        if not raw.cluster.brokers():
            try:
                await raw.bootstrap()
            except KafkaError:
                return False
        updated: bool = await update(cluster, topics)
        return updated

    raw._metadata_update = careful_update
    return client
