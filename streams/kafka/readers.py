"""Reading topics from outside the engine: the latest records of a compacted topic, and what follows.

A plain consumer without a group and without commits, so that any number of readers disturb nobody.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final, NamedTuple

import msgspec
import orjson
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.kafka.administering import administering
from streams.kafka.consuming import consuming
from streams.kafka.kafka_clients import client_options
from streams.kafka.offsets import bounds, place, reached
from streams.kafka.out_of_reach import out_of_reach
from streams.kafka.refused import refusal
from streams.settings import Settings

POLL_RECORDS_MAX: Final = 5_000
#: How long one wait for new records lasts; what arrives is handed over at once.
POLL_MS: Final = 500
REQUEST_TIMEOUT_MS: Final = 10_000

log = structlog.get_logger(__name__)

Document = dict[str, Any]


class ReadError(RuntimeError):
    """Kafka can't be read; the message says what was asked, where, and what to look at."""


class NoTopicError(ReadError):
    """The cluster is there, the topic is not."""


class Change(NamedTuple):
    """One record of a compacted topic."""

    topic: str
    partition: int
    key: str
    value: bytes | None
    """JSON; None when the key no longer exists."""
    timestamp_ms: int
    """When it arrived, by its topic's time."""
    headers: Sequence[tuple[str, bytes]] = ()

    @property
    def record(self) -> Document | None:
        """The value, parsed."""
        return None if self.value is None else orjson.loads(self.value)


class Batch(NamedTuple):
    """Some records in the order of their partitions."""

    changes: list[Change]
    caught_up: bool
    """True from the batch on with which everything is read that was there when reading began."""


async def read_latest(
    settings: Settings, topic: str, keep: Callable[[str], bool] = lambda _: True, shape: type[Any] = dict
) -> dict[str, Document]:
    """Return the latest record of each key of a compacted topic for which `keep(key)` holds.

    Records without the fields of `shape` are left out, and the log says how many there were: one that somebody else
    put there must not keep all others from being shown.

    Raises:
        ReadError: Kafka can't be reached, or there is no such topic.
    """
    latest: dict[str, bytes] = {}
    async with aclosing(follow(settings, [topic])) as batches:
        async for batch in batches:
            for change in batch.changes:
                if not keep(change.key):
                    continue
                if change.value is None:
                    latest.pop(change.key, None)
                else:
                    latest[change.key] = change.value
            if batch.caught_up:
                break
    found = {key: record for key, value in latest.items() if (record := _parsed(value, shape)) is not None}
    if len(found) < len(latest):
        log.warning("unreadable_records_left_out", topic=topic, records=len(latest) - len(found))
    return found


def _parsed(value: bytes, shape: type[Any]) -> Document | None:
    try:
        msgspec.json.decode(value, type=shape)
        parsed: Document = orjson.loads(value)
    except (msgspec.MsgspecError, ValueError):
        return None
    return parsed


async def follow(
    settings: Settings, topics: Iterable[str], *, from_start: bool = True
) -> AsyncGenerator[Batch, None]:
    """Yield all records of `topics`, from their start or from now on, and what is published after, for ever.

    At least one batch comes at once, empty when there is nothing to read yet.

    Raises:
        ReadError: Kafka can't be reached, or there is no such topic.
    """
    names = list(topics)
    partitions = await partitions_of(settings, names)
    try:
        async with (
            open_consumer(settings) as consumer,
            aclosing(_batches(consumer, partitions, from_start)) as batches,
        ):
            async for batch in batches:
                yield batch
    except KafkaError as error:
        raise ReadError(
            f"reading {', '.join(names)} from {_where(settings)} failed: {refusal(error, 'read') or error}"
        ) from error


async def _batches(
    consumer: AIOKafkaConsumer, partitions: list[TopicPartition], from_start: bool
) -> AsyncGenerator[Batch, None]:
    found = await bounds(consumer, partitions)
    place(consumer, {one: begin if from_start else end for one, (begin, end) in found.items()})
    left = {one: end for one, (begin, end) in found.items() if from_start and begin < end}
    if not left:
        yield Batch([], caught_up=True)
    while True:
        fetched = await consumer.getmany(timeout_ms=POLL_MS, max_records=POLL_RECORDS_MAX)
        changes = changes_of(fetched)
        was_behind = bool(left)
        for partition in await reached(consumer, left):
            del left[partition]
        if changes or (was_behind and not left):
            yield Batch(changes, caught_up=not left)


def changes_of(fetched: Mapping[TopicPartition, Sequence[Any]]) -> list[Change]:
    """Return what a fetch brought."""
    return [
        Change(
            tp.topic,
            tp.partition,
            (record.key or b"").decode(errors="replace"),
            record.value,
            record.timestamp,
            record.headers,
        )
        for tp, records in fetched.items()
        for record in records
    ]


@asynccontextmanager
async def open_consumer(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """Yield a consumer that is to be placed, and does not wait long for its cluster."""
    async with consuming(_options(settings), request_timeout_ms=REQUEST_TIMEOUT_MS) as consumer:
        yield consumer


async def partitions_of(settings: Settings, topics: list[str]) -> list[TopicPartition]:
    """Return all partitions of these topics.

    Of all topics, since asking for one by its name may create it; by an admin client, since a consumer
    knows only those topics that it reads already.

    Raises:
        ReadError: Kafka can't be reached, or there is no such topic.
    """
    try:
        async with administering(_options(settings), request_timeout_ms=REQUEST_TIMEOUT_MS) as admin:
            described = await admin.describe_topics()
    except KafkaError as error:
        raise ReadError(out_of_reach(settings, error)) from error
    existing = {topic["topic"]: topic["partitions"] for topic in described if not topic["error_code"]}
    missing = [topic for topic in topics if topic not in existing]
    if missing:
        raise NoTopicError(
            f"no topic {', '.join(missing)} on {_where(settings)}; a worker makes it when it first starts, and "
            "Kafka shows it to those who have a right to it (is CRM_PULSE_TOPIC_PREFIX the worker's?)"
        )
    numbers = {topic: sorted(part["partition"] for part in existing[topic]) for topic in topics}
    return [TopicPartition(topic, number) for topic in topics for number in numbers[topic]]


def _options(settings: Settings) -> dict[str, Any]:
    try:
        return client_options(settings)
    except (OSError, ValueError) as error:
        raise ReadError(f"can't use the Kafka settings: {error}") from error


def _where(settings: Settings) -> str:
    return f"{settings.kafka_bootstrap} (CRM_PULSE_KAFKA_BOOTSTRAP)"
