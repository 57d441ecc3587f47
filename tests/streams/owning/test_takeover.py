"""Taking over: where the generations before have come to, by what they wrote last."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
import pytest

from processors.adding.rollup_state import META_VALUE, Meta, read_meta
from processors.compile import Plan
from processors.partition import StateItem
from processors.publishing.outflow import KpiTopics
from processors.rollup import Rollup
from processors.track import Tracker, TrackTopics
from processors.tracking.meta import KEY, TrackMeta
from schemas.catalog import load_catalog
from streams.owning import leftovers, takeover
from streams.owning.leftovers import needed, remove
from streams.owning.takeover import (
    published_keys,
    published_until,
    take_over_rollup,
    take_over_tracking,
    tracked_until,
)
from streams.settings import Settings
from tests.processors.engine import Desk, fact

PLAN = Plan(load_catalog())
SETTINGS = Settings(app_id="a", partitions=2)
TOPICS = TrackTopics("activity", "directory", "targets", "facts", "dead-letters")
AT = "2026-03-04T10:00:00Z"


def track(cut: int, quiet_until: int | None = -1) -> StateItem:
    """Return the record of a tracking partition."""
    return KEY, orjson.dumps(tuple(TrackMeta(cut, 0, "c", quiet_until)))


def rollup(**more: Any) -> StateItem:
    """Return the record of a roll-up, as a real one writes it with these values in it."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    desk.tick(AT)
    ((key, value),) = desk.rollup.snapshot()[-1]
    assert value is not None
    meta = read_meta(value)._replace(**more)
    return key, META_VALUE.write(meta.cut, meta)


