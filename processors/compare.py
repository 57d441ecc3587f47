"""Comparisons of a KPI's value: with its target, its pace, the team.

Functions of values that are there already; `None` is "does not apply", and then the record has no such
field. What adds up over time and people (counts and sums) is compared by share; what does not (means,
ratios, percentiles) as it is.
"""

from processors.planning.formulas import Value

ADDITIVE = frozenset({"count", "sum", "distinct", "gauge", "gauge_sum"})
"""Formulas whose values add up: half the month, half the value; ten reps, ten times the value."""
PACED = frozenset({"count", "sum", "distinct"})
"""Of these, the ones that grow with time; a gauge is a state and has no pace."""


def expected(formula: str, target: Value, elapsed_us: int, total_us: int) -> Value:
    """Return what of a target should be reached by now: its share of the period's business time.

    None for what does not grow with time: a mean is to be on target all the time.
    """
    if target is None or formula not in PACED:
        return None
    return target * elapsed_us / total_us if total_us else target


def team_value(formula: str, value: Value, active_reps: int) -> Value:
    """Return what a rep is measured by: the team's own value, or for what adds up, its share of a rep."""
    if formula not in ADDITIVE:
        return value
    return None if value is None or not active_reps else value / active_reps
