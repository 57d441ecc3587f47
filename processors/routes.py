"""Routes: to which groups a fact is added, and what it adds to each."""

from collections import Counter
from itertools import zip_longest
from typing import Any

from processors.compile import Plan, Signature
from processors.group import Group, Route
from processors.measures import AddTo
from processors.panes import Panes
from processors.roster import KIND as ROSTER
from processors.vector import Vector
from schemas.distinct import LATEST, PREFIX, distinct_route_of
from schemas.fact import OWN_GROUPS, route_of
from schemas.kpi import Dims, dims_of, dims_text

ROUTES_MAX = 500_000
"""Routes remembered; beyond, they are found anew."""
OTHER = "other"
"""Stands for the values of a dimension that are over its cap."""
LEVELS = frozenset({"team", "rep"})


class Routes(dict[str, Route]):
    """The routes seen so far, by their text; a new one is found when it is asked for."""

    def __init__(self, plan: Plan, panes: Panes):
        super().__init__()
        self._plan = plan
        self._panes = panes
        self._values: Counter[Signature] = Counter()
        """How many groups there are with values of dimensions, by the names of these."""
        self.over_cap = 0
        """Routes whose values were over a cap, and count under `other`."""

    def __missing__(self, text: str) -> Route:
        if len(self) >= ROUTES_MAX:
            self.clear()
        route = self[text] = self._find_distinct(text) if text.startswith(PREFIX) else self._find(text)
        return route

    def admit(self, group: Group) -> None:
        """Count a restored group: it stands for its values, whatever the cap."""
        self._values[group.signature] += 1

    def _find(self, text: str) -> Route:
        kind, marks, names = route_of(text)
        own_groups = kind.endswith(OWN_GROUPS)
        kind = kind.removesuffix(OWN_GROUPS)
        plan = self._plan
        if kind == ROSTER:
            route = Route([], 0, _nothing)
            route.update = [*names[:2], "", *names[2:]]
            return route
        if kind not in plan.signatures:
            return Route([], 0, _nothing)  # no KPI is made of it
        own = plan.kinds[kind].dimensions
        # A fact that an older version told may have fewer dimensions.
        dims = dict(zip_longest(("rep", "team", *own), names[: 2 + len(own)]))
        groups = []
        for signature in plan.signatures[kind]:
            if own_groups and not any(name in own for name in signature):
                continue
            chosen = {name: dims[name] for name in signature}
            # A fact without a value for a dimension counts for no value of it; only a stage may be null.
            if not any(value is None and name != "from_stage" for name, value in chosen.items()):
                groups.append(self._group(kind, signature, chosen))
        fact = plan.kinds[kind]
        route = Route(groups, plan.bit(kind), plan.adder(kind, marks), now_only=fact.now_only)
        if not own_groups:
            route.rep, route.team = dims["rep"], dims["team"]
        return route

    def _find_distinct(self, text: str) -> Route:
        measure, named = distinct_route_of(text)
        slots = self._plan.distinct_slots(measure)
        groups: list[Group] = []
        for dims in map(dims_of, named):
            signature = tuple(sorted(dims))
            if slots is not None and signature in self._plan.signatures.get(measure, ()):
                groups.append(self._group(measure, signature, dims))
        if slots is None or not groups:
            return Route([], 0, _nothing)  # no KPI is made of it
        return Route(groups, self._plan.bit(measure), _adding(slots), leaves=True)

    def _group(self, what: str, signature: Signature, dims: Dims) -> Group:
        """Return the group with these dims; what is over the cap of their number counts under `other`."""
        known = self._panes.groups.get(dims_text(dims))
        if known is not None:
            return known
        if not LEVELS.issuperset(signature):
            if self._values[signature] >= self._plan.cap(what, signature):
                self.over_cap += 1
                dims = {name: value if name in LEVELS else OTHER for name, value in dims.items()}
            else:
                self._values[signature] += 1
        return self._panes.group(dims)


def _nothing(_vector: Vector, _value: Any, _sign: int) -> None:
    """Add nothing."""


def _adding(slots: dict[int, int]) -> AddTo:
    """Return how the counts that a mask names are added."""
    chosen: dict[int, tuple[int, ...]] = {}

    def add_to(vector: Vector, value: Any, sign: int) -> None:
        mask = value[0]
        named = chosen.get(mask)
        if named is None:
            named = chosen[mask] = tuple(slot for bit, slot in slots.items() if mask & bit)
        for slot in named:
            vector[slot] = vector.get(slot, 0) + sign

    return add_to


LEFT = (LATEST, None)
"""What is taken from the pane that an account's latest fact was in so far."""