class Cluster:
    """Changelogs as lists, by (topic, partition)."""

    def __init__(self) -> None:
        self.logs: dict[tuple[str, int], list[StateItem]] = {}
        self.deleted: list[str] = []

    async def existing(self, _settings: Settings) -> dict[str, int]:
        return {topic: 2 for topic, _ in self.logs}

    async def delete(self, _settings: Settings, names: Iterable[str]) -> None:
        self.deleted += names

    async def last(self, _options: Mapping[str, Any], topic: str, partition: int, key: bytes) -> list[bytes]:
        return [
            value for of, value in self.logs.get((topic, partition), []) if of == key and value is not None
        ]

    async def read(
        self, _options: Mapping[str, Any], topic: str, partition: int, take: Callable[[list[StateItem]], None]
    ) -> int:
        take(self.logs.get((topic, partition), []))
        return 0


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster in the place of Kafka."""
    made = Cluster()
    for room in (takeover, leftovers):
        monkeypatch.setattr(room, "existing_topics", made.existing)
    monkeypatch.setattr(leftovers, "delete_topics", made.delete)
    monkeypatch.setattr(takeover, "read_last", made.last)
    monkeypatch.setattr(takeover, "read_changelog", made.read)
    return made


async def test_where_tracking_is(cluster: Cluster) -> None:
    """By partition: its cut, or where the one before was while it has not caught up with that."""
    cluster.logs = {
        ("a-track-changelog", 0): [track(3), track(7), track(6)],
        ("a-track-changelog", 1): [track(8)],
        ("a.g2-track-changelog", 0): [track(4, None), track(5, 7)],
        ("a.g2-track-changelog", 1): [track(6, None)],
    }

    assert {0: 7, 1: 8} == await tracked_until(SETTINGS, [1], [0, 1])
    assert {0: 7, 1: 8} == await tracked_until(SETTINGS, [1, 2], [0, 1])
    cluster.logs[("a.g2-track-changelog", 1)].append(track(20, 8))
    assert {1: 20} == await tracked_until(SETTINGS, [1, 2, 3], [1])
    assert {0: -1} == await tracked_until(SETTINGS, [3], [0])


async def test_where_the_roll_up_is(cluster: Cluster) -> None:
    """By the last generation that published; what a rebuild wrote and nobody ran has not."""
    cluster.logs = {
        ("a-rollup-changelog", 0): [rollup(revision=5, counted={"0": 3})],
        ("a.g2-rollup-changelog", 0): [rollup(revision=0, emitted=-1)],
    }

    assert (5, {"0": 3}) == (await published_until(SETTINGS, [1, 2]))[4:6]
    cluster.logs[("a.g2-rollup-changelog", 0)].append(rollup(revision=9, cut=40, emitted=30))
    assert 9 == (await published_until(SETTINGS, [1, 2])).revision
    assert Meta() == await published_until(SETTINGS, [7])


async def test_a_tracking_partition_is_told_once(cluster: Cluster) -> None:
    """One of the first generation has nothing to hear, and one that knows it not either."""
    cluster.logs[("a-track-changelog", 1)] = [track(8)]
    fresh = Tracker(PLAN, 1, TOPICS, 1, 2)

    assert await take_over_tracking(SETTINGS, [1, 2], fresh, 1)
    assert 8 == fresh.quiet_until
    cluster.logs.clear()
    assert await take_over_tracking(SETTINGS, [1, 2], fresh, 1)
    assert 8 == fresh.quiet_until
    first = Tracker(PLAN, 1, TOPICS, 1)
    assert not await take_over_tracking(SETTINGS, [1], first, 1)
    assert -1 == first.quiet_until


async def test_a_roll_up_after_a_rebuild_waits_and_knows_the_keys(cluster: Cluster) -> None:
    """It waits for what was counted or tracked before, whichever is further."""
    cluster.logs = {
        ("a-track-changelog", 0): [track(3)],
        ("a-track-changelog", 1): [track(8)],
        ("a-rollup-changelog", 0): [rollup(counted={"0": 5, "1": 7})],
        ("crm.kpis", 0): [(b"gone", b"{}"), (b"x", b"{}"), (b"gone", None)],
        ("crm.kpis", 1): [(b"y", b"{}")],
    }
    processor = Rollup(PLAN, KpiTopics("kpis", "history", 2), generation=2)
    processor.restore([rollup(emitted=-1)])
    processor.restored()

    assert await take_over_rollup(SETTINGS, [1, 2], processor, 0)
    assert {0: 5, 1: 8} == processor.hold.awaited
    assert processor.anew is not None
    assert {b"x", b"y"} == processor.anew._known
    assert {b"x", b"y"} == await published_keys(SETTINGS)


async def test_a_roll_up_that_goes_on_as_before_asks_nothing(cluster: Cluster) -> None:
    """And under another catalog it asks for the keys alone."""
    processor = Rollup(PLAN, KpiTopics("kpis", "history", 2))
    processor.restore([rollup()])
    processor.restored()
    assert not await take_over_rollup(SETTINGS, [1], processor, 0)
    assert processor.anew is None

    other = Rollup(PLAN, KpiTopics("kpis", "history", 2), generation=3)
    other.restore([rollup(catalog="else@1234")])
    other.restored()
    assert not await take_over_rollup(SETTINGS, [1, 3], other, 0)
    assert {} == other.hold.awaited
    assert other.anew is not None
    assert frozenset() == other.anew._known


# What is left over


async def test_a_generation_is_needed_until_the_next_was_taken_over_in_all_parts(cluster: Cluster) -> None:
    """Its state says where things stand."""
    cluster.logs = {
        ("a-track-changelog", 0): [track(3)],
        ("a-track-changelog", 1): [track(8)],
        ("a-rollup-changelog", 0): [rollup()],
        ("a.g2-track-changelog", 0): [track(3, 3)],
        ("a.g2-track-changelog", 1): [track(8, None)],
        ("a.g2-rollup-changelog", 0): [rollup()],
    }
    assert {1} == await needed(SETTINGS, [1])
    assert {1, 2} == await needed(SETTINGS, [1, 2])

    cluster.logs[("a.g2-track-changelog", 1)].append(track(9, 8))
    assert {2} == await needed(SETTINGS, [1, 2])
    assert {2, 3} == await needed(SETTINGS, [1, 2, 3])


async def test_changelogs_that_there_are_are_removed(cluster: Cluster) -> None:
    """Those of the judge are of all generations, and stay."""
    cluster.logs = {
        ("a.g2-track-changelog", 0): [],
        ("a-judge-changelog", 0): [],
        ("a-track-changelog", 0): [],
    }

    assert ["a-track-changelog", "a.g2-track-changelog"] == await remove(SETTINGS, {3, 2, 1})
    assert ["a-track-changelog", "a.g2-track-changelog"] == cluster.deleted
    assert [] == await remove(SETTINGS, {5})
