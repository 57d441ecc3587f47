"""The thread that fetches, sends heartbeats and commits: Faust's, taught to speak up and to keep calm."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import structlog
from aiokafka.errors import IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode import Service

from streams.kafka.consuming import COMMITTED
from streams.kafka.fetched_records import hand_on_as_parsed
from streams.kafka.resilience import resilient
from streams.owning.membership import keep

log = structlog.get_logger(__name__)

COORDINATION_POLL_S = 1.0
COMMIT_TIMEOUT_S = 5.0


FETCH_WAIT_MS = 50
"""How long the broker may hold a fetch that finds nothing. One fetch is under way at a time, so what comes
for other partitions meanwhile waits as long: once for each of activity, facts and KPIs."""


class MemberThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]
    """Runs the consumer group's member; `app.shell` has the lease that it keeps."""

    logger = logging.getLogger("faust.transport")

    async def on_start(self) -> None:
        await super().on_start()
        keep(self.app.shell.lease, self._consumer._coordinator)

    def _create_worker_consumer(self, transport: Any) -> Any:
        hand_on_as_parsed()
        consumer = super()._create_worker_consumer(transport)
        # Both are read when the consumer starts. Faust gives it 1,500 and no setting for it…
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        # …and reads what is committed only where it writes in transactions itself.
        consumer._isolation_level = COMMITTED
        resilient(consumer._client)
        return consumer

    @Service.task  # type: ignore[untyped-decorator]
    async def _watch_coordination(self) -> None:
        """Crash when the group refuses us for good: Faust does not look, and would wait for ever."""
        while not self.should_stop:
            await self.sleep(COORDINATION_POLL_S)
            if self._consumer is not None:
                self._consumer._coordinator.check_errors()

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit; False when the group would not have it.

        A commit that fails costs nothing: where to go on is part of the state. So it is no crash, as it
        would be in Faust.
        """
        consumer = self._ensure_consumer()
        try:
            mine = self.assignment()
            wanted = {
                driver.ensure_aiokafka_TP(tp): OffsetAndMetadata(offset, "")
                for tp, offset in offsets.items()
                if tp in mine
            }
            # aiokafka tries for as long as the coordinator is away, and checkpoints would wait for it.
            await asyncio.wait_for(consumer.commit(wanted), COMMIT_TIMEOUT_S)
        except (TimeoutError, KafkaError, IllegalStateError) as error:
            log.warning("commit_refused", error=f"{type(error).__name__}: {error}")
            return False
        return True
