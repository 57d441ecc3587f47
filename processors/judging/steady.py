"""An alert that goes on: a record that changes nothing but the value that it is about, found without judging.

Nearly all records of open alerts are such. What is compiled here knows them for the rules that most alerts are of, a
plain limit for each level; what it does not know, the state machine judges.
"""

from collections.abc import Callable
from math import inf

from msgspec.structs import replace

from processors.judging.observation import NOTHING, Observation
from processors.judging.rule_memory import looks_beyond
from processors.judging.rule_state import Phase, State
from schemas.alert import Reason
from schemas.rules.grammar import Rule

Steady = Callable[[State, Observation], State | None]
"""What an alert is after a record of a period that is not over, where no step follows; None: it must be judged."""


def steady(rule: Rule) -> Steady:
    """Return what knows a record after which a rule's alert just goes on firing."""
    bounds = _bounds(rule)
    if not bounds:
        return _unknown
    high, min_n = rule.levels[0].condition.above is not None, rule.min_n

    def goes_on(state: State, seen: Observation) -> State | None:
        value, bound = seen.value, bounds.get(state.severity)
        if (
            value is None
            or bound is None
            or seen.n < min_n
            or state.phase is not Phase.FIRING
            or state.reason is Reason.SAMPLE_TOO_SMALL
            or state.worse_us is not None
            or state.turns_us is not None
            or (state.end_us is not None and state.end_us <= seen.at_us)
            or not (bound[0] < value <= bound[1] if high else bound[1] <= value < bound[0])
        ):
            return None
        return replace(
            state, kpi_revision=seen.revision, value=value, n=seen.n, unit=seen.unit, target=seen.target,
            end_us=seen.end_us, start_us=None, compared=NOTHING, worse="", silent_us=None,
        )  # fmt: skip

    return goes_on


def _bounds(rule: Rule) -> dict[str, tuple[float, float]]:
    """Return of each level where it has recovered, and beyond what another one is worse; nothing for other rules."""
    if looks_beyond(rule):
        return {}
    limits = [(level.condition.above, level.condition.below) for level in rule.levels]
    if not all(above is not None for above, _ in limits) and not all(
        below is not None for _, below in limits
    ):
        return {}
    found: dict[str, tuple[float, float]] = {}
    worse = inf if limits[0][0] is not None else -inf
    for (severity, condition), (above, below) in reversed([*zip(rule.levels, limits, strict=True)]):
        limit = above if above is not None else below
        assert limit is not None
        found[severity] = (limit if condition.recover is None else condition.recover, worse)
        worse = limit
    return found


def _unknown(_: State, __: Observation) -> None:
    return None
