"""The log of generations: a worker enters what runs, under its catalog, and leaves when a rebuild replaced it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

import structlog
from aiokafka.errors import KafkaTimeoutError

from processors.generations import Generations, catalog_record, installation_record, name_of
from processors.partition import Record, StateItem
from schemas.catalog import Catalog
from schemas.catalogs.changes import catalog_text
from schemas.catalogs.effect import Changes, Effect
from streams.kafka.follower import followed
from streams.kafka.kafka_clients import client_options
from streams.kafka.producing import producing
from streams.settings import Settings
from streams.settings.names import variable
from streams.tables import read_changelog
from streams.topics import topics

log = structlog.get_logger(__name__)

APPEND_S = 40.0
"""As long as any other question to Kafka may take: by itself a producer tries for ever."""


class CatalogRefusedError(ValueError):
    """State that was written under another catalog would be wrong under this one; the message says why."""

    def __init__(self, found: Changes, written: str) -> None:
        wrong = [change for change in found.changes if change.effect is Effect.WRONG]
        lines = [f"  {change.field}: {change.sentence}" for change in wrong]
        super().__init__(
            "\n".join(
                [
                    f"the state was written under the catalog {written}, and would be wrong under this one:",
                    *lines,
                    "Run `crm-pulse rebuild` with this catalog, or go on with the other one.",
                ]
            )
        )


class OtherInstallationError(ValueError):
    """The group and the state of this name are another installation's; the message says whose."""

    def __init__(self, settings: Settings, topic_prefix: str) -> None:
        super().__init__(
            f"{variable('app_id')} = {settings.app_id}: its group and its state are of the installation whose topics "
            f"begin with {topic_prefix!r}, not with {settings.topic_prefix!r} ({variable('topic_prefix')}); "
            f"each installation needs another of both"
        )


async def read_generations(settings: Settings) -> Generations:
    """Read the log whole.

    Raises:
        RestoreError: it can't be read.
        OtherInstallationError: it is the log of other topics' state.
    """
    found = Generations()

    def take(items: Iterable[StateItem]) -> None:
        nonlocal found
        for _, value in items:
            found = found.after(value)

    await read_changelog(client_options(settings), topics(settings).generations.name, 0, take)
    if found.topic_prefix not in (None, settings.topic_prefix):
        raise OtherInstallationError(settings, found.topic_prefix)
    return found


async def append(settings: Settings, record: bytes) -> None:
    """Add a record to the log; it is durable when this returns. Raises KafkaError when that is in doubt."""
    name = topics(settings).generations.name
    try:
        async with asyncio.timeout(APPEND_S), producing(settings) as producer:
            await producer.send_and_wait(name, record, partition=0)
    except TimeoutError as error:
        raise KafkaTimeoutError(f"{name}: no answer for {APPEND_S:g} s") from error


async def enter(settings: Settings, catalog: Catalog) -> Generations:
    """Say in the log under which catalog state is going to be written, and return what is running.

    Raises:
        CatalogRefusedError: what is written already would be wrong under it. Nothing was said.
        OtherInstallationError: it is the state of other topics.
    """
    found = _checked(await read_generations(settings), catalog)
    if found.topic_prefix is None:
        await append(settings, installation_record(settings.topic_prefix))
        found = _checked(await read_generations(settings), catalog)
    if found.catalogs[-1:] == (catalog_text(catalog),):
        return found
    _tell(found.changes_to(catalog), found)
    _tell_way_back(found, catalog)
    await append(settings, catalog_record(found.current, catalog))
    # Someone else may have been faster, with another catalog, or with a switch.
    return _checked(await read_generations(settings), catalog)


def _checked(found: Generations, catalog: Catalog) -> Generations:
    changes = found.changes_to(catalog)
    if changes.effect is Effect.WRONG:
        raise CatalogRefusedError(changes, name_of(found.catalogs[-1]))
    return found


def _tell(changes: Changes, found: Generations) -> None:
    for change in changes.changes:
        tell = log.warning if change.effect is Effect.MIXED else log.info
        tell("catalog_changed", effect=change.effect.value, field=change.field, says=change.sentence)
    if changes.rebuild != "none":
        log.info("catalog_filled_by_rebuild", says="`crm-pulse rebuild` gives it its history")
    if not found.catalogs:
        log.info("catalog_taken", says="state that there may be is taken for written under this catalog")


def _tell_way_back(found: Generations, catalog: Catalog) -> None:
    """Warn of what goes back by a rebuild only: what is not counted meanwhile."""
    for change in found.changes_back(catalog).changes:
        if change.effect is Effect.WRONG:
            says = f"comes back by a rebuild only: {change.sentence.removeprefix('new: ')}"
            log.warning("catalog_no_way_back", field=change.field, says=says)


class Watch:
    """Knows when another generation than this worker's is the running one."""

    def __init__(self, settings: Settings, generation: int) -> None:
        self._settings = settings
        self._generation = generation
        self._found = Generations()
        self._reading: asyncio.Task[None] | None = None
        """Begins in a moment: whoever asks before it does may wait for it."""
        self.superseded = asyncio.Event()

    @asynccontextmanager
    async def following(self, fail: Callable[[str, BaseException], None]) -> AsyncIterator[None]:
        """Follow the log as long as the context is open. Raises FollowError where it can't be read."""
        log_topic = topics(self._settings).generations
        async with followed(client_options(self._settings), log_topic, self.take, fail):
            yield

    def take(self, records: Sequence[Record]) -> None:
        """Take records of the log, in its order."""
        for record in records:
            self._found = self._found.after(record.value)
        self._look(self._found)

    async def confirm(self) -> None:
        """Return if this worker's generation is the running one, as of a moment after the call; else never.

        To be asked after the group has given a partition and before anything is done with it: a worker that slept
        through a switch would publish old values over new ones. All that ask at once have one answer.
        """
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        await asyncio.shield(self._reading)
        if self.superseded.is_set():
            await asyncio.Event().wait()

    async def _read(self) -> None:
        self._reading = None
        self._look(await read_generations(self._settings))

    def _look(self, found: Generations) -> None:
        if found.current > self._generation and not self.superseded.is_set():
            log.info("generation_superseded", generation=self._generation, by=found.current)
            self.superseded.set()
