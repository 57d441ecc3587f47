"""Growth and quotas, counted by hand."""

from typing import Any

import pytest

from tests import oracle
from tests.oracle.histories import PIPELINE
from tests.oracle.moments import instant
from tests.oracle.telling import ask, count, event, rep_updated

AS_OF = "2026-03-10T12:00:00Z"


def won(moment: str, amount: float, **data: Any) -> dict[str, Any]:
    """A deal of its own, won."""
    return event("deal.won", moment, deal=f"{moment}{amount}{data}", amount=amount, **data)


def target(
    value: float, period: str = "2026-03", window: str = "month", kpi: str = "won_revenue", **dims: str
) -> dict[str, Any]:
    """A target set on the first of March."""
    told = event(
        "target.set", "2026-03-01T12:00:00Z", kpi=kpi, window=window, period=period, dims=dims, value=value
    )
    del told["data"]["account"]
    return told


def test_growth_compares_with_the_period_before() -> None:
    """February 200 of two deals, March 300 so far, nothing in January and in April's place nothing yet."""
    counted = count(
        [
            won("2026-02-05T12:00:00Z", 150, rep="ann"),
            won("2026-02-25T12:00:00Z", 50, rep="bob"),
            won("2026-03-05T12:00:00Z", 300, rep="ann"),
        ],
        as_of=AS_OF,
        periods="all",
    )

    assert ask(counted, "sales_growth", "month", "2026-03") == (0.5, 2)
    assert ask(counted, "sales_growth", "month", "2026-03", rep="ann") == (1.0, 1)
    assert ask(counted, "sales_growth", "month", "2026-03", rep="bob") == (-1.0, 1)
    assert ask(counted, "sales_growth", "month", "2026-02") == (None, 0)
    assert ask(counted, "sales_growth", "month", "2026-04") is None
    assert ask(counted, "sales_growth", "day", "2026-02-06") == (-1.0, 1)
    assert ask(counted, "sales_growth", "day", "2026-02-07") is None
    assert ask(counted, "sales_growth", "quarter", "2026-Q1") == (None, 0)
    assert ask(counted, "sales_growth") is None
    assert not [key for key in counted if key[0] == "sales_growth_same_elapsed"]


def test_growth_over_years_and_fiscal_quarters() -> None:
    """From Q1 of the fiscal year 2026 (to September) into Q2, and from nothing of value to something."""
    counted = count(
        [won("2025-09-30T12:00:00Z", 0), won("2025-10-01T12:00:00Z", 10), won("2025-12-31T12:00:00Z", 30)],
        as_of="2026-01-01T12:00:00Z",
        fiscal_year_start_month=7,
    )
    running = {
        "day": "2026-01-01",
        "week": "2026-W01",
        "month": "2026-01",
        "quarter": "2026-Q3",
        "year": "2026",
    }

    assert ask(counted, "sales_growth", "quarter", running["quarter"]) == (-1.0, 2)
    assert ask(counted, "sales_growth", "month", running["month"]) == (-1.0, 1)
    assert ask(counted, "sales_growth", "week", running["week"]) == (None, 0)
    assert {key[2] for key in counted if key[0] == "sales_growth"} == set(running.values())


def test_a_period_before_without_revenue_is_nothing_to_compare_with() -> None:
    """A deal of unknown amount was won in February: null, with n 0."""
    counted = count([won("2026-02-05T12:00:00Z", 0), won("2026-03-05T12:00:00Z", 5)], as_of=AS_OF)

    assert ask(counted, "sales_growth", "month", "2026-03") == (None, 0)


def test_growth_with_the_same_elapsed_part() -> None:
    """As of 10 March, noon: February counts until the 10th, noon; a period that closed is compared as a whole."""
    counted = oracle.kpis(
        [
            won("2026-01-31T12:00:00Z", 80),
            won("2026-02-05T12:00:00Z", 100),
            won("2026-02-10T12:00:00Z", 20),
            won("2026-02-10T12:00:00.000001Z", 999),
            won("2026-03-05T12:00:00Z", 180),
        ],
        as_of_us=instant(AS_OF),
        pipeline=PIPELINE,
        periods="all",
        only={"sales_growth_same_elapsed"},
    )

    growth = "sales_growth_same_elapsed"
    assert ask(counted, growth, "month", "2026-03") == (0.5, 2)
    assert ask(counted, growth, "month", "2026-02") == ((1119 - 80) / 80, 1)
    assert {key[0] for key in counted} == {growth}


