"""Rebuild: new state from the events, beside the running one, and the switch to it.

The process reads the log of events from its beginning, up to where the running generation has come to, and writes
what it made of it to changelogs of its own. It publishes nothing else, so that until the switch, which is one record
in the log of generations, nobody sees anything of it. What comes after, workers read as always.
"""

import asyncio
import uuid
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka.errors import KafkaError

from processors.compile import Plan
from processors.generations import Generations, begin_record, switch_record
from processors.rebuilding import Rebuilding
from schemas.duration import DAY_US
from schemas.generation import FIRST, facts_key
from streams.clock import monotonic_s, now_us
from streams.generations import append, read_generations
from streams.kafka.producing import producing
from streams.kafka.publishing import Publisher, PublishError
from streams.kafka.topic_admin import ensure
from streams.owning.leftovers import needed, remove
from streams.owning.takeover import published_until, tracked_until
from streams.process import garbage
from streams.process.cancellation import heed_cancellation
from streams.rebuild_log import EventLog, Step, event_log
from streams.settings import Settings
from streams.tables import RestoreError
from streams.topics import BATCH_BYTES_MAX, topics

log = structlog.get_logger(__name__)

BATCH_BYTES = 512 * 1024

#: State records handed over at once; between them the progress is told.
WRITE_RECORDS = 20_000

#: When no more is behind, workers catch up with it in a moment.
CLOSE_RECORDS = 5_000
#: A pass that took no longer leaves as little behind as any will.
CLOSE_S = 3.0

OVERTAKEN = "another rebuild was begun while this one ran; its state will be used instead"


class RebuildError(RuntimeError):
    """Nothing was switched: another rebuild was begun since, or something is in the way; the message says what."""


class LogCutError(RebuildError):
    """The log of events has lost its beginning, and nobody has said that it may."""


@dataclass
class Report:
    """What a rebuild did so far."""

    generation: int = 0
    """Its number; 0 before it has one."""
    switched: bool = False
    events: Mapping[str, int] = field(default_factory=dict)
    """Events used, copies, dead letters."""
    updates: int = 0
    """Updates of the directory."""
    records_read: int = 0
    records_written: int = 0
    removed: list[str] = field(default_factory=list)
    """Changelogs of earlier generations that nobody needs any more."""
    seconds: float = 0.0


