"""The log of events as a rebuild reads it: the directory first, then all activity up to where it is told."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from aiokafka import TopicPartition

from processors.partition import Record
from processors.rebuilding import Rebuilding
from streams.kafka.consuming import consuming
from streams.kafka.kafka_clients import client_options
from streams.kafka.offsets import bounds
from streams.kafka.spans import Span, read_spans
from streams.owning.log_made_anew import LogMadeAnewError
from streams.settings import Settings
from streams.topics import Topic, topics

FETCH_BYTES_MAX = 8 * 1024 * 1024

Step = Callable[[str, int, int], None]
"""Told what is being done, how much of it is, and of how much."""


class EventLog:
    """The events of an installation, and the directory that explains them."""

    def __init__(self, consumer: Any, activity: Topic, directory: Topic) -> None:
        self._consumer = consumer
        self._sources = [TopicPartition(activity.name, number) for number in range(activity.partitions)]
        self._directory = TopicPartition(directory.name, 0)
        self.name = activity.name
        """Of the topic of events."""

    async def lost(self) -> int:
        """Return how many of the first events the topic no longer has."""
        return sum((await self._consumer.beginning_offsets(self._sources)).values())

    async def learn(self, rebuilding: Rebuilding) -> None:
        """Read the directory ahead of the activity that it explains, as `load` and `replay` do."""
        begin, end = (await bounds(self._consumer, [self._directory]))[self._directory]

        def take(_partition: int, records: Sequence[Record]) -> None:
            for record in records:
                rebuilding.learn(record)

        if begin < end:
            await read_spans(self._consumer, {self._directory: Span(begin, end - 1)}, take)

    async def read(self, rebuilding: Rebuilding, ends: Sequence[int], step: Step) -> int:
        """Read on, each partition up to its offset of `ends`; return how many records it was.

        Raises:
            LogMadeAnewError: a partition does not go so far.
        """
        there = await bounds(self._consumer, self._sources)
        spans: dict[TopicPartition, Span] = {}
        for source, cut, end in zip(self._sources, rebuilding.cuts, ends, strict=True):
            if end >= there[source].end:
                raise LogMadeAnewError(source.topic, source.partition, there[source].end, end)
            first = max(cut + 1, there[source].begin)
            if first <= end:
                spans[source] = Span(first, end)
        return await read_spans(self._consumer, spans, rebuilding.take, partial(step, "reading events"))


@asynccontextmanager
async def event_log(settings: Settings) -> AsyncIterator[EventLog]:
    """Yield an installation's log of events, to be read. Raises KafkaError."""
    own = topics(settings)
    async with consuming(client_options(settings), max_partition_fetch_bytes=FETCH_BYTES_MAX) as consumer:
        yield EventLog(consumer, own.activity, own.directory)