def test_a_quota_is_the_last_target_of_exactly_these_dimensions() -> None:
    """The team's 500 is its own, Ann's was raised to 200; what is set for others or other KPIs is no quota."""
    counted = count(
        [
            target(100, rep="ann"),
            target(200, rep="ann"),
            target(500, team="north"),
            target(50, rep="ann", team="north"),
            target(50, product="crm"),
            target(3, kpi="deals_won"),
            target(10, period="2026-02"),
            won("2026-03-05T12:00:00Z", 300, rep="ann", team="north", product="crm"),
            won("2026-03-06T12:00:00Z", 20, rep="bob", team="north"),
        ],
        as_of=AS_OF,
        periods="all",
    )

    attained = {key[1:]: told for key, told in counted.items() if key[0] == "quota_attainment"}
    assert attained == {
        ("month", "2026-03", (("rep", "ann"),)): (1.5, 1),
        ("month", "2026-03", (("team", "north"),)): (0.64, 2),
        ("month", "2026-02", ()): (0.0, 0),
    }


def test_a_quota_of_nothing_is_null_and_one_without_wins_is_at_0() -> None:
    """Ann's target is 0; Bob has won nothing yet; next month's target has no record."""
    counted = count(
        [
            target(0, rep="ann"),
            target(100, rep="bob"),
            target(100, period="2026-04", rep="bob"),
            target(10),
            won("2026-03-05T12:00:00Z", 5, rep="ann"),
            won("2026-03-06T12:00:00Z", 5, rep="ann"),
        ],
        as_of=AS_OF,
    )

    assert ask(counted, "quota_attainment", "month", "2026-03", rep="ann") == (None, 0)
    assert ask(counted, "quota_attainment", "month", "2026-03", rep="bob") == (0.0, 0)
    assert ask(counted, "quota_attainment", "month", "2026-03") == (1.0, 2)
    assert ask(counted, "quota_attainment", "month", "2026-04", rep="bob") is None
    assert ask(counted, "quota_attainment_share", "month", "2026-03") == (0.0, 2)


def test_a_quota_of_nothing_is_reached_by_nobody() -> None:
    """Ann is the only one with a target, and it is 0: none of one."""
    counted = count([target(0, rep="ann")], as_of=AS_OF)

    assert ask(counted, "quota_attainment_share", "month", "2026-03") == (0.0, 1)


def test_of_two_targets_at_one_time_the_last_in_order_counts() -> None:
    """Ids "10" and "9" at one moment: "9" comes after."""
    targets = [target(100, rep="ann") | {"id": "9"}, target(50, rep="ann") | {"id": "10"}]

    counted = count([*targets, won("2026-03-05T12:00:00Z", 50, rep="ann")], as_of=AS_OF)

    assert ask(counted, "quota_attainment", "month", "2026-03", rep="ann") == (0.5, 1)


def test_the_share_of_reps_that_reached_their_quota() -> None:
    """Ann exactly reached hers while in the south and is in the north now, like Bob who did not; Cy is nowhere."""
    counted = count(
        [
            rep_updated("2026-03-01T00:00:00Z", "ann", "south"),
            rep_updated("2026-03-08T00:00:00Z", "ann", "north"),
            rep_updated("2026-03-01T00:00:00Z", "bob", "north"),
            target(100, rep="ann"),
            target(100, rep="bob"),
            target(10, rep="cy"),
            target(10, team="north"),
            won("2026-03-05T12:00:00Z", 100, rep="ann"),
            won("2026-03-05T12:00:00Z", 99.99, rep="bob"),
            won("2026-03-05T12:00:00Z", 99, rep="cy", team="south"),
            won("2026-03-05T12:00:00Z", 99, rep="dee"),  # has no target
        ],
        as_of=AS_OF,
    )

    share = "quota_attainment_share"
    assert ask(counted, share, "month", "2026-03") == pytest.approx((2 / 3, 3))
    assert ask(counted, share, "month", "2026-03", team="north") == (0.5, 2)
    assert ask(counted, share, "month", "2026-03", team="unassigned") == (1.0, 1)
    assert ask(counted, share, "month", "2026-03", team="south") is None
    assert {key[1:3] for key in counted if key[0] == share} == {("month", "2026-03")}
