"""BG/NBD and Gamma-Gamma, by PyMC-Marketing, in a process of its own: `python -m streams.predict.model`.

JSON on standard input (`Task`), JSON on standard output (`Answer`). A process, so that the hundreds of megabytes of
the library are there for the minute of a fit only, a stop need not wait for it, and it can be nicer than the rest.

Parameters are the maximum a posteriori under the library's default priors: one vector, the same for the same data,
in seconds; who wants the whole posterior has the library for that.
"""

import os
import sys
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from processors.predicting.prediction import Forecast

NICENESS: Final = 10
#: Of the back ends the one that compiles nothing: this is faster than any compiler for a fit of that size.
FLAGS: Final = "cxx=,mode=FAST_COMPILE"


class Task(msgspec.Struct):
    """Accounts, as columns, and how many days ahead to look."""

    frequency: Sequence[int]
    recency_d: Sequence[int]
    age_d: Sequence[int]
    value: Sequence[float]
    days: int


class Answer(msgspec.Struct):
    """What the model says."""

    parameters: dict[str, float]
    purchases: list[float]
    spend: list[float]


def fit(task: Task) -> Forecast:
    """Fit both models. What the library raises is passed on."""
    os.environ["PYTENSOR_FLAGS"] = FLAGS
    import pandas
    from pymc_marketing.clv import BetaGeoModel, GammaGammaModel

    accounts = pandas.DataFrame(
        {
            "customer_id": range(len(task.frequency)),
            "frequency": [float(one) for one in task.frequency],
            "recency": [float(one) for one in task.recency_d],
            # On its first day an account has been seen for no time at all, which no rate can be said of.
            "T": [max(float(one), 0.5) for one in task.age_d],
            "monetary_value": [float(one) for one in task.value],
        }
    )
    bought = BetaGeoModel(data=accounts.drop(columns="monetary_value"))
    bought.fit(method="map", progressbar=False)
    spent = GammaGammaModel(
        data=accounts.loc[accounts["frequency"] > 0, ["customer_id", "frequency", "monetary_value"]]
    )
    spent.fit(method="map", progressbar=False)
    parameters = _parameters(bought, "r", "alpha", "a", "b") | _parameters(spent, "p", "q", "v")
    purchases = bought.expected_purchases(data=accounts, future_t=task.days)
    spend = spent.expected_customer_spend(data=accounts)
    return Forecast(parameters, _floats(purchases), _floats(spend))


def _parameters(model: Any, *names: str) -> dict[str, float]:
    return {name: float(model.fit_result[name].to_numpy().ravel()[0]) for name in names}


def _floats(values: Any) -> list[float]:
    return [float(one) for one in values.to_numpy().ravel()]


def main() -> None:
    """Answer the task on standard input."""
    os.nice(NICENESS)
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    # Libraries that speak to standard output speak to standard error instead.
    answer, sys.stdout = sys.stdout.buffer, sys.stderr
    forecast = fit(task)
    answer.write(msgspec.json.encode(Answer(forecast.parameters, forecast.purchases, forecast.spend)))
    answer.flush()


if __name__ == "__main__":
    main()
