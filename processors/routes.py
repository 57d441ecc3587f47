"""Routes: to which groups a fact is added, and what it adds to each."""

from processors.compile import Plan, fact_bit
from processors.group import Route
from processors.panes import Panes
from processors.vector import Vector
from schemas.fact import FACTS, OWN_GROUPS, route_of

ROUTES_MAX = 500_000
"""Routes remembered; beyond, they are found anew."""


class Routes(dict[str, Route]):
    """The routes seen so far, by their text; a new one is found when it is asked for."""

    def __init__(self, plan: Plan, panes: Panes):
        super().__init__()
        self._plan = plan
        self._panes = panes

    def __missing__(self, text: str) -> Route:
        if len(self) >= ROUTES_MAX:
            self.clear()
        route = self[text] = self._find(text)
        return route

    def _find(self, text: str) -> Route:
        kind, _, names = route_of(text)
        own_groups = kind.endswith(OWN_GROUPS)
        kind = kind.removesuffix(OWN_GROUPS)
        if kind not in self._plan.signatures:
            return Route([], 0, _nothing)  # no KPI is made of it
        own = FACTS[kind].dimensions
        dims = dict(zip(("rep", "team", *own), names, strict=True))
        groups = []
        for signature in self._plan.signatures[kind]:
            if own_groups and not any(name in own for name in signature):
                continue
            chosen = {name: dims[name] for name in signature}
            # A fact without a value for a dimension counts for no value of it; only a stage may be null.
            absent = any(value is None and name != "from_stage" for name, value in chosen.items())
            if not absent:
                groups.append(self._panes.group(chosen))
        return Route(groups, fact_bit(kind), self._plan.adders[kind])


def _nothing(_vector: Vector, _value: int | None, _sign: int) -> None:
    """Add nothing."""
