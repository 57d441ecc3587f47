"""Over several partitions, with restarts from any prefix of written state, the published records equal the oracle's."""

import random
from collections.abc import Mapping, Sequence
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.compile import Plan
from processors.publishing import emission
from tests.exactness.cluster import TICKS, Cluster
from tests.exactness.test_replay_equals_oracle import NO_SHRINK, catalog_for
from tests.oracle import aged, compare, kpis
from tests.oracle.histories import (
    PIPELINE,
    BusinessCalendar,
    arrivals,
    calendars,
    histories,
    random_arrivals,
    random_history,
    times_us,
)

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def run(
    plan: Plan,
    chunks: list[list[dict[str, Any]]],
    rng: random.Random,
    partitions: int,
    end_us: int,
    start_us: int,
    directory: Sequence[dict[str, Any]] = (),
) -> Cluster:
    """Publish the chunks while stages work, tick, checkpoint and crash as the dice fall; the directory ahead of all."""
    cluster = Cluster(plan, partitions)
    clock_us = start_us
    if directory:
        cluster.publish(directory, end_us)
        cluster.drain(clock_us)
    for chunk in chunks:
        cluster.publish(chunk, end_us)
        for _ in range(rng.randrange(12)):
            clock_us = min(end_us, clock_us + rng.choice((0, 1, HOUR_US, 30 * HOUR_US, 9 * DAY_US)))
            stage, partition = rng.choice([*cluster.slots, *[("rollup", 0)] * (partitions - 1)])
            match rng.randrange(6):
                case 0 | 1:
                    cluster.step(stage, partition, rng.randrange(1, 8), clock_us)
                case 2:
                    # Of a few records, so that crashes and live ticks come between two slices too.
                    with mock.patch.multiple(emission, SENDS_MAX=40, LIVE_SENDS_MAX=40):
                        slices, kind = rng.choice((1, 3, 100)), rng.choice(TICKS)
                        cluster.tick(clock_us, slices, kind)
                case 3:
                    cluster.checkpoint(stage, partition)
                case 4:
                    cluster.checkpoint(stage, partition, written=rng.randrange(6))
                case 5:
                    cluster.restart(stage, partition)
    cluster.drain(end_us)
    cluster.drain(end_us)
    return cluster


def shown(cluster: Cluster, end_us: int) -> list[Mapping[str, Any]]:
    """Return the latest record of each key, as of the end."""
    return [aged(record, cluster.clock(end_us)) for record in cluster.kpis.values()]


def differences(
    cluster: Cluster, chunks: Sequence[Sequence[dict[str, Any]]], calendar: BusinessCalendar, end_us: int
) -> list[str]:
    """Compare what is published, as of the end, with what SQL says of all events."""
    expected = kpis(
        [event for chunk in chunks for event in chunk],
        as_of_us=cluster.clock(end_us),
        pipeline=PIPELINE,
        today=True,
        periods="all",
        only=catalog_for(calendar).kpis,
        **calendar._asdict(),
    )
    return compare(shown(cluster, end_us), dict(expected))


@pytest.mark.slow
@settings(max_examples=80, deadline=None, phases=NO_SHRINK)
@given(st.data())
def test_any_history_with_crashes(data: st.DataObject) -> None:
    """Whatever was chunked, repeated, lost from memory and restored: at the end the topic says what SQL says."""
    calendar = data.draw(calendars())
    history = data.draw(histories(calendar))
    chunks = data.draw(arrivals(history))
    later_us = data.draw(st.sampled_from((0, HOUR_US, 26 * HOUR_US, 6 * DAY_US, 31 * DAY_US, 400 * DAY_US)))
    end_us = max(times_us(history)) + later_us
    start_us = end_us - data.draw(st.sampled_from((0, HOUR_US, 2 * DAY_US, 40 * DAY_US)))

    cluster = run(
        Plan(catalog_for(calendar)),
        chunks,
        random.Random(data.draw(st.integers(0, 10_000))),
        data.draw(st.sampled_from((1, 3))),
        end_us,
        start_us,
    )

    assert [] == cluster.problems
    assert [] == differences(cluster, chunks, calendar, end_us)


def test_a_long_history_with_crashes() -> None:
    """Three thousand events over a quarter, late and copied, three partitions, hundreds of crashes."""
    calendar = BusinessCalendar()
    history = random_history(11, 3_000)
    chunks = random_arrivals(11, history, chunk=20)
    end_us = max(times_us(history)) + DAY_US

    cluster = run(Plan(catalog_for(calendar)), chunks, random.Random(11), 3, end_us, end_us - 5 * DAY_US)

    assert [] == cluster.problems
    assert [] == differences(cluster, chunks, calendar, end_us)[:20]


@pytest.mark.parametrize("seed", range(3))
def test_a_crash_before_anything_was_published_whole(seed: int) -> None:
    """All is published anew, a few records at a time, while events come that take back what was just told."""
    calendar = BusinessCalendar()
    history = random_history(seed, 800, days=10)
    chunks = random_arrivals(seed, history, chunk=10)
    end_us = max(times_us(history)) + HOUR_US
    cluster = Cluster(Plan(catalog_for(calendar)), 1)

    with mock.patch.multiple(emission, SENDS_MAX=100, LIVE_SENDS_MAX=400):
        for number, chunk in enumerate(chunks):
            cluster.publish(chunk, end_us)
            cluster.step("track", 0, 1_000, end_us)
            cluster.step("rollup", 0, 1_000, end_us)
            if number == 5:
                cluster.checkpoint("rollup", 0)
                cluster.restart("rollup", 0)
            cluster.tick(end_us, slices=1)
            cluster.tick(end_us, kind="live")
        cluster.drain(end_us)
        cluster.drain(end_us)

    assert [] == cluster.problems
    assert [] == differences(cluster, chunks, calendar, end_us)[:20]
