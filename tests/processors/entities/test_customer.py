"""The life and worth of a customer, a step at a time; more of it in `tests/processors/subjects/test_customers.py`."""

from itertools import permutations
from typing import Any

import pytest

from processors.calendar import Period
from processors.entities.customer import Life, Worth
from processors.entities.order import ACTIVATED, CANCELED, COST, PLACED, REFUNDED, Said

WEEK = Period("week", "w", 0, 5, 15)
DAY = Period("day", "d", 0, 10, 15)


def said(t_us: int, code: int, rep: str = "ann", *more: Any) -> Said:
    """Return an event."""
    return (t_us, "s", f"{t_us}", code, rep, "north", f"m{t_us}", *more)


def steps(*events: Said) -> list[tuple[Any, ...]]:
    """Return kind, sign, time, rep and marks of what a life says of these events."""
    life, changes = Life(), list[Any]()
    for event in events:
        life.step(event, changes, lambda _t_us: (DAY, WEEK))
    return [(kind, sign, t_us, rep, marks) for kind, sign, t_us, _, rep, _, marks in changes]


def test_active_until_it_cancels() -> None:
    """Only the event that makes it active says so, and its rep loses it; the cancel's marks are the loss's."""
    assert [
        ("customer_active", 1, 6, "ann", "m6"), ("customer_active", -1, 12, "ann", "m6"),
        ("customer_churned_day", 1, 12, "ann", "m12"),
    ] == steps(said(6, PLACED), said(7, ACTIVATED, "eve"), said(12, CANCELED, "bob"), said(13, CANCELED))  # fmt: skip


@pytest.mark.parametrize("code", [COST, REFUNDED])
def test_what_makes_nobody_active(code: int) -> None:
    """Costs and refunds don't."""
    assert [] == steps(said(1, code))


def test_at_the_start_means_before_it() -> None:
    """Who became active at a period's very start was not active at it."""
    assert ["customer_churned_day"] == [step[0] for step in steps(said(5, PLACED), said(12, CANCELED))[2:]]


@pytest.mark.parametrize(
    "order", permutations([said(3, PLACED, "", 9, 2), said(5, REFUNDED, "", 4, 1), said(1, PLACED, "", 1, None), said(7, COST, "", 2)])
)  # fmt: skip
def test_worth_in_any_order(order: tuple[Said, ...]) -> None:
    """First and last order, and orders less refunds and costs."""
    worth = Worth()
    for event in order:
        worth.add(event)

    assert [
        ("customer_span", 1, 3, 2, None, "", "", None),
        ("customer_span^", 1, 3, 2, None, "", "", "smb"),
        ("account_margin^", 1, 7, 9 - 2 - 4 + 1 + 1 - 2, None, "", "", "smb"),
    ] == worth.facts("smb")


def test_worth_of_costs_only() -> None:
    """An account that never bought has a margin, and no span."""
    worth = Worth()
    worth.add(said(7, COST, "", 2))

    assert ([], ["account_margin^"]) == (worth.facts(None), [fact[0] for fact in worth.facts("smb")])
