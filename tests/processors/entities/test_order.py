"""What an order's events say; more of it in `tests/processors/subjects/test_customers.py`."""

from processors.entities.order import PLACED, REFUNDED, Said, order_facts

WHO = ("ann", "north", "f1")


def said(t_us: int, code: int, amount: int, cost: int | None, *dims: str | None) -> Said:
    """Return an event of order o."""
    return (t_us, "s", f"{t_us}", code, *WHO, amount, cost, "o", *dims)


def test_placed_and_refunded() -> None:
    """A refund is negative, takes no order away, and is of what its order was of."""
    dims = ("ale", "web", None, "smb")

    assert [
        ("order_placed", 1, 1, None, *WHO, *dims), ("revenue", 1, 1, 9, *WHO, *dims), ("order_cost", 1, 1, 4, *WHO, *dims),
        ("revenue", 1, 2, -3, *WHO, *dims), ("order_cost", 1, 2, -1, *WHO, *dims),
    ] == order_facts([said(1, PLACED, 9, 4, *dims), said(2, REFUNDED, 3, 1, None, None, None, None)])  # fmt: skip


def test_what_costs_nothing_known() -> None:
    """Without a cost there is no such fact; a cost of 0 is one."""
    none, zero = (order_facts([said(1, PLACED, 9, cost, *(None,) * 4)]) for cost in (None, 0))

    assert (["order_placed", "revenue"], 0) == ([fact[0] for fact in none], zero[-1][3])
