"""What records say beside their values equals what plain Python makes of the values of all records."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.compile import Plan
from tests.exactness.test_replay_equals_oracle import NO_SHRINK, catalog_for, replayed
from tests.exactness.test_restarts_equal_oracle import run
from tests.oracle.comparing import CHECKED, dims_of, with_directory, wrong, wrong_baselines
from tests.oracle.histories import (
    BusinessCalendar,
    arrivals,
    as_of_times,
    calendars,
    histories,
    random_arrivals,
    random_history,
    times_us,
)
from tests.oracle.spans import Calendar

DAY_US = 86_400_000_000


@settings(max_examples=100, deadline=None, phases=NO_SHRINK)
@given(st.data())
def test_any_history(data: st.DataObject) -> None:
    """Target, period before, rank, field, team value and baseline follow from the records of the same moment."""
    calendar = data.draw(calendars())
    history = data.draw(histories(calendar))
    events = [event for chunk in with_directory(data.draw(arrivals(history))) for event in chunk]
    as_of_us = data.draw(as_of_times(history))
    plan = Plan(catalog_for(calendar))

    records = replayed(plan, events, as_of_us, "all")

    assert [] == wrong(records, events, plan.catalog, as_of_us)
    own = Calendar(as_of_us, calendar.timezone, calendar.fiscal_year_start_month)
    assert [] == wrong_baselines(records, own, plan.catalog)


def test_a_long_history() -> None:
    """Three thousand events over a quarter by a dozen reps in several teams."""
    history = random_history(3, 3_000)
    events = [event for chunk in with_directory(random_arrivals(3, history)) for event in chunk]
    as_of_us = max(times_us(history))
    plan = Plan(catalog_for(BusinessCalendar()))

    records = replayed(plan, events, as_of_us, "all")

    assert [] == wrong(records, events, plan.catalog, as_of_us)[:20]
    calendar = BusinessCalendar()
    own = Calendar(as_of_us, calendar.timezone, calendar.fiscal_year_start_month)
    assert [] == wrong_baselines(records, own, plan.catalog)[:20]
    assert 3_000 < sum(record.get("of", 0) > 1 for record in records)


def test_live_says_what_a_replay_says() -> None:
    """Over partitions, with crashes: a minute after the last event the topic compares as a replay of it does."""
    calendar = BusinessCalendar()
    plan = Plan(catalog_for(calendar))
    for seed in (1, 2, 3):
        history = random_history(seed, 400, days=40)
        chunks = with_directory(random_arrivals(seed, history, chunk=20))
        end_us = max(times_us(history)) + DAY_US
        cluster = run(plan, chunks, random.Random(seed), 3, end_us, end_us - 5 * DAY_US)
        for _ in range(3):
            end_us += 70_000_000
            cluster.drain(end_us)
        now_us = cluster.clock(end_us)
        events = [event for chunk in chunks for event in chunk]

        said = {
            (one["kpi"], one["window"], one["period"], dims_of(one["dims"])): one
            for one in replayed(plan, events, now_us, "all")
        }
        found = []
        for record in cluster.kpis.values():
            if record["kpi"] in plan.ages:
                continue  # an age goes on between two publications, and so does the team's
            key = (record["kpi"], record["window"], record["period"], dims_of(record["dims"]))
            other = said[key]
            mine, its = ({name: one.get(name) for name in CHECKED} for one in (record, other))
            if mine != its:
                found.append(f"{key}: live {mine}, replay {its}")
        assert [] == found[:10]
