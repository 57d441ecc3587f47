"""Which changes are of which windows, and how they are told apart."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from processors.planning.evaluation import Evaluation
from processors.planning.fact_bits import FLAGS_MASK, FactBits
from processors.planning.vector import BUCKET_BITS, slot_of
from schemas.catalog import load_catalog

ORDERS = "@order_placed"
EVALUATION = Evaluation(
    load_catalog(
        "catalog: own\nextends: standard\nkpis:\n"
        "  share: {label: S, unit: ratio, expression: 'active_customers / active_customers@month', n: calls}\n",
        "own.yaml",
    )
)
BITS = FactBits(EVALUATION)


def test_a_kind_of_fact_changes_every_window() -> None:
    """It has one bit, above the flags."""
    assert BITS.within("call", "day") == BITS.within("call", "rolling_7d") == BITS.of("call")
    assert not BITS.of("call") & (FLAGS_MASK | BITS.of("email_sent"))
    assert BITS.of("call") | BITS.of("email_sent") == BITS.of_all(["call", "email_sent"])


def test_accounts_are_counted_in_each_window_by_itself() -> None:
    """A new one of the day is none of the week; where one was seen last matters to rolling windows only."""
    windows = ("day", "week", "month", "quarter", "year", "all_time", "rolling_30d")
    each = [BITS.within(ORDERS, window) for window in windows]

    assert BITS.of(ORDERS) == sum(each)
    assert len(windows) == len({*each})
    assert each[-1] == BITS.within(ORDERS, "today")
    for window, bit in zip(windows, each, strict=True):
        assert bit == BITS.noted_in(window) & BITS.of(ORDERS)
        assert BITS.of("revenue") | bit == BITS.of_kpi("arpu", window)
        assert BITS.of(ORDERS) == BITS.widened(bit)
    assert BITS.of("call") == BITS.widened(BITS.of("call"))
    assert (BITS.all, 0) == (BITS.kinds | BITS.counts, BITS.kinds & BITS.counts)


def test_a_kpi_follows_from_other_windows_that_it_looks_at() -> None:
    """As a share of the month does."""
    day, month = (BITS.within(ORDERS, window) for window in ("day", "month"))
    assert BITS.of("call") | day | month == BITS.of_kpi("share", "day")


def test_slots_say_of_what_they_are() -> None:
    """Each count of a distinct measure has its own; a histogram is of its kind."""
    found = BITS.by_slot(["response", ORDERS])

    assert BITS.of("response") == found[slot_of("response.histogram") >> BUCKET_BITS]
    assert BITS.within(ORDERS, "week") == found[slot_of(f"{ORDERS}.week") >> BUCKET_BITS]
    assert BITS.of("response") | BITS.of(ORDERS) == sum({*found.values()})


def test_two_measures_with_one_slot_are_refused() -> None:
    """A silent mix-up would be worse."""
    measures = {kind: SimpleNamespace(slots=[slot_of("same")]) for kind in ("call", "order")}
    mixed_up = cast(Any, SimpleNamespace(kinds=measures, distincts={}, measures=measures))

    with pytest.raises(ValueError, match="share a number, one of 'order'"):
        FactBits(mixed_up).by_slot(measures)
