"""What records say beside their values equals what plain Python makes of the values of all records."""

import random
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.compile import Plan
from tests.exactness.test_replay_equals_oracle import NO_SHRINK, catalog_for, replayed
from tests.exactness.test_restarts_equal_oracle import run
from tests.oracle import kpis
from tests.oracle.comparing import CHECKED, key_of, with_directory, with_facts, wrong, wrong_baselines
from tests.oracle.histories import (
    PIPELINE,
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


@pytest.mark.slow
@settings(max_examples=50, deadline=None, phases=NO_SHRINK)
@given(st.data())
def test_any_history(data: st.DataObject) -> None:
    """Target, period before, rank, field, team value and baseline follow from the records of the same moment."""
    calendar = data.draw(calendars())
    history = data.draw(histories(calendar))
    events = [event for chunk in with_directory(data.draw(arrivals(history))) for event in chunk]
    as_of_us = data.draw(as_of_times(history))
    plan = Plan(catalog_for(calendar))

    records = replayed(plan, events, as_of_us, "all")

    there = found(plan, events, calendar, as_of_us)
    assert [] == wrong(records, events, plan.catalog, as_of_us, there)
    own = Calendar(as_of_us, calendar.timezone, calendar.fiscal_year_start_month)
    assert [] == wrong_baselines(records, own, plan.catalog, there)


def test_a_long_history() -> None:
    """Three thousand events over a quarter by a dozen reps in several teams."""
    history = random_history(3, 3_000)
    events = [event for chunk in with_directory(random_arrivals(3, history)) for event in chunk]
    as_of_us = max(times_us(history))
    plan = Plan(catalog_for(BusinessCalendar()))

    records = replayed(plan, events, as_of_us, "all")

    calendar = BusinessCalendar()
    there = found(plan, events, calendar, as_of_us)
    assert [] == wrong(records, events, plan.catalog, as_of_us, there)[:20]
    own = Calendar(as_of_us, calendar.timezone, calendar.fiscal_year_start_month)
    assert [] == wrong_baselines(records, own, plan.catalog, there)[:20]
    assert 3_000 < sum(record.get("of", 0) > 1 for record in records)


def found(
    plan: Plan, events: list[dict[str, Any]], calendar: BusinessCalendar, as_of_us: int
) -> Collection[tuple[Any, ...]]:
    """Return the keys that SQL finds facts for: of windows that move also those that say 0 of what left within a week."""
    return {
        key
        for before in (False, True)
        for key in kpis(
            events, as_of_us=as_of_us, pipeline=PIPELINE, today=True, week_before=before, periods="all",
            only=plan.catalog.kpis, **calendar._asdict(),
        )
    }  # fmt: skip


def differences(live: list[dict[str, Any]], replay: list[dict[str, Any]]) -> list[str]:
    """Return in words where records of the topic compare themselves otherwise than those of a replay.

    Left out are ages, which go by the moment, and keys that have nothing left, which are not told of others.
    """
    said = {key_of(one): one for one in replay}
    found = []
    for record in live:
        key = key_of(record)
        if record["n"] == 0:
            continue
        mine, its = ({name: one.get(name) for name in CHECKED} for one in (record, said[key]))
        if mine != its and not key[0].startswith("oldest"):
            found.append(f"{key}: live {mine}, replay {its}")
    return found


def rolling_keys(
    records: list[dict[str, Any]], plan: Plan, there: Collection[tuple[Any, ...]]
) -> set[tuple[Any, ...]]:
    """Return the keys of windows that move with the clock, those at 0 of what left within a week among them."""
    return {
        key for key in with_facts(records, plan.catalog, there) if key[1].startswith(("rolling", "today"))
    }


def quotas(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return targets of every rep for the month in which the history ends, set when it began."""
    month = datetime.fromtimestamp(max(times_us(history)) // 1_000_000, UTC).strftime("%Y-%m")
    reps = sorted({one["data"]["rep"] for one in history if one["data"].get("rep")})
    return [
        {
            "specversion": "1.0", "source": "goals", "id": f"{rep}-{kpi}", "type": "crm.target.set",
            "time": history[0]["time"],
            "data": {"kpi": kpi, "window": "month", "period": month, "dims": {"rep": rep}, "value": 7},
        }
        for rep in reps
        for kpi in ("calls", "won_revenue", "leads_created")
    ]  # fmt: skip


def test_live_says_what_a_replay_says() -> None:
    """Over partitions, with crashes: minutes after the last event the topic compares as a replay of it does."""
    calendar = BusinessCalendar()
    plan = Plan(catalog_for(calendar))
    for seed in range(1, 6):
        history = [one for one in random_history(seed, 400, days=40) if one["type"] != "crm.rep.updated"]
        history += quotas(history)
        chunks = with_directory(random_arrivals(seed, history, chunk=20))
        end_us = max(times_us(history)) + DAY_US
        cluster = run(plan, chunks[1:], random.Random(seed), 3, end_us, end_us - 5 * DAY_US, chunks[0])
        for _ in range(3):
            end_us += 70_000_000
            cluster.drain(end_us)
        events = [event for chunk in chunks for event in chunk]
        now_us = cluster.clock(end_us)

        live, replay = [*cluster.kpis.values()], replayed(plan, events, now_us, "all")

        assert [] == differences(live, replay)[:10]
        there = found(plan, events, calendar, now_us)
        assert rolling_keys(replay, plan, there) == rolling_keys(live, plan, there)
        assert 500 < sum(record.get("of", 0) > 1 for record in cluster.kpis.values())
        assert any("attainment" in record for record in cluster.kpis.values())
