"""What stores are filled from: the KPI, alert and directory topics, and how far behind them one is.

That nothing comes may mean that nothing happened, or that Kafka is away: a consumer does not tell. So the ends of
the topics are asked for each second; what was there then and is handed over now, one is level with.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final, NamedTuple

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from streams.clock import monotonic_s, now_us
from streams.kafka.offsets import place
from streams.kafka.readers import Change, ReadError, changes_of, open_consumer, partitions_of
from streams.kafka.refused import refusal
from streams.serving.presence import Presence
from streams.settings import Settings
from streams.topics import topics

POLL_MS: Final = 250
#: What waits is taken at once, and folded: a store that is slow writes less, not later and later.
FOLD_RECORDS_MAX: Final = 20_000
POLL_RECORDS_MAX: Final = 5_000
ASK_INTERVAL_S: Final = 1.0
#: Without an answer for so long Kafka counts as away.
ANSWER_S_MAX: Final = 5.0


class News(NamedTuple):
    """What came, perhaps nothing."""

    changes: Sequence[Change]
    level_ms: int | None
    """Everything published until then has been handed over, this included; None before everything was once."""
    lag: int
    """How many records more there were when last asked."""
    answering: bool
    """Whether Kafka answered lately."""
    worked_ms: int | None
    """When a worker was there last that makes KPI records; None: not since the reading began."""

    @property
    def current_ms(self) -> int | None:
        """Until when values are as they should be: everything was handed over, and somebody made them."""
        if self.level_ms is None or self.worked_ms is None:
            return None
        return min(self.level_ms, self.worked_ms)


async def feed(settings: Settings) -> AsyncGenerator[News, None]:
    """Yield all records of the three topics, and what is published after; nothing new several times a second.

    Raises:
        ReadError: Kafka can't be reached at the beginning, a topic is missing, or it is another one than before.
    """
    own = topics(settings)
    names = [own.kpis.name, own.alerts.name, own.directory.name]
    partitions = await partitions_of(settings, names)
    try:
        async with (
            aclosing(Presence(settings)) as presence,
            open_consumer(settings) as consumer,
            aclosing(_news(consumer, partitions, presence)) as news,
        ):
            async for some in news:
                yield some
    except KafkaError as error:
        raise ReadError(
            f"reading {', '.join(names)} failed: {refusal(error, 'read') or repr(error)}"
        ) from error


async def _news(
    consumer: Any, partitions: list[TopicPartition], presence: Presence
) -> AsyncGenerator[News, None]:
    place(consumer, await consumer.beginning_offsets(partitions))
    ends = Ends(consumer, partitions)
    try:
        await ends.ask()
        while True:
            changes = changes_of(await consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS_MAX))
            while changes and len(changes) < FOLD_RECORDS_MAX:
                more = changes_of(await consumer.getmany(timeout_ms=0, max_records=POLL_RECORDS_MAX))
                if not more:
                    break
                changes += more
            positions = {one: await consumer.position(one) for one in partitions}
            level_ms, lag = ends.look(positions)
            yield News(changes, level_ms, lag, ends.answering, presence.look())
            ends.ask_again(positions)
    finally:
        ends.close()


class Ends:
    """The ends of the topics, asked for beside the reading."""

    def __init__(self, consumer: Any, partitions: Sequence[TopicPartition]) -> None:
        self._consumer = consumer
        self._partitions = partitions
        self._ends: Mapping[TopicPartition, int] = {}
        self._before: Mapping[TopicPartition, int] = {}
        """Where reading was when the ends were asked for."""
        self._asked_ms = 0
        self._asked_s = self._answered_s = monotonic_s()
        self._level_ms: int | None = None
        self._asking: asyncio.Task[None] | None = None

    @property
    def answering(self) -> bool:
        """Whether Kafka answered lately."""
        return monotonic_s() - self._answered_s < ANSWER_S_MAX

    async def ask(self) -> None:
        """Ask, and keep the answer."""
        asked_ms = now_us() // 1000
        ends = await self._consumer.end_offsets(self._partitions)
        self._ends, self._asked_ms, self._answered_s = ends, asked_ms, monotonic_s()

    def ask_again(self, positions: Mapping[TopicPartition, int]) -> None:
        """Begin to ask, where it is time and the last answer was used."""
        if self._asking is None and monotonic_s() - self._asked_s >= ASK_INTERVAL_S:
            self._asked_s, self._before = monotonic_s(), positions
            self._asking = asyncio.create_task(self.ask())

    def look(self, positions: Mapping[TopicPartition, int]) -> tuple[int | None, int]:
        """Return until when everything was handed over, and how many records there are beyond `positions`.

        Raises:
            ReadError: a topic ends before what was read of it: it was deleted, and is another one now.
        """
        if self._asking is not None and self._asking.done():
            asking, self._asking = self._asking, None
            error = asking.exception()
            if error is not None and not isinstance(error, KafkaError | OSError | TimeoutError):
                raise error
            if error is None and any(self._ends[one] < at for one, at in self._before.items()):
                raise ReadError("the topics end before what was read of them: they were made anew")
        lag = sum(max(0, end - positions[one]) for one, end in self._ends.items())
        if lag == 0:
            self._level_ms = self._asked_ms
        return self._level_ms, lag

    def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
