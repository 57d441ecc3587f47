"""Publishes events as they come, each into the topic and under the key it belongs to."""

from collections.abc import Iterable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from streams.kafka.publishing import Publisher
from streams.settings import Settings
from streams.sources.publish import loading
from streams.sources.raw import RawEvent
from streams.sources.route import Router, Tally
from streams.topics import topics


class EventPublisher:
    """A connection to Kafka for events of any number; an async context manager."""

    def __init__(self, settings: Settings, source: str) -> None:
        """`source` stands for a file's name where an unreadable event is described."""
        self._settings = settings
        self._topics = topics(settings)
        self._source = source
        self._stack = AsyncExitStack()
        self._publisher: Publisher
        self._router: Router | None = None

    async def __aenter__(self) -> Self:
        """Connect. Raises aiokafka.errors.KafkaError when the cluster can't be reached."""
        async with AsyncExitStack() as stack:
            producer = await stack.enter_async_context(loading(self._settings))
            partitions = await producer.partitions_for(self._topics.activity.name)
            self._stack = stack.pop_all()
        self._publisher = Publisher(lambda: producer)
        self._router = Router(self._topics, len(partitions))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    @property
    def tally(self) -> Tally:
        """What was published so far."""
        return self._started.tally

    async def publish(self, values: Iterable[bytes]) -> None:
        """Publish events; return when all are acknowledged.

        Raises:
            PublishError: the cluster can't be reached, or refuses records.
        """
        router = self._started
        sends = []
        for value in values:
            raw = RawEvent(value, self._source, router.tally.events + 1)
            sends += router.sends(raw, router.read(raw))
        await self._publisher.publish(sends)

    @property
    def _started(self) -> Router:
        if self._router is None:
            raise RuntimeError("not connected")
        return self._router
