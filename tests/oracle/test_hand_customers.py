"""Customers who come, go and return, counted by hand."""

from typing import Any

import pytest

from tests.oracle.telling import ask, count, event

AS_OF = "2026-03-31T12:00:00Z"


def on(day: str, kind: str, **data: Any) -> dict[str, Any]:
    """An event at noon of a day of March."""
    more: dict[str, Any] = {"order": "o", "amount": 1} if kind.startswith("order.") else {}
    return event(kind, f"2026-03-{day}T12:00:00Z", **more, **data)


def test_steps_of_customers_are_different_accounts() -> None:
    """Acme registers twice and is activated by Bob, Best registers: one of two; a day of it is one of one."""
    counted = count(
        [
            on("02", "customer.registered", rep="ann", segment="smb"),
            on("03", "customer.registered", rep="ann", segment="big"),
            on("03", "customer.registered", rep="bob", account="best"),
            on("03", "customer.activated", rep="bob"),
            on("03", "customer.activated", rep="bob"),
            on("04", "customer.canceled", rep="ann", segment="smb"),
        ],
        as_of=AS_OF,
        periods="all",
    )

    assert ask(counted, "registrations") == (2, 2)
    assert ask(counted, "registrations", rep="ann") == (1, 1)
    assert ask(counted, "registrations", segment="smb") == (1, 1)
    assert ask(counted, "registrations", "day", "2026-03-02") == (1, 1)
    assert ask(counted, "registrations", "day", "2026-03-03") == (2, 2)  # once a window, in each
    assert ask(counted, "activations") == (1, 1)
    assert ask(counted, "activations", segment="big") is None  # from nowhere else
    assert ask(counted, "activation_rate") == (0.5, 2)
    assert ask(counted, "activation_rate", rep="bob") == (1.0, 1)
    assert ask(counted, "activation_rate", rep="ann") == (0.0, 1)
    assert ask(counted, "activation_rate", "day", "2026-03-04") is None
    assert ask(counted, "cancellations", rep="ann") == (1, 1)
    assert ask(counted, "cancellations", segment="smb") == (1, 1)


@pytest.mark.parametrize(
    ("told", "rep"),
    [
        (["customer.activated"], "0"),
        (["order.placed"], "0"),
        (["customer.registered"], None),
        (["order.refunded"], None),
        (["customer.activated", "order.placed"], "0"),  # it was active already
        (["customer.activated", "customer.canceled"], None),
        (["customer.canceled", "customer.activated"], "1"),
        (
            ["order.placed", "customer.canceled", "customer.canceled", "order.placed", "customer.activated"],
            "3",
        ),
        (["order.placed", "customer.canceled", "order.refunded"], None),
    ],
)
def test_an_account_is_active_from_an_activation_or_order_until_it_cancels(
    told: list[str], rep: str | None
) -> None:
    """It counts for the rep of the event that made it active: here reps are named by the place of the event."""
    counted = count(
        [on(f"{place + 2:02d}", kind, rep=str(place)) for place, kind in enumerate(told)], as_of=AS_OF
    )

    active = {key[3]: told for key, told in counted.items() if key[0] == "customers"}
    assert active == (
        {} if rep is None else dict.fromkeys(((), (("rep", rep),), (("team", "unassigned"),)), (1, 1))
    )


def test_a_customers_segment_is_its_latest() -> None:
    """Activated as smb, called big since: a customer of the segment big, for what was told last of anything."""
    counted = count(
        [on("02", "customer.activated", segment="smb"), on("03", "call.logged", segment="big")], as_of=AS_OF
    )

    assert ask(counted, "customers", "now", segment="big") == (1, 1)
    assert ask(counted, "customers", "now", segment="smb") is None


def test_churn_is_of_the_accounts_active_at_the_start() -> None:
    """March begins with three active: one cancels and returns, one stays; one only came in March."""
    february, march = "2026-02-10T12:00:00Z", "2026-03-01T00:00:00Z"
    counted = count(
        [
            event("customer.activated", february, rep="ann", team="north", account="a"),
            event("customer.activated", february, rep="bob", account="b", segment="smb"),
            event("order.placed", february, order="o", amount=1, rep="ann", account="c", segment="smb"),
            event("customer.activated", march, rep="ann", account="late"),  # not before the start
            on("05", "customer.canceled", account="a"),
            on("06", "customer.activated", account="a", rep="cy"),
            on("07", "customer.canceled", account="a"),
            on("08", "customer.canceled", account="late"),
            on("09", "customer.registered", account="c", segment="big"),
        ],
        as_of=AS_OF,
        periods="all",
    )

    assert ask(counted, "churn_rate", "month", "2026-03") == pytest.approx((1 / 3, 3))
    assert ask(counted, "retention_rate", "month", "2026-03") == pytest.approx((2 / 3, 3))
    assert ask(counted, "churn_rate", "month", "2026-03", rep="ann") == (0.5, 2)
    assert ask(counted, "churn_rate", "month", "2026-03", team="north") == (1.0, 1)
    assert ask(counted, "churn_rate", "month", "2026-03", rep="cy") is None  # its start was Ann's
    assert ask(counted, "churn_rate", "day", "2026-03-07", rep="cy") == (1.0, 1)
    assert ask(counted, "churn_rate", "month", "2026-03", segment="smb") == (0.0, 1)
    assert ask(counted, "churn_rate", "month", "2026-03", segment="big") == (0.0, 1)
    assert ask(counted, "churn_rate", "month", "2026-02") is None  # nobody at its start
    assert ask(counted, "churn_rate", "day", "2026-03-20") == (0.0, 2)  # nothing happened to b and c
    assert ask(counted, "churn_rate", "year", "2026") is None
    assert ask(counted, "churn_rate") is None


@pytest.mark.parametrize(
    ("moment", "february", "march"),
    [("2026-02-28T23:59:59.999999Z", (1.0, 1), None), ("2026-03-01T00:00:00Z", (0.0, 1), (1.0, 1))],
)
def test_a_cancellation_at_the_start_is_in_the_period(
    moment: str, february: tuple[float, int], march: tuple[float, int] | None
) -> None:
    """At the first moment of March the account is active still, and cancels in March."""
    counted = count(
        [event("customer.activated", "2026-01-10T12:00:00Z"), event("customer.canceled", moment)],
        as_of=AS_OF,
        periods="all",
    )

    assert ask(counted, "churn_rate", "month", "2026-02") == february
    assert ask(counted, "churn_rate", "month", "2026-03") == march
