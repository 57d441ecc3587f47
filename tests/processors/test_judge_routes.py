"""Which rules are about which keys, and which records need no look."""

from typing import Any

import pytest

from processors.judge_routes import ROUTES_MAX, Routes, Watch
from processors.observation import Observation
from processors.rules import State, observe
from tests.processors.rule_timeline import rule

K: dict[str, Any] = {"kpi": "k", "window": "day", "for_each": "rep"}
PLAIN = {**K, "above": 10, "min_n": 2}


def names(routes: Routes, key: bytes) -> list[str] | None:
    """Return the rules about a key."""
    route = routes.of(key)
    return None if route is None else [watch.name for watch in route.watches]


def test_routes() -> None:
    """KPI, window and exactly the dimensions; the period is any."""
    stages = rule({**K, "for_each": ("to_stage", "from_stage"), "above": 1})
    routes = Routes({"a": rule(PLAIN), "b": rule({**K, "below": 1}), "stages": stages})

    assert names(routes, b"k|day:2026-11-21|rep=ann") == ["a", "b"]
    assert names(routes, b"k|day:2026-11-21|from_stage=,to_stage=x%2Cy") == ["stages"]
    for other in (
        b"k|day:2026-11-21|",
        b"k|day:2026-11-21|rep=ann,team=x",
        b"k|week:x|rep=ann",
        b"kk|day:x|rep=a",
    ):
        assert names(routes, other) is None
    found = routes.of(b"k|day:2026-11-21|rep=ann")
    assert found is not None
    assert found.in_period


def test_what_was_looked_up_is_bounded() -> None:
    """Keys of ever new periods don't fill the memory."""
    routes = Routes({"a": rule(PLAIN)})
    for day in range(ROUTES_MAX + 5):
        routes.of(b"k|day:%d|rep=ann" % day)

    assert len(routes._routes) <= ROUTES_MAX


RULES: list[dict[str, Any]] = [
    PLAIN,
    {**K, "below": 5},
    {**K, "below": 5, "of": "target"},
    {**K, "below": 5, "elapsed_at_least": 0.5},
    {**K, "all": [{"above": 10}, {"above": 3}]},
    {**K, "warning": {"above": 10}},
]


@pytest.mark.parametrize("fields", RULES, ids=str)
@pytest.mark.parametrize("seen", [(10, 2), (11, 2), (11, 1), (5, 9), (4, 9), (None, 0)], ids=str)
def test_quiet_is_what_the_machine_would_say_nothing_of(
    fields: dict[str, Any], seen: tuple[Any, int]
) -> None:
    """The short cut passes over nothing that the machine would remember."""
    watched = rule(fields)
    record = Observation(50, 1, *seen, end_us=100, start_us=0, target=1)
    state, reason = observe(watched, State(), record, 50)

    says_nothing = reason is None and not state.is_held
    assert says_nothing or not Watch("r", watched, "").is_quiet(record)


def test_plain_rules_are_quick() -> None:
    """Of a plain limit the machine isn't even asked."""
    watch = Watch("r", rule(PLAIN), "")

    quiet = [watch.is_quiet(Observation(0, 1, *seen)) for seen in ((10, 2), (11, 2), (11, 1), (None, 0))]

    assert quiet == [True, False, True, True]
