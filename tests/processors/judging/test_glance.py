"""A glance passes over nothing that the machine would remember."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.judging.glance import glance
from processors.judging.observation import Body, observation
from processors.judging.rule_state import State
from processors.rules import observe
from tests.processors.rule_timeline import rule

K: dict[str, Any] = {"kpi": "k", "window": "day", "for_each": "rep", "min_n": 2}
SLIDING = {**K, "window": "rolling_24h"}
RULES: list[dict[str, Any]] = [
    {**K, "above": 10},
    {**K, "below": 5},
    {**K, "below": 0.5, "of": "target"},
    {**K, "above": 1.5, "of": "previous", "recover": 1},
    {**K, "lower_than": "baseline", "by": "20 %"},
    {**K, "higher_than": "team", "by": 3.0},
    {**K, "below": 0.9, "of": "pace"},
    {**K, "higher_than": "pace", "by": 2.0},
    {**K, "rank": {"in_last": 2}},
    {**K, "rank": {"not_in_first": 2}},
    {**K, "reached": 10},
    {**K, "reached": 1, "of": "target"},
    {**K, "below": 5, "elapsed_at_least": 0.5},
    {**K, "no_data": "1h"},
    {**SLIDING, "no_data": "1h"},
    {**SLIDING, "all": [{"no_data": "1h"}, {"below": 5}]},
    {**K, "all": [{"above": 3}, {"rank": {"in_last": 2}}]},
    {**K, "any": [{"above": 10}, {"all": [{"below": 5}, {"lower_than": "team"}]}]},
    {**K, "warning": {"above": 5}, "critical": {"above": 10}},
    {**K, "warning": {"below": 5}, "critical": {"below": 5, "elapsed_at_least": 0.9}},
]
NUMBERS = st.none() | st.integers(-15, 15)
AT, END = "2026-11-21T09:00:00Z", "2026-11-22T00:00:00Z"


@pytest.mark.parametrize("fields", RULES, ids=str)
@given(data=st.data())
def test_it_is_never_wrong(fields: dict[str, Any], data: st.DataObject) -> None:
    """Whatever a record says: what the machine would tell, or keep for later, matters."""
    watched = rule(fields)
    numbers = {
        name: data.draw(NUMBERS)
        for name in ("value", "target", "expected", "previous", "baseline", "team_value")
    }
    body = Body(
        n=data.draw(st.integers(0, 3)), as_of=AT, revision=1, start="2026-11-21T00:00:00Z", end=END,
        rank=data.draw(st.none() | st.integers(1, 5)), of=data.draw(st.none() | st.integers(1, 5)), **numbers,
    )  # fmt: skip
    seen, _ = observation(body, in_period=watched.window == "day")

    state, reason = observe(watched, State(), seen, seen.at_us)

    assert glance(watched)(body) or (reason is None and (not state.is_held or "all" in str(fields)))


def test_the_pace_of_a_target_below_zero() -> None:
    """It begins at 0: what is between is behind it at first."""
    body = Body(
        value=-1, n=2, as_of=AT, revision=1, start="2026-11-21T00:00:00Z", end=END, target=-2, expected=0
    )

    assert glance(rule({**K, "below": 0.9, "of": "pace"}))(body)


QUIET: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({**K, "above": 10}, {"value": 10}),
    ({**K, "above": 10}, {"value": 11, "n": 1}),
    ({**K, "above": 10}, {"value": None}),
    ({**K, "below": 0.5, "of": "target"}, {"value": 1}),
    ({**K, "below": 0.9, "of": "pace"}, {"value": 90, "target": 100, "expected": 99}),
    ({**K, "rank": {"in_last": 2}}, {"value": 1, "rank": 3, "of": 5}),
    ({**SLIDING, "no_data": "1h"}, {"value": 1}),
    ({**K, "all": [{"above": 3}, {"rank": {"in_last": 2}}]}, {"value": 9, "rank": 1, "of": 9}),
    ({**K, "warning": {"above": 5}, "critical": {"above": 10}}, {"value": 5}),
]


@pytest.mark.parametrize(("fields", "said"), QUIET, ids=str)
def test_what_is_passed_over(fields: dict[str, Any], said: dict[str, Any]) -> None:
    """And what is well, too small or not comparable, is not judged."""
    assert not glance(rule(fields))(Body(**{"n": 9, "as_of": AT, "revision": 1, **said}))
