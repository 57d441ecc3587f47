"""Which rules are about which keys."""

from typing import Any

from processors.judging.routes import ROUTES_MAX, Routes
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
