"""What every account is expected to spend: a model fitted to all purchases, and how far off it would have been.

The model itself is behind a port, so that this needs no library: the process gives one that has it.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from processors.calendar import Calendar
from processors.predicting.purchases import Purchases, State
from schemas.catalogs.formula import Predicted
from schemas.fact import MICRO

Reason = Literal["too_few_repeat_accounts", "history_too_short", "no_purchases_held_out", "fit_failed"]
"""Why there is no value, or no error."""


class Forecast(NamedTuple):
    """What a model says of the accounts that it was fitted to, in their order."""

    parameters: dict[str, float]
    """Those of the model, by name."""
    purchases: list[float]
    """How many purchases are expected of each account in the days that were asked for."""
    spend: list[float]
    """What each account is expected to spend at a purchase."""

    @property
    def values(self) -> list[float]:
        """What each account is expected to spend in these days."""
        return [count * each for count, each in zip(self.purchases, self.spend, strict=True)]


Model = Callable[[Sequence[State], int], Forecast]
"""Fits a model to all accounts and says what it expects of them in the next days. Raises FitError."""


class FitError(RuntimeError):
    """The model can't be fitted to these accounts; the message says why."""


class Holdout(NamedTuple):
    """A model fitted to what was known some days ago, held against what came since.

    Of both, sums over the accounts known then: signed, since a sum can hide errors that cancel out, the mean over
    accounts stands beside it.
    """

    days: int
    accounts: int
    purchases: float
    """Predicted ÷ actual purchases − 1."""
    value: float | None
    """The same of what was spent; None where nothing was."""
    mean_absolute: float
    """Of an account, the mean of |predicted − actual| purchases."""


class Prediction(NamedTuple):
    """What one fit says."""

    day: str
    """The local day as of which it holds."""
    states: list[State]
    values: list[float] | None
    """What each account is expected to spend; None where no model could be fitted."""
    repeat_accounts: int
    parameters: dict[str, float]
    holdout: Holdout | None
    no_value: Reason | None
    no_error: Reason | None
    detail: str | None = None
    """What the model said when it failed."""


def predict(
    purchases: Purchases, calendar: Calendar, formula: Predicted, model: Model, now_us: int
) -> Prediction:
    """Fit to all that was bought before today, local time, and say what is expected."""
    today = calendar.day_at(now_us)
    assert today.start_us is not None
    assert today.label is not None
    # The running day is not over: what may still be bought on it would look as if it was not.
    states = purchases.states(today.ordinal, today.start_us)
    repeats = _repeats(states)
    nothing = Prediction(today.label, states, None, repeats, {}, None, None, None)
    if repeats < formula.repeat_accounts_min:
        return nothing._replace(no_value="too_few_repeat_accounts", no_error="too_few_repeat_accounts")
    try:
        forecast = model(states, formula.horizon_d)
    except FitError as error:
        return nothing._replace(no_value="fit_failed", no_error="fit_failed", detail=str(error))
    holdout, no_error = _held_out(purchases, calendar, formula, model, today.ordinal)
    return nothing._replace(
        values=forecast.values, parameters=forecast.parameters, holdout=holdout, no_error=no_error
    )


def _repeats(states: Sequence[State]) -> int:
    return sum(state.frequency > 0 for state in states)


def _held_out(
    purchases: Purchases, calendar: Calendar, formula: Predicted, model: Model, today: int
) -> tuple[Holdout | None, Reason | None]:
    """Return what the same model would have said some days ago, beside what came."""
    split, end = calendar.day(today - formula.holdout_d), calendar.day(today)
    assert split.start_us is not None
    assert end.start_us is not None
    known = purchases.states(split.ordinal, split.start_us)
    if _repeats(known) < formula.repeat_accounts_min:
        return None, "history_too_short"
    actual: list[int] = []
    spent = 0.0
    for state in known:
        later = [one for one in purchases.days(state.account, end.start_us) if one.ordinal >= split.ordinal]
        actual.append(len(later))
        spent += sum(one.micros for one in later) / MICRO
    if not sum(actual):
        return None, "no_purchases_held_out"
    try:
        forecast = model(known, formula.holdout_d)
    except FitError:
        return None, "fit_failed"
    off = sum(abs(mine - its) for mine, its in zip(forecast.purchases, actual, strict=True))
    return (
        Holdout(
            formula.holdout_d,
            len(known),
            sum(forecast.purchases) / sum(actual) - 1,
            sum(forecast.values) / spent - 1 if spent else None,
            off / len(known),
        ),
        None,
    )
