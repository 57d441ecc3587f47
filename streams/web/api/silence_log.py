"""What people say of alerts, followed on `crm.silences` and said there."""

import asyncio
from contextlib import aclosing
from typing import Final, Protocol

import structlog

from processors.silences.silencing import Silences
from schemas.silence import Silence
from streams.clock import now_us
from streams.kafka.publishing import PublishError
from streams.kafka.readers import ReadError, follow
from streams.kafka.silence_topic import publish
from streams.settings import Settings
from streams.topics import topics

log = structlog.get_logger(__name__)

RETRY_S: Final = 2.0


class SilencesAwayError(RuntimeError):
    """What was said can't be read, or nothing be said, now; the message says why."""


class SilenceLog(Protocol):
    """Where silences and acknowledgements are kept."""

    def said(self) -> Silences:
        """Return everything that was said. Raises SilencesAwayError."""
        ...

    async def say(self, record: Silence) -> None:
        """Say something; return when it is acknowledged. Raises SilencesAwayError."""
        ...


class KafkaSilences:
    """The topic, followed for as long as `run` runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._said = Silences()
        self._read = False
        self._why = "they are being read"

    def said(self) -> Silences:
        """Return everything that was said, as far as it was read; before it was read once that is nothing."""
        if not self._read:
            raise SilencesAwayError(self._why)
        return self._said

    async def say(self, record: Silence) -> None:
        """Say something, and know it at once."""
        said = self.said()
        try:
            await publish(self._settings, record, said, now_us())
        except PublishError as error:
            raise SilencesAwayError(str(error)) from error
        said.put(record)

    async def run(self) -> None:
        """Follow the topic for ever. While Kafka is away, what was read stands."""
        while True:
            fresh = Silences()
            try:
                async with aclosing(
                    follow(self._settings, [topics(self._settings).silences.name])
                ) as batches:
                    async for batch in batches:
                        for change in batch.changes:
                            fresh.take(change.key, change.value)
                        if batch.caught_up:
                            self._said, self._read = fresh, True
            except ReadError as error:
                self._why = str(error)
                log.warning("serve_silences_away", error=str(error))
            await asyncio.sleep(RETRY_S)
