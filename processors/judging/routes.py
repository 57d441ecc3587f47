"""Which rules are about which KPI keys, so that the records of all others cost a look at their keys."""

from collections.abc import Mapping
from typing import NamedTuple

from processors.judging.cell import rule_hash
from processors.judging.glance import Glance, glance
from processors.judging.steady import steady
from schemas.rules.grammar import Rule

ROUTES_MAX = 100_000


class Watch(NamedTuple):
    """A rule that is about some keys."""

    name: str
    rule: Rule
    hash: str
    matters: Glance
    """Whether a record must be judged, where nothing is remembered of its key."""


class Route:
    """The rules about keys of one KPI, window and set of dimensions."""

    __slots__ = ("in_period", "watches")

    def __init__(self, in_period: bool, watches: list[Watch]) -> None:
        self.in_period = in_period
        """Whether the keys are of a calendar period."""
        self.watches = watches


class Routes:
    """All of them, found by key."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.hashes = {name: rule_hash(rule) for name, rule in rules.items()}
        self.steady = {name: steady(rule) for name, rule in rules.items()}
        self._watches = [Watch(name, rule, self.hashes[name], glance(rule)) for name, rule in rules.items()]
        self._routes: dict[bytes, dict[bytes, Route]] = {}
        """By a KPI key up to its dims: names of dimensions -> rules about them. Nearly all have none."""

    def of(self, key: bytes) -> Route | None:
        """Return the route of a KPI key; None where no rule is about it."""
        bar = key.rfind(b"|")
        routes = self._routes.get(key[:bar])
        if routes is None:
            routes = self._find(key[:bar])
        return routes.get(_dimensions(key[bar + 1 :])) if routes else None

    def _find(self, prefix: bytes) -> dict[bytes, Route]:
        """Find the rules about a KPI and window (and period) seen for the first time."""
        kpi, _, when = prefix.decode(errors="replace").partition("|")
        window, _, period = when.partition(":")
        if len(self._routes) >= ROUTES_MAX:
            self._routes.clear()
        found = self._routes[prefix] = {}
        for watch in self._watches:
            rule = watch.rule
            if (rule.kpi, rule.window) == (kpi, window):
                route = found.setdefault(",".join(rule.dimensions).encode(), Route(bool(period), []))
                route.watches.append(watch)
        return found


def _dimensions(dims: bytes) -> bytes:
    """Return the names of a key's dimensions: `rep=ann` -> `rep`."""
    if b"," in dims:
        return b",".join(part[: part.find(b"=")] for part in dims.split(b","))
    return dims[: dims.find(b"=")] if dims else dims
