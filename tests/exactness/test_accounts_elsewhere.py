"""KPIs that look at distinct accounts in another window or period say what a replay says."""

import random

import pytest

from processors.compile import Plan
from schemas.catalog import load_catalog
from tests.exactness.test_replay_equals_oracle import replayed
from tests.exactness.test_restarts_equal_oracle import run
from tests.oracle.comparing import with_directory
from tests.oracle.histories import random_arrivals, random_history, times_us

CATALOG = """
catalog: own
extends: standard
kpis:
  called: {label: C, unit: count, distinct: {accounts: call}}
  of_month: {label: S, unit: ratio, expression: "called / called@month", n: called}
  of_30d: {label: S, unit: ratio, expression: "called / called@rolling_30d", n: called}
  more: {label: M, unit: ratio, growth: called, windows: [week, month]}
  more_so_far: {label: M, unit: ratio, growth: {of: called, same_elapsed: true}, windows: [quarter, year]}
"""
PLAN = Plan(load_catalog(CATALOG, "own.yaml"))
DAY_US = 86_400_000_000


@pytest.mark.parametrize("seed", range(1, 5))
def test_live_says_what_a_replay_says(seed: int) -> None:
    """Whatever was repeated, lost from memory and restored: of what nothing has left."""
    history = [one for one in random_history(seed, 600, days=60) if one["type"] != "crm.rep.updated"]
    chunks = with_directory(random_arrivals(seed, history, chunk=20))
    end_us = max(times_us(history))
    cluster = run(PLAN, chunks[1:], random.Random(seed), 3, end_us, end_us - 5 * DAY_US, chunks[0])
    events = [event for chunk in chunks for event in chunk]

    replay = replayed(PLAN, events, cluster.clock(end_us), "all")
    ours = ("of_month", "of_30d", "more", "more_so_far")
    key_names = ("kpi", "window", "period", "dims")
    said, live = (
        {
            str([record[name] for name in key_names]): (record["value"], record["n"])
            for record in records
            if record["kpi"] in ours and record["n"]
        }
        for records in (replay, cluster.kpis.values())
    )
    assert said == live
    assert 200 < len(live)
