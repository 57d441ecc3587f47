"""State rebuilt under another catalog while events come: afterwards the records are those of that catalog alone."""

import random
from typing import Any
from unittest import mock

import pytest

from processors.compile import Plan
from processors.publishing import emission
from schemas.catalog import Catalog, load_catalog
from tests.exactness.cluster import TICKS
from tests.exactness.rebuilt import RebuiltCluster
from tests.exactness.test_replay_equals_oracle import catalog_for
from tests.exactness.test_restarts_equal_oracle import shown
from tests.oracle import compare, kpis
from tests.oracle.histories import PIPELINE, BusinessCalendar, random_arrivals, random_history, times_us

DAY_US = 86_400_000_000
BEFORE = BusinessCalendar("UTC", 1)
AFTER = BusinessCalendar("Europe/Amsterdam", 4)


def smaller(catalog: Catalog) -> Catalog:
    """Return the catalog without some KPIs, one of them a gauge."""
    gone = {"open_inquiries", "oldest_open_inquiry_s", "customers", "nps"}
    return catalog.model_copy(update={"kpis": {n: k for n, k in catalog.kpis.items() if n not in gone}})


def run(
    seed: int, before: Catalog, after: Catalog, rng: random.Random
) -> tuple[RebuiltCluster, list[dict[str, Any]], int]:
    """Let two thirds of a history come, rebuild while the rest does, and go over; return what is there at the end."""
    history = random_history(seed, 1_500, days=40)
    chunks = random_arrivals(seed, history, chunk=40)
    end_us = max(times_us(history)) + DAY_US
    cluster = RebuiltCluster(Plan(before), 3)
    plan = Plan(after)
    begin, close = len(chunks) * 2 // 3, len(chunks) * 5 // 6
    updates = [event for chunk in chunks for event in chunk if event["type"] == "crm.rep.updated"]
    made, written = None, []
    for number, chunk in enumerate(chunks):
        cluster.publish(chunk, end_us)
        cluster.bury(b"{", number % 3, end_us)
        for stage, partition in cluster.slots:
            if rng.random() < 0.8:
                cluster.step(stage, partition, rng.randrange(1, 80), end_us)
            if rng.random() < 0.3:
                cluster.checkpoint(stage, partition)
        if rng.random() < 0.3:
            with mock.patch.multiple(emission, SENDS_MAX=40, LIVE_SENDS_MAX=40):
                slices, kind = rng.choice((1, 100)), rng.choice(TICKS)
                cluster.tick(end_us, slices, kind)
        if number == begin:
            made = cluster.rebuilding(plan, updates, end_us)
        if made is not None and number < close:
            for partition in range(3):
                cluster.read(made, partition, 200)
            if rng.random() < 0.3:
                written += made.snapshot()
        if made is not None and number == close:
            for partition in range(3):
                cluster.read(made, partition)
            written += made.snapshot()
            for stage, partition in cluster.slots:  # workers go on for a moment, and see the switch then
                cluster.step(stage, partition, 30, end_us)
            cluster.tick(end_us)
            cluster.switch(made, plan, written)
        if number > close and rng.random() < 0.3:
            cluster.restart(*rng.choice([*cluster.slots]))
    cluster.drain(end_us)
    cluster.drain(end_us + DAY_US)
    return cluster, [event for chunk in chunks for event in chunk], end_us + DAY_US


@pytest.mark.parametrize("seed", range(4))
def test_another_time_zone_and_more_kpis(seed: int) -> None:
    """Nothing lost, nothing counted twice, nothing left of the catalog before, no dead letter told twice."""
    before, after = smaller(catalog_for(BEFORE)), catalog_for(AFTER)
    cluster, events, end_us = run(seed, before, after, random.Random(seed))

    expected = kpis(
        events,
        as_of_us=cluster.clock(end_us),
        pipeline=PIPELINE,
        today=True,
        periods="all",
        only=after.kpis,
        **AFTER._asdict(),
    )
    assert [] == cluster.problems
    assert [] == compare(shown(cluster, end_us), dict(expected))[:20]
    assert {Plan(after).name} == {record["catalog"] for record in cluster.kpis.values()}
    letters = [(letter.headers, letter.value) for letter in cluster.topics["dead-letters"][0]]
    told, later = letters[: cluster.letters_before], letters[cluster.letters_before :]
    assert not set(told) & set(later)
    assert len([value for _, value in told if value == b"{"]) > 10
    assert b"{" in {value for _, value in later}


def test_the_same_catalog_changes_nothing() -> None:
    """A rebuild under the catalog that runs says what was said."""
    same = catalog_for(AFTER)
    cluster, events, end_us = run(7, same, same, random.Random(7))

    expected = kpis(
        events,
        as_of_us=cluster.clock(end_us),
        pipeline=PIPELINE,
        today=True,
        periods="all",
        only=same.kpis,
        **AFTER._asdict(),
    )
    assert [] == cluster.problems
    assert [] == compare(shown(cluster, end_us), dict(expected))[:20]


def test_a_catalog_of_two() -> None:
    """What is told no more gets its tombstone, whatever it was."""
    few = load_catalog(
        "catalog: few\npipelines: {sales: {stages: [new, old]}}\nkpis: {calls: {label: Calls, unit: count, count: call}}\n",
        "few.yaml",
    )
    cluster, _, _ = run(3, catalog_for(BEFORE), few, random.Random(3))

    assert {"calls"} == {record["kpi"] for record in cluster.kpis.values()}
