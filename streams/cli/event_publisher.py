"""Publishes events as they come, each into the topic and under the key it belongs to."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from streams.kafka.publishing import Publisher
from streams.settings import Settings
from streams.sources.publish import loading
from streams.sources.raw import RawEvent
from streams.sources.route import Router, Tally
from streams.topics import topics


class EventPublisher:
    """A connection to Kafka for events of any number."""

    def __init__(self, publisher: Publisher, router: Router, source: str) -> None:
        """`source` stands for a file's name where an unreadable event is described."""
        self._publisher = publisher
        self._router = router
        self._source = source

    @property
    def tally(self) -> Tally:
        """What was published so far."""
        return self._router.tally

    async def publish(self, values: Iterable[bytes]) -> None:
        """Publish events; return when all are acknowledged.

        Raises:
            PublishError: the cluster can't be reached, or refuses records.
        """
        sends = []
        for value in values:
            raw = RawEvent(value, self._source, self.tally.events + 1)
            sends += self._router.sends(raw, self._router.read(raw))
        await self._publisher.publish(sends)


@asynccontextmanager
async def event_publisher(settings: Settings, source: str) -> AsyncIterator[EventPublisher]:
    """Yield one that is connected. Raises aiokafka.errors.KafkaError when the cluster can't be reached."""
    own = topics(settings)
    async with loading(settings) as producer:
        partitions = len(await producer.partitions_for(own.activity.name))
        yield EventPublisher(Publisher(lambda: producer), Router(own, partitions), source)
