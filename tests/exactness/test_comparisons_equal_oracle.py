"""What records say beside their values equals what plain Python makes of the values of all records."""

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.compile import Plan
from tests.exactness.test_replay_equals_oracle import NO_SHRINK, catalog_for, replayed
from tests.oracle.comparing import with_directory, wrong, wrong_baselines
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
