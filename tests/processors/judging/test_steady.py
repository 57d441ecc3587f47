"""What is said to go on unjudged is what the machine would make of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.judging.observation import Compared, Observation
from processors.judging.rule_state import Phase, State
from processors.judging.steady import steady
from processors.rules import observe, pass_time
from schemas.alert import Reason
from schemas.rules.grammar import Rule
from tests.processors.rule_timeline import rule

DAY_US = 86_400_000_000
K: dict[str, Any] = {"kpi": "k", "window": "day", "for_each": "rep", "min_n": 2}
RULES: list[dict[str, Any]] = [
    {**K, "above": 10},
    {**K, "above": 10, "recover": 7, "for": "5m"},
    {**K, "below": 5, "recover": 8, "keep_firing": "5m"},
    {**K, "window": "rolling_24h", "above": 10, "severity": "critical"},
    {**K, "warning": {"above": 5, "recover": 3}, "critical": {"above": 10, "recover": 4}},
    {**K, "warning": {"below": 5}, "critical": {"below": 2, "recover": 6}},
    {**K, "warning": {"above": 5}, "critical": {"below": 2}},
    {**K, "below": 0.5, "of": "target"},
    {**K, "below": 5, "elapsed_at_least": 0.5},
    {**K, "any": [{"above": 10}, {"no_data": "1h"}]},
    {**K, "reached": 10},
    {**K, "rank": {"in_last": 2}},
]
PLAIN = 6
"""So many of them, from the first on, have alerts that go on unjudged."""

STATES = st.builds(
    State,
    phase=st.sampled_from([Phase.FIRING] * 5 + [*Phase]),
    reason=st.sampled_from([Reason.ABOVE_THRESHOLD, Reason.NOT_RECOVERED, Reason.SAMPLE_TOO_SMALL]),
    since_us=st.just(1), seen_us=st.just(2), fired_us=st.just(3), updated_us=st.just(4), revision=st.just(5),
    kpi_revision=st.just(6), value=st.integers(0, 12), n=st.integers(0, 4), unit=st.just("count"),
    end_us=st.none() | st.sampled_from([10, DAY_US]), start_us=st.none() | st.just(0),
    compared=st.sampled_from([Compared(), Compared(previous=3)]),
    severity=st.sampled_from(["", "info", "warning", "critical"]),
    worse_us=st.none() | st.none() | st.just(7), worse=st.sampled_from(["", "critical"]),
    turns_us=st.none() | st.none() | st.just(8), silent_us=st.none() | st.just(9),
)  # fmt: skip
SEEN = st.builds(
    Observation,
    at_us=st.just(1_000), revision=st.just(7), value=st.none() | st.integers(0, 12), n=st.integers(0, 4),
    unit=st.sampled_from(["count", "seconds"]), target=st.none() | st.integers(1, 9),
    end_us=st.none() | st.just(DAY_US), start_us=st.none() | st.just(0),
    compared=st.sampled_from([Compared(), Compared(previous=3, rank=1, of=3)]),
)  # fmt: skip


@pytest.mark.parametrize("fields", RULES, ids=str)
@given(state=STATES, seen=SEEN)
def test_it_is_never_wrong(fields: dict[str, Any], state: State, seen: Observation) -> None:
    """Where it says what an alert is after a record, no time had passed, and the machine says the same of it."""
    watched = rule(fields)

    found = steady(watched)(state, seen)

    if found is not None:
        assert pass_time(watched, state, seen.at_us, by_clock=False) is None
        assert (found, None) == observe(watched, state, seen, 2_000)


@pytest.mark.parametrize(
    ("fields", "knows"), [(fields, at < PLAIN) for at, fields in enumerate(RULES)], ids=str
)
def test_it_knows_plain_limits(fields: dict[str, Any], knows: bool) -> None:
    """An alert of a plain limit goes on unjudged while its value stays beyond it; one of another rule is judged."""
    watched = rule(fields)
    severity = watched.levels[0].severity
    beyond = next(v for v in (6, 4, 11) if _is_beyond(watched, v)) if knows else 11
    state = State(phase=Phase.FIRING, reason=Reason.ABOVE_THRESHOLD, severity=severity, revision=1)

    found = steady(watched)(state, Observation(1_000, 7, beyond, 5))

    assert (found is not None) is knows


def _is_beyond(watched: Rule, value: int) -> bool:
    mild = watched.levels[0].condition
    if mild.above is not None:
        return value > mild.above
    return mild.below is not None and value < mild.below
