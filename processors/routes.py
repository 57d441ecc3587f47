"""Routes: to which groups of a partition a fact is added, and what it adds to each."""

from collections.abc import Callable
from typing import NamedTuple

from processors.compile import Plan
from processors.group import Group
from processors.homes import home
from processors.panes import Panes
from processors.vector import Vector
from schemas.fact import FACTS, OWN_GROUPS, route_of

ROUTES_MAX = 500_000
"""Routes remembered; beyond, they are found anew."""


class Route(NamedTuple):
    """Where facts of one kind, rep, team and dimensions go in this partition, and what one adds."""

    groups: list[Group]
    delta: Callable[[int | None], Vector]


class Routes(dict[str, Route]):
    """The routes seen so far, by their text; a new one is found when it is asked for."""

    def __init__(self, plan: Plan, panes: Panes, partition: int, partitions: int):
        super().__init__()
        self._plan = plan
        self._panes = panes
        self._partition = partition
        self._partitions = partitions

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
            return Route([], _nothing)  # no KPI is made of it
        own = FACTS[kind].dimensions
        dims = dict(zip(("rep", "team", *own), names, strict=True))
        groups = []
        for signature in self._plan.signatures[kind]:
            if own_groups and not any(name in own for name in signature):
                continue
            chosen = {name: dims[name] for name in signature}
            # A fact without a value for a dimension counts for no value of it; only a stage may be null.
            absent = any(value is None and name != "from_stage" for name, value in chosen.items())
            if not absent and home(chosen, self._partitions) == self._partition:
                groups.append(self._panes.group(chosen))
        return Route(groups, self._plan.deltas[kind])


def _nothing(_value: int | None) -> Vector:
    return {}
