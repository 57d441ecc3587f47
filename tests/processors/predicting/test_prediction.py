"""A prediction without a model's library: what is asked of it, and why there may be no value or no error."""

from collections.abc import Sequence

import pytest

from processors.calendar import Calendar
from processors.predicting.prediction import FitError, Forecast, predict
from processors.predicting.purchases import Purchases, State
from schemas.catalogs.formula import Predicted
from tests.oracle.moments import instant
from tests.processors.predicting.test_purchases import order

CALENDAR = Calendar("UTC")
NOW_US = instant("2026-03-31T15:00:00Z")
FORMULA = Predicted(model="bg_nbd", horizon_d=100, holdout_d=30, repeat_accounts_min=10)


class Steady:
    """Expects that everybody goes on at the rate so far, and notes what it was asked."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.asked: list[tuple[int, int]] = []
        self._fails_at = fails_at

    def __call__(self, states: Sequence[State], days: int) -> Forecast:
        self.asked.append((len(states), days))
        if len(self.asked) == self._fails_at:
            raise FitError("no way")
        rates = [state.frequency / max(state.recency_d, 1) for state in states]
        return Forecast({"r": 1.0}, [rate * days for rate in rates], [state.value for state in states])


def bought(accounts: int, days: Sequence[int], amount: float = 10) -> Purchases:
    """Return accounts that all bought on these days of January to March."""
    purchases = Purchases(CALENDAR)
    for account in range(accounts):
        for day in days:
            month, rest = (1, day) if day <= 31 else (2, day - 31) if day <= 59 else (3, day - 59)
            time = f"2026-{month:02}-{rest:02}T09:00:00Z"
            purchases.take(order(f"{account}-{day}", time, amount, account=f"a{account}"))
    return purchases


EACH_TENTH = range(1, 90, 10)
"""Nine purchases until 22 March."""


def test_values_and_the_error_of_what_was_held_back() -> None:
    """Of 30 days from 1 March on three purchases came, as many as were expected: the error is nothing."""
    model = Steady()
    found = predict(bought(12, EACH_TENTH), CALENDAR, FORMULA, model, NOW_US)

    assert model.asked == [(12, 100), (12, 30)]
    assert found.day == "2026-03-31"
    assert found.values == pytest.approx([100.0] * 12)
    assert (found.repeat_accounts, found.parameters) == (12, {"r": 1.0})
    assert found.holdout == (30, 12, pytest.approx(0.0), pytest.approx(0.0), pytest.approx(0.0))
    assert (found.no_value, found.no_error) == (None, None)


def test_the_running_day_is_not_over() -> None:
    """An order of today is none yet."""
    found = predict(bought(12, [*EACH_TENTH, 90]), CALENDAR, FORMULA, Steady(), NOW_US)
    assert {state.frequency for state in found.states} == {8}


def test_errors_that_cancel_out_are_seen() -> None:
    """Accounts that stop and accounts that go on: the mean absolute error is not 0."""
    purchases = bought(12, EACH_TENTH)
    for account in range(6):
        for day in (3, 13, 23):
            time = f"2026-01-{day:02}T09:00:00Z"
            purchases.take(order(f"s{account}-{day}", time, 10, account=f"s{account}"))
    held = predict(purchases, CALENDAR, FORMULA, Steady(), NOW_US).holdout
    assert held is not None
    assert held.purchases == pytest.approx(0.5)
    assert held.mean_absolute == pytest.approx(1.0)


def test_too_few_accounts_came_back() -> None:
    """Nothing is fitted to nine."""
    model = Steady()
    found = predict(bought(9, EACH_TENTH), CALENDAR, FORMULA, model, NOW_US)
    assert (found.values, found.holdout, model.asked) == (None, None, [])
    assert (found.no_value, found.no_error) == ("too_few_repeat_accounts", "too_few_repeat_accounts")
    assert (len(found.states), found.repeat_accounts) == (9, 9)


def test_a_short_history_has_values_but_no_error() -> None:
    """Who began in March was not there 30 days ago."""
    found = predict(bought(12, [65, 75, 85]), CALENDAR, FORMULA, Steady(), NOW_US)
    assert found.values is not None
    assert (found.holdout, found.no_value, found.no_error) == (None, None, "history_too_short")


def test_nothing_to_hold_it_against() -> None:
    """Without a purchase in the days held back there is no relative error."""
    found = predict(bought(12, [1, 11]), CALENDAR, FORMULA, Steady(), NOW_US)
    assert (found.holdout, found.no_error) == (None, "no_purchases_held_out")


def test_a_fit_that_fails() -> None:
    """The first: no values; the second: no error."""
    found = predict(bought(12, EACH_TENTH), CALENDAR, FORMULA, Steady(fails_at=1), NOW_US)
    assert (found.values, found.no_value, found.detail) == (None, "fit_failed", "no way")
    found = predict(bought(12, EACH_TENTH), CALENDAR, FORMULA, Steady(fails_at=2), NOW_US)
    assert (found.no_value, found.no_error, found.holdout) == (None, "fit_failed", None)
    assert found.values is not None
