"""Turns: of all notify processes of an installation one is active, the others stand by.

The group's members are given the one partition of `crm.notified`: who has it may send. Nothing is read by this
consumer, which pauses what it is given; what is active reads all it needs for itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from streams.kafka.kafka_clients import client_options
from streams.kafka.resilience import resilient
from streams.owning.membership import Lease, heartbeat_interval_s, keep
from streams.settings import Settings
from streams.topics import topics

log = structlog.get_logger(__name__)

GROUP_SUFFIX = "-notify"
POLL_MS = 1_000
LEAVE_S = 5.0
"""So long the group waits for what is on its way when the turn is another's. Less than a session, as all of it."""


class Turn(ConsumerRebalanceListener):  # type: ignore[misc]
    """Says when it is this process's turn."""

    def __init__(self, pause: Callable[..., None]) -> None:
        """`pause` keeps the consumer from fetching these partitions."""
        self._pause = pause
        self._mine = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.over = asyncio.Event()
        """Whether the turn that was given last has ended. Each has its own: who still works in one that ended must
        not take the next for it."""

    @property
    def active(self) -> bool:
        """Whether it is this process's turn, or its last one is not quite over."""
        return self._mine.is_set() or not self._idle.is_set()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """The group has given out turns."""
        if assigned:
            self._pause(*assigned)
            self.over.set()
            self.over = asyncio.Event()
            self._mine.set()

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """The group takes them back: return when nothing is sent any more."""
        self._mine.clear()
        self.over.set()
        try:
            await asyncio.wait_for(self._idle.wait(), LEAVE_S)
        except TimeoutError:
            log.warning("turn_ends_slowly", seconds=LEAVE_S)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[asyncio.Event]:
        """Wait for the turn, and keep the group waiting for the end of the context when it is over.

        Yields what is set then.
        """
        await self._mine.wait()
        self._idle.clear()
        try:
            yield self.over
        finally:
            self._idle.set()


@asynccontextmanager
async def membership(
    settings: Settings, lease: Lease, fail: Callable[[str, BaseException], None]
) -> AsyncIterator[Turn]:
    """Be a member of the group as long as the context is open."""
    consumer = AIOKafkaConsumer(
        **client_options(settings),
        group_id=settings.app_id + GROUP_SUFFIX,
        group_instance_id=settings.instance_id,
        session_timeout_ms=round(settings.session_timeout_s * 1000),
        heartbeat_interval_ms=round(heartbeat_interval_s(settings.session_timeout_s) * 1000),
        enable_auto_commit=False,
        auto_offset_reset="latest",
    )
    resilient(consumer._client)
    turn = Turn(consumer.pause)
    consumer.subscribe([topics(settings).notified.name], listener=turn)
    task: asyncio.Task[None] | None = None
    try:
        await consumer.start()
        keep(lease, consumer._coordinator)
        task = asyncio.create_task(_poll(consumer, fail))
        yield turn
    finally:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await consumer.stop()


async def _poll(consumer: Any, fail: Callable[[str, BaseException], None]) -> None:
    """Poll, since a member that does not is put out, and hear of what the group refuses."""
    try:
        while True:
            await consumer.getmany(timeout_ms=POLL_MS)
            consumer._coordinator.check_errors()
    except Exception as error:
        fail("the group of notify", error)
