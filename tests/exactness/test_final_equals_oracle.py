"""While events come in time and the clock goes on, `final` turns true at every key's hour, and nothing is left behind."""

from typing import Any

import pytest

from processors.compile import Plan
from tests.exactness.cluster import Cluster
from tests.exactness.test_replay_equals_oracle import catalog_for
from tests.oracle import aged, compare, kpis
from tests.oracle.histories import PIPELINE, BusinessCalendar, random_history, times_us

STEP_US = 2 * 3_600_000_000


@pytest.mark.parametrize(("seed", "restarts"), [(0, True), (1, True), (107, False)])
def test_periods_close_by_the_clock(seed: int, restarts: bool) -> None:
    """Also those of keys without a fact in them, as growth, churn and shares of reps have."""
    calendar = BusinessCalendar()
    # The directory comes ahead of what it explains.
    history = sorted(
        random_history(seed, 500, days=9),
        key=lambda event: (times_us([event])[0], event["type"] != "crm.rep.updated"),
    )
    cluster = Cluster(Plan(catalog_for(calendar)), 1)
    at_us, end_us = times_us(history)[0], times_us(history)[-1]
    waiting: list[dict[str, Any]] = [*history]
    steps = 0
    while at_us < end_us + 2 * STEP_US:
        at_us, steps = at_us + STEP_US, steps + 1
        count = sum(t_us <= at_us for t_us in times_us(waiting)) if waiting else 0
        cluster.publish(waiting[:count], at_us)
        del waiting[:count]
        cluster.drain(at_us)
        if restarts and steps % 7 == 0:
            for stage, partition in cluster.slots:
                cluster.checkpoint(stage, partition)
                cluster.restart(stage, partition)

    cluster.drain(at_us)
    expected = kpis(
        history,
        as_of_us=cluster.clock(at_us),
        pipeline=PIPELINE,
        today=True,
        periods="all",
        only=catalog_for(calendar).kpis,
        **calendar._asdict(),
    )
    records = [aged(record, cluster.clock(at_us)) for record in cluster.kpis.values()]
    # A rolling window says from when to when it ran when its value was another for the last time.
    found = [fault for fault in compare(records, expected) if "runs from" not in fault]
    assert [] == cluster.problems
    assert [] == found[:20]
