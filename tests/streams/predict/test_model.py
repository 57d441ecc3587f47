"""The real library on customers whose parameters are known."""

import pytest

from processors.predicting.purchases import Day, State, state_of
from streams.predict.child import ChildModel
from tests.buyers import TRUE, Order, buyers

DAYS, LATER_D, ACCOUNTS = 500, 90, 3_000


def states_of(orders: list[Order], day: int) -> list[State]:
    """Return the accounts as of a day."""
    days: dict[str, dict[int, float]] = {}
    for one in orders:
        if one.at_d < day:
            of = days.setdefault(one.account, {})
            of[int(one.at_d)] = of.get(int(one.at_d), 0) + one.amount
    found = [
        state_of(account, [Day(at, round(amount * 1e6)) for at, amount in sorted(of.items())], day)
        for account, of in sorted(days.items())
    ]
    return [state for state in found if state is not None]


@pytest.mark.slow
@pytest.mark.usefixtures("prediction_library")
def test_parameters_and_purchases_are_found_again() -> None:
    """Of 3,000 simulated accounts: the parameters within sampling error, and what they buy and spend later."""
    orders = [*buyers(5, ACCOUNTS, DAYS + LATER_D)]
    states = states_of(orders, DAYS)

    forecast = ChildModel()(states, LATER_D)

    found = forecast.parameters
    assert found["r"] == pytest.approx(TRUE["r"], rel=0.15)
    assert found["alpha"] == pytest.approx(TRUE["alpha"], rel=0.2)
    # The mean and the strength of leaving; a and b by themselves are known less well.
    assert found["a"] / (found["a"] + found["b"]) == pytest.approx(
        TRUE["a"] / (TRUE["a"] + TRUE["b"]), rel=0.15
    )
    mean = found["p"] * found["v"] / (found["q"] - 1)
    assert mean == pytest.approx(TRUE["p"] * TRUE["v"] / (TRUE["q"] - 1), rel=0.05)
    later = [one for one in orders if one.at_d >= DAYS]
    assert sum(forecast.purchases) == pytest.approx(len(later), rel=0.1)
    assert sum(forecast.values) == pytest.approx(sum(one.amount for one in later), rel=0.15)
    # Who bought often and lately is expected to buy more than who has long been silent.
    top = max(range(len(states)), key=lambda index: forecast.purchases[index])
    assert states[top].frequency > 10
    assert states[top].recency_d > 0.8 * states[top].age_d
