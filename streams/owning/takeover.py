"""Taking over: what a worker must know of the world beside the state that it restored.

After a rebuild: where the generation before has come to, by the records that it wrote last; and which keys `crm.kpis`
has. Whose clock decides something: what a predecessor may have read.
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from processors.adding import rollup_state
from processors.alerts.deciding import Deciding
from processors.partition import PartitionProcessor, StateItem
from processors.rollup import Rollup
from processors.track import Tracker
from processors.tracking import meta as track_meta
from processors.tracking.meta import NOTHING_TOLD
from schemas.generation import FIRST
from streams.clock import now_us
from streams.kafka.kafka_clients import client_options
from streams.kafka.topic_admin import existing_topics
from streams.settings import Settings
from streams.tables import last_offset, read_changelog, read_last
from streams.topics import topics

log = structlog.get_logger(__name__)

#: A roll-up publishes nothing until tracking has come as far as before; but after so long in any case.
WAIT_US = 60_000_000

#: Partitions whose changelogs are looked into at the same time.
READS_MAX = 8


async def tracked_until(
    settings: Settings, chain: Sequence[int], partitions: Iterable[int]
) -> dict[int, int]:
    """Return by partition the offset up to which generations have published what its events say.

    Of the generations of a chain the last one counts that a worker has taken over; what a rebuild wrote and nobody
    ran says nothing.
    """
    there = await existing_topics(settings)
    at_once = asyncio.Semaphore(READS_MAX)

    async def until(partition: int) -> int:
        for generation in reversed(chain):
            topic = topics(settings, generation).changelogs["track"].name
            if topic in there:
                async with at_once:
                    values = await read_last(client_options(settings), topic, partition, track_meta.KEY)
                metas = map(track_meta.read_meta, values)
                reached = [max(one.cut, one.quiet_until) for one in metas if one.quiet_until is not None]
                if reached:
                    return max(reached)
        return NOTHING_TOLD

    numbers = [*partitions]
    return dict(zip(numbers, await asyncio.gather(*map(until, numbers)), strict=True))


async def published_until(settings: Settings, chain: Sequence[int]) -> rollup_state.Meta:
    """Return what the last of these generations that published anything wrote of itself."""
    there = await existing_topics(settings)
    for generation in reversed(chain):
        topic = topics(settings, generation).changelogs["rollup"].name
        if topic not in there:
            continue
        values = await read_last(client_options(settings), topic, 0, rollup_state.META)
        metas = [rollup_state.read_meta(value) for value in values]
        ran = [meta for meta in metas if meta.emitted >= 0 or generation == FIRST]
        if ran:
            return max(ran, key=lambda meta: meta.cut)
    return rollup_state.Meta()


async def take_over_tracking(
    settings: Settings, chain: Sequence[int], processor: PartitionProcessor, partition: int
) -> bool:
    """Tell a tracking partition that nobody has run yet what was published before it.

    Returns whether the generation before had come further.
    """
    assert isinstance(processor, Tracker)
    if processor.quiet_until is None:
        until = (await tracked_until(settings, chain[:-1], [partition]))[partition]
        log.info("tracking_taken_over", partition=partition, cut=processor.cut, told_until=until)
        processor.take_over(until)
    return processor.quiet_until is not None and processor.cut < processor.quiet_until


async def take_over_rollup(
    settings: Settings, chain: Sequence[int], processor: PartitionProcessor, _partition: int
) -> bool:
    """Tell a roll-up that publishes everything anew what `crm.kpis` has, and after a rebuild where it was before.

    Returns whether it is after a rebuild.
    """
    assert isinstance(processor, Rollup)
    rebuilt = not processor.taken_over and chain[-1] != FIRST
    if rebuilt:
        before = await published_until(settings, chain[:-1])
        tracked = await tracked_until(settings, chain[:-1], range(topics(settings).activity.partitions))
        counted = {one: max(told, before.counted.get(str(one), -1)) for one, told in tracked.items()}
        processor.take_over(before.revision, counted, now_us() + WAIT_US)
        log.info("rollup_taken_over", waits_for=counted)
    if processor.anew is not None:
        keys = await published_keys(settings)
        log.info("publishing_anew", keys_before=len(keys))
        processor.anew.published(keys)
    return rebuilt


async def take_over_alerts(
    settings: Settings, topic: str, processor: PartitionProcessor, partition: int
) -> bool:
    """Tell who makes alerts what its topic has by now: a predecessor may have told what follows from it."""
    assert isinstance(processor, Deciding)
    processor.wait_for(await last_offset(client_options(settings), topic, partition))
    return False


async def published_keys(settings: Settings) -> frozenset[bytes]:
    """Return the keys of all records on `crm.kpis`."""
    keys: set[bytes] = set()

    def take(items: Iterable[StateItem]) -> None:
        for key, value in items:
            if value is None:
                keys.discard(key)
            else:
                keys.add(key)

    kpis = topics(settings).kpis
    for partition in range(kpis.partitions):
        await read_changelog(client_options(settings), kpis.name, partition, take)
    return frozenset(keys)
