"""Following a small topic: all of it before anything else begins, and what is published to it from then on.

For what every worker must know whole, such as the targets. A plain consumer without a group: no partition
is shared out, nothing is committed, and each start reads from the beginning.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from processors.partition import Record
from streams.kafka.consuming import consuming
from streams.kafka.offsets import bounds, place, reached
from streams.kafka.refused import reason
from streams.topics import Topic

log = structlog.get_logger(__name__)

RECORDS_MAX = 5_000
"""Handed over at once; between batches the event loop turns."""
POLL_MS = 500

Take = Callable[[Sequence[Record]], None]
"""Called in the event loop with records of one partition, in their order; never awaited."""


class FollowError(RuntimeError):
    """A topic can't be read whole; the message says which and why."""


class Follower:
    """A consumer's way through all partitions of a topic."""

    def __init__(self, consumer: Any, topic: Topic, take: Take) -> None:
        self._consumer = consumer
        self._partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        self._take = take

    async def catch_up(self) -> int:
        """Hand over all that is there as of now; return how many records it was."""
        consumer = self._consumer
        found = await bounds(consumer, self._partitions)
        place(consumer, {one: begin for one, (begin, _) in found.items()})
        ends = {one: end for one, (_, end) in found.items()}
        count = 0
        while len(await reached(consumer, ends)) < len(ends):
            count += await self._step()
        return count

    async def follow(self) -> None:
        """Hand over what comes, for ever."""
        while True:
            await self._step()

    async def _step(self) -> int:
        fetched = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=RECORDS_MAX)
        for records in fetched.values():
            self._take(records)
        await asyncio.sleep(0)
        return sum(map(len, fetched.values()))


@asynccontextmanager
async def followed(
    client_options: Mapping[str, Any],
    topic: Topic,
    take: Take,
    fail: Callable[[str, BaseException], None],
) -> AsyncIterator[int]:
    """Read a topic whole, then follow it as long as the context is open. Yields how many records there were.

    What goes wrong later is told to `fail`: whoever follows is in doubt then about what is true.

    Raises:
        FollowError: the topic can't be read.
    """
    async with AsyncExitStack() as stack:
        try:
            consumer = await stack.enter_async_context(consuming(client_options))
            follower = Follower(consumer, topic, take)
            count = await follower.catch_up()
        except KafkaError as error:
            raise FollowError(f"{topic.name}: {reason(error, 'read')}") from error
        log.info("topic_read_whole", topic=topic.name, records=count)
        task = asyncio.create_task(_follow(follower, topic.name, fail))
        try:
            yield count
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _follow(follower: Follower, name: str, fail: Callable[[str, BaseException], None]) -> None:
    try:
        await follower.follow()
    except Exception as error:
        fail(f"following {name}", error)
