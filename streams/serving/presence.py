"""Presence: is a worker there that makes KPI records? Else those that there are grow old, and nothing says so.

The consumer group tells: somebody in it must read the facts. Of a group that Kafka does not know, or about which it
does not answer (a cluster may not allow the question), nothing is concluded.
"""

import asyncio
from contextlib import AsyncExitStack
from typing import Any, Final

import structlog
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError

from streams.clock import monotonic_s, now_us
from streams.kafka.administering import administering
from streams.kafka.kafka_clients import client_options
from streams.settings import Settings
from streams.topics import topics

ASK_INTERVAL_S: Final = 2.0
ANSWER_S_MAX: Final = 5.0
NO_SUCH_GROUP: Final = "Dead"

log = structlog.get_logger(__name__)


class Presence:
    """Asks for the group's members now and then, beside what its owner does. To be closed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen_ms: int | None = None
        self._asked_s: float | None = None
        self._asking: asyncio.Task[bool] | None = None
        self._asked_ms = 0
        self._exits = AsyncExitStack()
        self._admin: Any = None

    def look(self) -> int | None:
        """Return when a worker was there last (milliseconds), as far as is known; None: not since this began."""
        if self._asking is not None and self._asking.done():
            asking, self._asking = self._asking, None
            if asking.result():
                self._seen_ms = self._asked_ms
        if self._asking is None and (
            self._asked_s is None or monotonic_s() - self._asked_s >= ASK_INTERVAL_S
        ):
            self._asked_s, self._asked_ms = monotonic_s(), now_us() // 1000
            self._asking = asyncio.create_task(self._ask())
        return self._seen_ms

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                if self._admin is None:
                    self._admin = await self._exits.enter_async_context(
                        administering(client_options(self._settings))
                    )
                answers = await self._admin.describe_consumer_groups([self._settings.app_id])
        except (KafkaError, OSError, ValueError, TimeoutError) as error:
            # Of the settings too: a certificate may be read just when it is exchanged.
            log.debug("group_not_described", error=repr(error))
            return True
        facts = topics(self._settings).facts.name
        return any(may_work(group, facts) for answer in answers for group in answer.groups)

    async def aclose(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
        await self._exits.aclose()


def may_work(group: tuple[Any, ...], facts: str) -> bool:
    """Tell of a described group whether somebody in it reads the facts, or that can't be known."""
    error_code, _name, state, _kind, _protocol, members, *_ = group
    return bool(error_code) or state == NO_SUCH_GROUP or any(_reads(member, facts) for member in members)


def _reads(member: tuple[Any, ...], topic: str) -> bool:
    *_, assigned = member
    if not assigned:
        return False  # it has just come
    decoded = ConsumerProtocolMemberAssignment.decode(assigned)
    return any(partition.topic == topic for partition in decoded.partitions())
