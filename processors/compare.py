"""Comparisons of a KPI's value: with its target, its pace, earlier periods, the team, the others.

Functions of values that are there already; `None` is "does not apply", and then the record has no such
field. What adds up over time and people (counts and sums) is compared by share; what does not (means,
ratios, percentiles) as it is.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from processors.formulas import Value

#: Formulas whose values add up: half the month, half the value; ten reps, ten times the value.
ADDITIVE = frozenset({"count", "sum", "distinct", "gauge", "gauge_sum"})
#: Of these, the ones that grow with time; a gauge is a state and has no pace.
PACED = frozenset({"count", "sum", "distinct"})


class Comparison(NamedTuple):
    """The fields of a KPI record beside its value; None where one does not apply."""

    target: Value = None
    attainment: Value = None
    expected: Value = None
    previous: Value = None
    baseline: Value = None
    team_value: Value = None
    rank: int | None = None
    of: int | None = None
    rank_change: int | None = None
    """How many places were gained since the local day began; lost ones are negative."""

    def json(self) -> str:
        """Return what applies as part of a record's JSON: `,"target":100,…`, or nothing."""
        return "".join(
            f',"{name}":{value!r}'
            for name, value in zip(self._fields, self, strict=True)
            if value is not None
        )


def attainment(value: Value, target: Value) -> Value:
    """Return value ÷ target, whichever direction is the better; None without a value or for a target of 0."""
    return None if value is None or not target else value / target


def expected(formula: str, target: Value, elapsed_us: int, total_us: int) -> Value:
    """Return what of a target should be reached by now: its share of the period's business time.

    None for what does not grow with time: a mean is to be on target all the time.
    """
    if target is None or formula not in PACED:
        return None
    return target * elapsed_us / total_us if total_us else target


def baseline(values: Iterable[Value]) -> Value:
    """Return the mean of the values at the same time of earlier days; None when none has one."""
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else None


def baseline_days(first_day: int | None, days: Sequence[int]) -> list[int]:
    """Return which of these days (ordinals) count: those since the first on which there was such a fact.

    A rep who began last week has no history of zeros.
    """
    return [] if first_day is None else [day for day in days if day >= first_day]


def team_value(formula: str, value: Value, active_reps: int) -> Value:
    """Return what a rep is measured by: the team's own value, or for what adds up, its share of a rep."""
    if formula not in ADDITIVE:
        return value
    return None if value is None or not active_reps else value / active_reps


def attainment_share(attainments: Iterable[Value]) -> tuple[Value, int]:
    """Return the share of the reps with a target whose attainment is at least 1, and how many they are.

    One that is None (a target of 0) is no attainment, and is left out.
    """
    there = [one for one in attainments if one is not None]
    return (sum(one >= 1 for one in there) / len(there) if there else None), len(there)


def growth(value: Value, before: Value) -> Value:
    """Return value ÷ that of the period before − 1; None when that is 0 or there is none."""
    return None if value is None or not before else value / before - 1
