"""The publishing half of `crm-pulse load`: raw events into the topics they belong to, all acknowledged."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from itertools import islice
from operator import itemgetter

from aiokafka import AIOKafkaProducer

from processors.decode import decode
from processors.partition import Send
from schemas.dead_letter import Unusable
from schemas.event import Event
from schemas.events.directory import RepUpdated
from streams.clock import monotonic_s
from streams.kafka.producing import producing
from streams.kafka.publishing import Publisher
from streams.settings import Settings
from streams.sources.feed import Feed
from streams.sources.files import EventFiles
from streams.sources.giving_way import giving_way
from streams.sources.pace import Pace
from streams.sources.raw import RawEvent
from streams.sources.rebase import shift_to, shifted
from streams.sources.route import Router, Tally
from streams.topics import ACTIVITY_BYTES_MAX, topics

#: Events decoded while the block before is on its way: two of these are all that is held in memory.
BLOCK_EVENTS = 4_000
#: Far above the default of 16 KiB, which costs a request for each 40 events.
BATCH_BYTES = 512 * 1_024
#: What is due within this time is sent at once: a request costs more than being a little early.
PACE_TICK_S = 0.02
UPDATE_TYPE = RepUpdated.TYPE.encode()

Sleep = Callable[[float], Awaitable[None]]
Progress = Callable[[Tally], None]


def loading(settings: Settings) -> AbstractAsyncContextManager[AIOKafkaProducer]:
    """Return a producer made for many records, for as long as the context. Raises as `producing` does."""
    return producing(settings, max_batch_size=BATCH_BYTES, max_request_size=ACTIVITY_BYTES_MAX)


class Load:
    """One run of publishing. `tally` says how far it is, also after it failed or was canceled."""

    def __init__(
        self,
        settings: Settings,
        *,
        speed: float | None = None,
        progress: Progress | None = None,
        clock_s: Callable[[], float] = monotonic_s,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`speed` plays the events back at so many times the speed of life; None is as fast as can be.

        Raises:
            ValueError: the speed is not above 0.
        """
        self._topics = topics(settings)
        self._settings = settings
        self._pace = None if speed is None else Pace(speed, clock_s())
        self._progress = progress or (lambda tally: None)
        self._clock_s = clock_s
        self._sleep = sleep
        self._shift_us = 0
        self._under_way: asyncio.Task[None] | None = None
        self.tally = Tally()
        self.seconds = 0.0

    async def run(self, events: EventFiles, rebase_to_us: int | None = None) -> Tally:
        """Publish all events; return when every record is acknowledged.

        The directory's updates go first, wherever they stand in the files; in standard input and pipes
        they go when they come. With `rebase_to_us` all times are moved so that the last event happens then.

        Raises:
            ValueError: standard input or a pipe can't be moved in time, since its end is not known.
            SourceFailed: a file can't be read on.
            PublishError, aiokafka.errors.KafkaError: the cluster can't be reached, or refuses records.
        """
        if rebase_to_us is not None:
            if not events.rewindable:
                raise ValueError(
                    "standard input can't be moved in time, nor can a pipe: its last event is not known yet"
                )
            self._shift_us = await shift_to(events, rebase_to_us)
        started_s = self._clock_s()
        try:
            async with loading(self._settings) as producer:
                partitions = len(await producer.partitions_for(self._topics.activity.name))
                router = Router(self._topics, partitions)
                self.tally = router.tally
                try:
                    await self._publish(events, router, Publisher(lambda: producer))
                finally:
                    if self._under_way is not None:
                        self._under_way.cancel()
        finally:
            self.seconds = self._clock_s() - started_s
        return self.tally

    async def _publish(self, events: EventFiles, router: Router, publisher: Publisher) -> None:
        updates_first = events.rewindable and events.may_update_directory
        if updates_first:
            await publisher.publish([send async for send in self._updates(events, router)])
        sends: list[Send] = []
        async for block in self._blocks(events):
            # The producer has its turns, too, so that the block before does go out meanwhile.
            async for raw in giving_way(block):
                event = router.read(raw)
                if updates_first and event is not None and _is_update(raw, event):
                    continue
                if self._pace is not None and event is not None:
                    wait_s = self._pace.wait_s(event.t_us, self._clock_s())
                    if wait_s > PACE_TICK_S:
                        await self._hand_over(publisher, sends)
                        sends = []
                        self._progress(router.tally)
                        await self._sleep(wait_s)
                sends += self._sends(router, raw, event)
            await self._hand_over(publisher, sends)
            sends = []
            self._progress(router.tally)
        await self._landed()

    async def _updates(self, events: EventFiles, router: Router) -> AsyncIterator[Send]:
        async for raw in giving_way(events):
            event = _read(raw) if UPDATE_TYPE in raw.value else None
            if event is not None and _is_update(raw, event):
                for send in self._sends(router, raw, event):
                    yield send

    def _sends(self, router: Router, raw: RawEvent, event: Event | None) -> list[Send]:
        if self._shift_us and event is not None:
            raw = shifted(raw, event.t_us, self._shift_us)
        return router.sends(raw, event)

    async def _hand_over(self, publisher: Publisher, sends: list[Send]) -> None:
        """Begin to publish; return while it goes on, so that the next block is read meanwhile."""
        await self._landed()
        if sends:
            self._under_way = asyncio.create_task(publisher.publish(sends))
            await asyncio.sleep(0)

    async def _landed(self) -> None:
        task, self._under_way = self._under_way, None
        if task is not None:
            await task

    async def _blocks(self, events: EventFiles) -> AsyncIterator[list[RawEvent]]:
        if not events.rewindable:
            async for block in Feed(events).blocks():
                yield block
            return
        in_order: Iterable[RawEvent] = events
        if self._pace is not None and not events.in_time_order:
            # All in memory: a log has no other way to tell.
            timed = [(_time_us(raw), raw) async for raw in giving_way(events)]
            in_order = [raw for _, raw in sorted(timed, key=itemgetter(0))]
        for block in _blocks(in_order):
            yield block


def _blocks(events: Iterable[RawEvent]) -> Iterator[list[RawEvent]]:
    rest = iter(events)
    while block := list(islice(rest, BLOCK_EVENTS)):
        yield block


def _is_update(raw: RawEvent, event: Event) -> bool:
    # The bytes are asked too: what the quick look of the first pass missed must not be left out here.
    return isinstance(event.data, RepUpdated) and UPDATE_TYPE in raw.value


def _read(raw: RawEvent) -> Event | None:
    try:
        return decode(raw.value)
    except Unusable:
        return None


def _time_us(raw: RawEvent) -> int:
    event = _read(raw)
    return 0 if event is None else event.t_us
