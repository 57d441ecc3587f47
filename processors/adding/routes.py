"""Routes: to which groups a fact is added, and what it adds to each."""

from collections import defaultdict
from collections.abc import Collection
from itertools import zip_longest
from typing import Any

from processors.adding.caps import LEVELS, Cap, Caps
from processors.adding.group import Bundle, Group, Route, Who
from processors.compile import Plan
from processors.panes import Panes
from processors.planning.measures import AddTo
from processors.planning.vector import Vector
from processors.roster import KIND as ROSTER
from schemas.catalogs.distinct import PREFIX, distinct_route_of
from schemas.catalogs.kpi_groups import Signature, counts_in
from schemas.fact import OWN_GROUPS, route_of
from schemas.kpi import Dims, dims_of, dims_text

ROUTES_MAX = 500_000
"""Routes remembered; beyond, they are found anew."""
OTHER = "other"
"""Stands for the values of a dimension that are over its cap."""


class Routes(dict[str, Route]):
    """The routes seen so far, by their text; a new one is found when it is asked for."""

    def __init__(self, plan: Plan, panes: Panes):
        super().__init__()
        self._plan = plan
        self._panes = panes
        self._caps = Caps(plan)
        self._values: defaultdict[Cap, set[str]] = defaultdict(set)
        """The values that have groups of their own."""
        self._bundles: dict[tuple[bool, tuple[Group, ...]], Bundle] = {}
        self._whos: dict[tuple[str, str], Who] = {}
        self._levels: dict[tuple[Signature, tuple[str | None, ...]], Group] = {}
        """The groups of company, teams and reps: there is no cap on these, and nearly all routes lead to them."""
        self.over_cap = 0
        """Routes whose values were over a cap, and count under `other`; those found anew count again."""

    def __missing__(self, text: str) -> Route:
        if len(self) >= ROUTES_MAX:
            self.clear()
            self._bundles.clear()
            self._whos.clear()
        route = self[text] = self._find_distinct(text) if text.startswith(PREFIX) else self._find(text)
        return route

    def admit(self, group: Group) -> None:
        """Note a restored group: its values are kept for what has been added to it, whatever the cap is now."""
        caps = self._caps.at(group.signature)
        if caps and not _is_other(group.dims):
            bits = self._plan.facts_in(group.periods.get(self._panes.calendar.all_time, ()))
            for cap in caps:
                if cap.bits & bits:
                    self._values[cap].add(values_of(group.dims))

    def kept(self, bits: int, signature: Signature) -> Collection[str] | None:
        """Return which values have groups of their own, as `values_of` writes them, of facts in groups like these.

        None where there is no cap.
        """
        cap = self._caps.of(bits, signature)
        return None if cap is None else self._values[cap]

    def _find(self, text: str) -> Route:
        kind, marks, names = route_of(text)
        own_groups = kind.endswith(OWN_GROUPS)
        kind = kind.removesuffix(OWN_GROUPS)
        plan = self._plan
        if kind == ROSTER:
            route = Route((), 0, _nothing)
            route.update = [*names[:2], "", *names[2:]]
            return route
        if kind not in plan.signatures:
            # No KPI adds it up. One may count its accounts, and it says in which team its rep is.
            rep, team, *_ = *names, None, None
            return Route((), 0, _nothing, who=self._who(rep, team))
        own = plan.kinds[kind].dimensions
        # A fact that an older version told may have fewer dimensions.
        dims = dict(zip_longest(("rep", "team", *own), names[: 2 + len(own)]))
        groups = []
        for signature in plan.signatures[kind]:
            if own_groups and not any(name in own for name in signature):
                continue
            values = tuple([dims[name] for name in signature])
            if counts_in(signature, values):
                groups.append(self._levels.get((signature, values)) or self._group(kind, signature, values))
        fact = plan.kinds[kind]
        bundles = self._bundled(groups, fact.now_only)
        who = None if own_groups else self._who(dims["rep"], dims["team"])
        count = plan.only_count(kind, marks)
        return Route(
            bundles, plan.bits.of(kind), plan.adder(kind, marks), fact.now_only, who=who, count=count
        )

    def _bundled(self, groups: list[Group], now_only: bool) -> tuple[Bundle, ...]:
        """Return bundles of groups: those of company, team and rep by themselves, since most kinds share them."""
        shared = tuple(group for group in groups if LEVELS.issuperset(group.signature))
        own = tuple(group for group in groups if not LEVELS.issuperset(group.signature))
        bundles = []
        for part in (shared, own):
            if part:
                bundle = self._bundles.get((now_only, part))
                if bundle is None:
                    bundle = self._bundles[now_only, part] = Bundle(part, now_only)
                bundles.append(bundle)
        return tuple(bundles)

    def _who(self, rep: str | None, team: str | None) -> Who | None:
        if rep is None or team is None:
            return None
        who = self._whos.get((rep, team))
        if who is None:
            who = self._whos[rep, team] = Who(rep, team)
        return who

    def _find_distinct(self, text: str) -> Route:
        measure, named = distinct_route_of(text)
        slots = self._plan.distinct_slots(measure)
        groups: list[Group] = []
        for dims in map(dims_of, named):
            signature = tuple(sorted(dims))
            if slots is not None and signature in self._plan.signatures.get(measure, ()):
                groups.append(self._group(measure, signature, tuple([dims[name] for name in signature])))
        if slots is None or not groups:
            return Route((), 0, _nothing)  # no KPI is made of it
        return Route(self._bundled(groups, False), self._plan.bits.of(measure), _adding(slots), leaves=True)

    def _group(self, what: str, signature: Signature, values: tuple[str | None, ...]) -> Group:
        """Return the group with these dims; what is over the cap of their values counts under `other`."""
        dims: Dims = dict(zip(signature, values, strict=True))
        if LEVELS.issuperset(signature):
            group = self._levels[signature, values] = self._panes.group(dims)
            return group
        cap = self._caps.of(self._plan.bits.of(what), signature)
        if cap is not None and not _is_other(dims):
            kept, named = self._values[cap], values_of(dims)
            if named not in kept:
                if len(kept) >= cap.most:
                    self.over_cap += 1
                    dims = {name: value if name in LEVELS else OTHER for name, value in dims.items()}
                else:
                    kept.add(named)
        return self._panes.group(dims)


def _is_other(dims: Dims) -> bool:
    """Say whether the group is that of what is over the cap, or has its name: it takes no place under the cap."""
    return all(value == OTHER for name, value in dims.items() if name not in LEVELS)


def values_of(dims: Dims) -> str:
    """Write the values that caps are about."""
    return dims_text({name: value for name, value in dims.items() if name not in LEVELS})


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
