"""Changelogs of earlier generations: which are still asked for, and the end of the others."""

from collections.abc import Iterable, Sequence

from streams.kafka.topic_admin import delete_topics, existing_topics
from streams.owning.takeover import published_until, tracked_until
from streams.settings import Settings
from streams.topics import REBUILT, topics


async def needed(settings: Settings, chain: Sequence[int]) -> set[int]:
    """Return the generations, of those that ever ran, whose state says where things stand.

    The running one, and before it those from which it has not been taken over in all parts.
    """
    partitions = range(topics(settings).activity.partitions)
    reached = await tracked_until(settings, chain, partitions)
    for start in range(len(chain) - 1, 0, -1):
        alone = chain[start : start + 1]
        told = await tracked_until(settings, alone, partitions)
        if told == reached and (await published_until(settings, alone)).emitted >= 0:
            return set(chain[start:])
    return set(chain)


async def remove(settings: Settings, generations: Iterable[int]) -> list[str]:
    """Delete the changelogs of these generations that exist; return their names."""
    there = await existing_topics(settings)
    names = [
        topics(settings, generation).changelogs[stage].name
        for generation in sorted(generations)
        for stage in REBUILT
    ]
    gone = [name for name in names if name in there]
    if gone:
        await delete_topics(settings, gone)
    return gone
