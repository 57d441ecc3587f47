"""What is read of alerts and silences, and how something is said on `crm.silences`."""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from typing import Final

import msgspec
import structlog
from aiokafka.errors import KafkaError

from processors.partition import Send
from processors.silences.records import KEPT_US
from processors.silences.silencing import Silences
from schemas.alert import Alert
from schemas.silence import Silence
from streams.kafka.publishing import Publisher, PublishError
from streams.kafka.readers import Document, NoTopicError, follow, read_latest
from streams.kafka.refused import reason
from streams.settings import Settings
from streams.sources.publish import loading
from streams.topics import topics

log = structlog.get_logger(__name__)

SAY_S: Final = 10.0
"""Somebody waits for the answer, and by itself a producer tries for ever; its end takes a moment more."""

_encode = msgspec.json.Encoder().encode


class AlertFields(msgspec.Struct):
    """The fields of an alert that every reader needs, whatever version it is of."""

    id: str
    rule: str
    severity: str
    state: str
    dims: dict[str, str | None]


async def read_silences(settings: Settings) -> Silences:
    """Return everything that was said. Raises ReadError."""
    said = Silences()
    async with aclosing(follow(settings, [topics(settings).silences.name])) as batches:
        async for batch in batches:
            for change in batch.changes:
                said.take(change.key, change.value)
            if batch.caught_up:
                break
    return said


async def read_alerts(settings: Settings) -> tuple[list[Document], Silences]:
    """Return the alerts there are, as published, and what was said of them. Raises ReadError."""
    alerts, said = await asyncio.gather(read_alert_records(settings), silences_if_any(settings))
    return alerts, said


async def read_alert_records(settings: Settings) -> list[Document]:
    """Return the alerts there are, as published. Raises ReadError."""
    found = await read_latest(settings, topics(settings).alerts.name, shape=AlertFields)
    return [*found.values()]


async def silences_if_any(settings: Settings) -> Silences:
    """Return what was said; nothing, and a warning, where Kafka shows no topic of silences. Raises ReadError."""
    try:
        return await read_silences(settings)
    except NoTopicError as error:
        # No worker has run that knows of them, or this user may not read them: what people said is left out.
        log.warning("no_silences", error=str(error))
        return Silences()


async def publish(settings: Settings, record: Silence, said: Silences, now_us: int) -> None:
    """Say something, and clear away what was over long ago; return when it is acknowledged.

    Raises:
        PublishError: the cluster can't be reached, or refuses records.
    """
    topic = topics(settings).silences.name
    sends = [Send(topic, 0, record.id.encode(), _encode(record))]
    sends += [Send(topic, 0, id.encode(), None) for id in said.ended(now_us - KEPT_US) if id != record.id]
    try:
        async with asyncio.timeout(SAY_S), loading(settings) as producer:
            await Publisher(lambda: producer).publish(sends)
    except TimeoutError as error:
        raise PublishError(f"{topic}: Kafka did not answer for {SAY_S:g} s") from error
    except KafkaError as error:
        raise PublishError(f"{topic}: can't be written: {reason(error, 'write')}") from error


def as_alert(record: Document) -> Alert | None:
    """Return a published alert; None for one of another version that can't be read."""
    try:
        return msgspec.convert(record, Alert)
    except msgspec.ValidationError:
        return None


def as_alerts(records: Iterable[Document]) -> list[Alert]:
    """Return those that can be read."""
    return [alert for record in records if (alert := as_alert(record)) is not None]
