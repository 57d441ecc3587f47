"""What `compare` lets pass and what it does not."""

from typing import Any

import pytest

from tests.oracle import Expectations, Expected, Key, compare
from tests.oracle.moments import instant
from tests.oracle.spans import Calendar

AS_OF = "2026-03-04T12:03:10Z"
CALLS: Key = ("calls", "day", "2026-03-04", (("rep", "ann"),))


def expect(told: dict[Key, Expected], as_of: str = AS_OF) -> Expectations:
    """Expectations in a UTC calendar."""
    expectations = Expectations(Calendar(instant(as_of)))
    expectations.update(told)
    return expectations


def record(**changes: Any) -> dict[str, Any]:
    """Ann's two calls of the day, as an engine would say it, but for the changes."""
    said = {
        "kpi": "calls",
        "window": "day",
        "period": "2026-03-04",
        "dims": {"rep": "ann"},
        "value": 2,
        "n": 2,
        "start": "2026-03-04T00:00:00Z",
        "end": "2026-03-05T00:00:00Z",
        "final": False,
    }
    return said | changes


def all_time(kpi: str, value: float | None, n: int, **dims: str | None) -> dict[str, Any]:
    """A record of the whole time."""
    return record(kpi=kpi, window="all_time", period=None, dims=dims, value=value, n=n, start=None, end=None)


def test_the_same_is_no_difference() -> None:
    """A record that says what is expected passes."""
    assert compare([record()], expect({CALLS: Expected(2, 2)})) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": 3}, "got 3 (n 2), expected 2 (n 2)"),
        ({"n": 3}, "got 2 (n 3), expected 2 (n 2)"),
        ({"value": None}, "got None (n 2), expected 2 (n 2)"),
        ({"value": "2"}, "got '2' (n 2), expected 2 (n 2)"),
        ({"value": 2.0000000001}, "got 2.0000000001 (n 2), expected 2 (n 2)"),
        ({"end": "2026-03-04T23:00:00Z"}, "runs from 2026-03-04T00:00:00Z to 2026-03-04T23:00:00Z, expected"),
        ({"final": True}, "final is True, expected False"),
    ],
)
def test_a_difference_is_told_in_words(changes: dict[str, Any], words: str) -> None:
    """One sentence that names the key, what was said and what was expected."""
    (difference,) = compare([record(**changes)], expect({CALLS: Expected(2, 2)}))

    assert difference.startswith(f"calls|day:2026-03-04|rep=ann: {words}")


def test_a_missing_record_is_a_difference_also_where_it_would_say_null() -> None:
    """A win rate with wins and no creation exists, and says null with n 0."""
    wanted = expect({("win_rate", "all_time", None, ()): Expected(None, 0)})

    assert compare([], wanted) == ["win_rate|all_time|: no record, expected None (n 0)"]
    assert compare([all_time("win_rate", None, 0)], wanted) == []
    assert len(compare([all_time("win_rate", 0, 0)], wanted)) == 1


def test_an_extra_record_may_say_nothing() -> None:
    """What left the window stays a while as 0 or null with n 0; anything more is a difference."""
    assert compare([all_time("calls", 0, 0), all_time("win_rate", None, 0, rep="ann")], expect({})) == []
    assert len(compare([all_time("calls", 1, 1)], expect({}))) == 1
    assert len(compare([all_time("won_revenue", 0, 1)], expect({}))) == 1


def test_a_second_record_with_a_key_is_a_difference() -> None:
    """The latest per key is compared: two show that the caller, or the engine, mixed something up."""
    (difference,) = compare([record(), record()], expect({CALLS: Expected(2, 2)}))

    assert difference.endswith("a second record with this key")


@pytest.mark.parametrize(
    ("kpi", "wanted", "said", "passes"),
    [
        ("response_time_p50", 1000.0, 1010.0, True),
        ("response_time_p50", 1000.0, 990.0, True),
        ("response_time_p90", 1000.0, 1010.1, False),
        ("sales_cycle_p50", 0.0, 0.0, True),
        ("sales_cycle_p50", 0.0, 0.01, False),
        ("sales_cycle_p50", 0.000003, 0.000004, True),  # rounded to a microsecond
        ("response_time_mean", 1000.0, 1000.0000001, True),
        ("response_time_mean", 1000.0, 1000.00001, False),
        ("won_revenue", 300.0, 300, True),
        ("sales_growth", 0.0, 1e-13, True),
        ("sales_growth", 0.0, 1e-11, False),
    ],
)
def test_floats_and_percentiles_have_their_tolerance(
    kpi: str, wanted: float, said: float, passes: bool
) -> None:
    """1 % for percentiles, a relative 1e-9 for other floats."""
    differences = compare(
        [all_time(kpi, said, 5)], expect({(kpi, "all_time", None, ()): Expected(wanted, 5)})
    )

    assert (differences == []) is passes


def test_dimensions_compare_in_any_order_and_may_be_null() -> None:
    """A creation's from_stage is null."""
    key: Key = ("stage_transitions", "all_time", None, (("from_stage", None), ("to_stage", "new")))
    said = all_time("stage_transitions", 4, 4)

    assert (
        compare([said | {"dims": {"to_stage": "new", "from_stage": None}}], expect({key: Expected(4, 4)}))
        == []
    )


def test_a_period_that_is_none_is_a_difference() -> None:
    """A label of another window's kind, a rolling window with a period, an unknown window."""
    said = [
        record(period="2026-W10", value=0, n=0),
        record(window="rolling_7d", period="2026-03-04", value=0, n=0),
        record(window="fortnight", period=None, value=0, n=0),
    ]

    assert [difference.split(": ")[1] for difference in compare(said, expect({}))] == [
        "'2026-W10' is no period of day",
        "rolling_7d has no periods, got '2026-03-04'",
        "no window 'fortnight'",
    ]


def test_a_period_is_final_an_hour_after_its_end() -> None:
    """Ended at midnight: not final at 00:59, final at 01:00."""
    told = {CALLS: Expected(2, 2)}

    assert compare([record(final=False)], expect(told, "2026-03-05T00:59:59Z")) == []
    assert compare([record(final=True)], expect(told, "2026-03-05T01:00:00Z")) == []
