"""Facts as rows for the roll-up, and the rows that count accounts beside them."""

from typing import Any

import pytest

from processors.planning import ways as module
from processors.roster import KIND
from processors.tracking.rows import Row, Rows
from schemas.catalogs.distinct import ALL, DAY, LATEST, distinct_route_of
from schemas.fact import PANE_US, route_of
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, plan

AT_US = instant("2026-03-04T10:02:00Z")
PANE = AT_US // PANE_US
DAY_US = 86_400_000_000
ORDER = ("order_placed", 1, AT_US, None, "ann", "north", "", "ale", None, None, "smb")


def made(rows: Rows, *facts: tuple[Any, ...], account: str | None = "acme", offset: int = 0) -> list[Any]:
    """Return the rows of an event's facts, without the offset that each begins with."""
    found: list[Row] = []
    rows.add(facts, account, offset, AT_US, found)
    assert {row[0] for row in found} <= {offset}
    return [row[1:] for row in found]


def distinct(found: list[Any], measure: str) -> dict[str, tuple[int, Any]]:
    """Return sign and value of the rows that count accounts of a measure, by group."""
    routes = [(distinct_route_of(row[3]), row) for row in found if row[3].startswith("#")]
    return {group: (row[0], row[2]) for (name, groups), row in routes if name == measure for group in groups}


def test_a_row() -> None:
    """Sign, pane, value and route; what the facts of an event say stands in their order."""
    facts = [
        ("call", 1, AT_US, None, "ann", "north", "f1", "phone"),
        ("deal_won", -1, AT_US, 5, None, "n|s", "", *"pqr"),
    ]

    assert [(1, PANE, None, "call~f1|ann|north|phone"), (-1, PANE, 5, "deal_won||n%7Cs|p|q|r")] == made(
        Rows(PLAN), *facts, account=None
    )  # fmt: skip


def test_the_roster_goes_by_the_exact_time() -> None:
    """A pane is too coarse for which of two updates is the last."""
    (row,) = made(Rows(PLAN), (KIND, 1, AT_US, 1, "ann", "north", "", None, "hr", "1"), account=None)

    assert ((1, AT_US), KIND) == (row[2], route_of(row[3])[0])


def test_working_time_beside_wall_time() -> None:
    """Where a KPI asks for it, a duration has both; from 17:30 to 09:30 it is an hour of 16."""
    own = plan("kpis: {quick: {label: Q, unit: seconds, mean: {of: response, business: true}}}\n")
    hour_us = 3_600_000_000
    end_us = instant("2026-03-05T09:30:00Z")
    response = ("response", 1, end_us, 16 * hour_us, "ann", "north", "", None)
    (row,), (plain,) = (made(Rows(which), response, account=None) for which in (own, PLAN))

    assert ((16 * hour_us, hour_us), 16 * hour_us) == (row[2], plain[2])


def test_an_account_is_counted_in_every_group() -> None:
    """The first order of an account is new to each period, for company, team, rep and segment."""
    found = distinct(made(Rows(PLAN), ORDER), "@order_placed")

    assert {"", "team=north", "rep=ann", "segment=smb"} == set(found)
    assert {(1, (ALL, None))} == {*found.values()}


def test_the_next_order_moves_it() -> None:
    """It is new to its day only, and the latest goes where it is; taken back, both go back."""
    rows = Rows(PLAN)
    made(rows, ORDER)
    later = (*ORDER[:2], AT_US + DAY_US, *ORDER[3:])
    next_pane = PANE + DAY_US // PANE_US

    def counted(fact: tuple[Any, ...], offset: int) -> set[tuple[Any, ...]]:
        """Return sign, pane and value of what is said of the company."""
        return {
            row[:3]
            for row in made(rows, fact, offset=offset)
            if row[3].startswith("#@order_placed|") and "" in distinct_route_of(row[3])[1]
        }

    assert {(1, next_pane, (DAY | LATEST, PANE))} == counted(later, 1)
    back = {(-1, next_pane, (DAY, None)), (1, PANE, (LATEST, next_pane))}
    assert back == counted((later[0], -1, *later[2:]), 2)


def test_only_with_the_mark() -> None:
    """Under a condition only facts whose event passed it count."""
    measure = next(name for name in PLAN.signatures if name.startswith("@call"))
    where = measure.partition("~")[2]
    call = ("call", 1, AT_US, None, "ann", "north")
    plain, marked = (made(Rows(PLAN), (*call, marks, None)) for marks in ("", f"0,{where}"))

    assert {} == distinct(plain, measure)
    assert {"", "team=north", "rep=ann"} == set(distinct(marked, measure))


def test_by_the_latest_segment_only_there() -> None:
    """A fact with ^ counts its account in the groups of its own dimensions."""
    found = distinct(
        made(Rows(PLAN), ("account_order^", 1, AT_US, None, "ann", "north", "", "smb")), "@account_order"
    )

    assert {"segment=smb"} == set(found)


def test_nobodys_facts_are_not_counted() -> None:
    """Without an account there is none to count."""
    assert 1 == len(made(Rows(PLAN), ORDER, account=None))


def test_what_was_counted_is_known_after_a_restart() -> None:
    """A checkpoint has it; an event that comes again gives the facts again and counts nothing twice."""
    rows = Rows(PLAN)
    made(rows, ORDER)
    log = rows.snapshot(0)
    assert [] == rows.snapshot(0)
    again = Rows(PLAN)
    for item in log:
        again.restore(*item)
    again.restored()

    assert 1 == len(made(again, ORDER))
    assert len(log) == again.counts["accounts_counted_now"] == rows.counts["accounts_counted_now"]


def test_routes_are_forgotten_over_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, a row has the right one."""
    monkeypatch.setattr(module, "WAYS_MAX", 2)
    rows = Rows(PLAN)
    for number in [*range(5), *range(5)]:
        call = ("call", 1, AT_US, None, f"rep{number}", "north", "", None)
        assert [f"call|rep{number}|north|"] == [row[3] for row in made(rows, call, account=None)]