class Rebuild:
    """One run; `report` says what it did, also when it failed or was interrupted."""

    def __init__(
        self, settings: Settings, plan: Plan, step: Step = lambda *_: None, *, from_what_is_left: bool = False
    ) -> None:
        """`from_what_is_left`: go on though the log of events has lost its beginning."""
        self._settings = settings
        self._plan = plan
        self._step = step
        self._from_what_is_left = from_what_is_left
        self._own = topics(settings)
        self._useless = True
        """What was written will never be used by anyone."""
        self.report = Report()

    async def run(self) -> None:
        """Rebuild and switch.

        Raises:
            RebuildError: see there.
            LogMadeAnewError: the log of events is not the one that the running state is of.
            KafkaError, RestoreError, PublishError, TopicsError: Kafka can't be used.
        """
        garbage.relax()
        began_s = monotonic_s()
        await ensure(self._settings, None)
        try:
            async with AsyncExitStack() as stack:
                events = await stack.enter_async_context(event_log(self._settings))
                await self._check_beginning(events)
                before = await self._begin()
                producer = await stack.enter_async_context(
                    producing(self._settings, max_batch_size=BATCH_BYTES, max_request_size=BATCH_BYTES_MAX)
                )
                try:
                    await self._make(events, producer, before)
                except (KafkaError, PublishError) as error:
                    # It has removed what this one wrote, or is about to.
                    if await self._is_overtaken():
                        raise RebuildError(OVERTAKEN) from error
                    raise
                await self._switch()
        finally:
            self.report.seconds = monotonic_s() - began_s
            if self.report.generation and self._useless:
                # Where this comes to nothing, the next rebuild does it.
                with suppress(Exception):
                    await remove(self._settings, {self.report.generation})

    def _tell(self, what: str, done: int, total: int) -> None:
        self._step(what, done, total)
        heed_cancellation()

    async def is_taken_over(self) -> bool:
        """Say whether a worker runs on the new state and has published all that it says."""
        meta = await published_until(self._settings, [self.report.generation])
        return meta.emitted >= 0

    # Its number

    async def _begin(self) -> Generations:
        """Take a number, make its changelogs, and remove those of generations that nobody needs any more."""
        me = uuid.uuid4().hex
        await append(self._settings, begin_record(me))
        found = await read_generations(self._settings)
        if found.begun_by != me:
            raise RebuildError("another rebuild was begun at the same moment; let that one go on")
        self.report.generation = found.begun
        others = set(range(FIRST, found.begun)) - await needed(self._settings, found.chain)
        try:
            self.report.removed = await remove(self._settings, others)
        except KafkaError as error:  # they are in nobody's way
            log.warning("changelogs_not_removed", generations=sorted(others), error=repr(error))
        await ensure(self._settings, found.begun)
        return found

    async def _switch(self) -> None:
        heed_cancellation()
        number = self.report.generation
        self._useless = False  # a record in doubt may still come
        switch = asyncio.ensure_future(append(self._settings, switch_record(number, self._plan.catalog)))
        try:
            await asyncio.wait([switch])
        finally:
            # Interrupted or not: whether it stands in the log is what counts.
            await asyncio.wait([switch])
            self.report.switched = (await read_generations(self._settings)).current == number
        if not self.report.switched:
            await switch  # raises what went wrong, where it did
            self._useless = True
            raise RebuildError(OVERTAKEN)

    async def _is_overtaken(self) -> bool:
        """Say whether another rebuild was begun since; where that can't be asked, it is not known."""
        with suppress(KafkaError, RestoreError):
            return (await read_generations(self._settings)).begun != self.report.generation
        return False

    # State

    async def _make(self, events: EventLog, producer: Any, before: Generations) -> None:
        """Make state up to where the running generation is, until that is close enough, and write it."""
        generation, plan = self.report.generation, self._plan
        publisher = Publisher(lambda: producer)
        rebuilding = Rebuilding(
            plan, generation, self._own.activity.partitions, round(self._settings.dedup_horizon_d * DAY_US),
            facts_offset=await self._mark_facts(producer), now_us=now_us(),
        )  # fmt: skip
        await events.learn(rebuilding)
        self.report.updates = rebuilding.updates
        ends = await self._ends(before)
        while True:
            began_s = monotonic_s()
            self.report.records_read += await events.read(rebuilding, ends, self._tell)
            self.report.events = rebuilding.summary
            await self._write(publisher, rebuilding)
            ends = await self._ends(before)
            behind = sum(ends) - sum(rebuilding.cuts)
            if behind <= CLOSE_RECORDS or monotonic_s() - began_s <= CLOSE_S:
                break

    async def _ends(self, before: Generations) -> list[int]:
        """Return by partition the last offset that the running generation has published all about.

        Not the log's end: dead letters and records sent on are the workers' to publish, and what stands behind
        this offset they have not looked at yet.
        """
        tracked = await tracked_until(self._settings, before.chain, range(self._own.activity.partitions))
        return [*tracked.values()]

    async def _mark_facts(self, producer: Any) -> int:
        """Put a mark on `crm.facts` behind which all messages of this generation will stand; return its offset."""
        key = facts_key(0, self.report.generation)
        mark = await producer.send_and_wait(self._own.facts.name, key=key, value=None, partition=0)
        offset: int = mark.offset
        return offset

    async def _write(self, publisher: Publisher, rebuilding: Rebuilding) -> None:
        changelogs = topics(self._settings, self.report.generation).changelogs
        written = list(rebuilding.snapshot())
        total, done = sum(len(one.items) for one in written), 0
        for one in written:
            topic = changelogs[one.stage].name
            for start in range(0, len(one.items), WRITE_RECORDS):
                part = one.items[start : start + WRITE_RECORDS]
                await publisher.write(topic, one.partition, part)
                done += len(part)
                self._tell("writing state", done, total)
        self.report.records_written += total

    async def _check_beginning(self, events: EventLog) -> None:
        """Refuse to rebuild from a log that has lost its beginning, unless that was asked for."""
        if self._from_what_is_left:
            return
        lost = await events.lost()
        if lost:
            raise LogCutError(
                f"{events.name} no longer has its first {lost:,} records: what they gave to the totals of all time, "
                "and to what was open then, would be lost. With --from-what-is-left these begin where the topic does."
            )
