"""Replay gives what SQL over the distinct events gives, whatever the order and copies."""

from typing import Any
from unittest.mock import patch

import orjson
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from processors.compile import Plan
from processors.replay import Replay
from schemas.catalog import Catalog, Pipeline, load_catalog
from tests.oracle import compare, kpis
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

NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)
FAR_FUTURE_US = 4_000_000_000_000_000
WEEK_US = 7 * 86_400_000_000


def catalog_for(calendar: BusinessCalendar) -> Catalog:
    """Return the standard catalog with the oracle's pipeline, that calendar, and reps' own days."""
    standard = load_catalog()
    section = standard.calendar.model_copy(
        update={"timezone": calendar.timezone, "fiscal_year_start_month": calendar.fiscal_year_start_month}
    )
    pipelines = {"sales": Pipeline(stages=tuple(PIPELINE))}
    rolling = (*standard.rolling, "today")
    return standard.model_copy(update={"calendar": section, "pipelines": pipelines, "rolling": rolling})


def replayed(plan: Plan, events: list[dict[str, Any]], as_of_us: int, periods: Any) -> list[dict[str, Any]]:
    """Return the records of a replay of these events."""
    engine = Replay(plan, arrival_us=FAR_FUTURE_US, dedup_horizon_us=WEEK_US, as_of_us=as_of_us)
    raw = [orjson.dumps(event) for event in events]
    for value in raw:
        engine.learn(value)
    for value in raw:
        engine.take(value)
    assert {} == engine.summary["dead_letters"]
    return [orjson.loads(record.body) for record in engine.records(periods) if record.body is not None]


@pytest.mark.slow
@settings(max_examples=80, deadline=None, phases=NO_SHRINK)
@given(st.data())
def test_any_history_in_any_order(data: st.DataObject) -> None:
    """Every record of a replay equals the oracle's, for every window, at several times."""
    calendar = data.draw(calendars())
    history = data.draw(histories(calendar))
    chunks = data.draw(arrivals(history))
    events = [event for chunk in chunks for event in chunk]
    as_of_us = data.draw(as_of_times(history))
    periods = data.draw(st.sampled_from(["all", "running"]))
    settle_events = data.draw(st.sampled_from([1, 7, 50_000]))

    expected = kpis(
        events,
        as_of_us=as_of_us,
        timezone=calendar.timezone,
        fiscal_year_start_month=calendar.fiscal_year_start_month,
        pipeline=PIPELINE,
        today=True,
        periods=periods,
        only=catalog_for(calendar).kpis,
    )

    with patch("processors.replay.SETTLE_EVENTS", settle_events):
        records = replayed(Plan(catalog_for(calendar)), events, as_of_us, periods)
    assert [] == compare(records, expected)


def test_a_long_history() -> None:
    """Three thousand events over a quarter, late and copied."""
    history = random_history(7, 3_000)
    events = [event for chunk in random_arrivals(7, history) for event in chunk]
    as_of_us = max(times_us(history))
    plan = Plan(catalog_for(BusinessCalendar()))

    expected = kpis(events, as_of_us=as_of_us, timezone=BusinessCalendar().timezone,
                    fiscal_year_start_month=BusinessCalendar().fiscal_year_start_month,
                    pipeline=PIPELINE, periods="all", only=plan.catalog.kpis, today=True)  # fmt: skip

    assert [] == compare(replayed(plan, events, as_of_us, "all"), expected)[:20]
