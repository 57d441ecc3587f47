"""Ways: how a fact's row is called, and which accounts it counts, by its kind, rep, team, marks and dimensions.

Found when first asked for. All partitions of a process share what was found, since it follows from the
catalog alone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from sys import intern
from typing import Any, NamedTuple

from processors.roster import KIND as ROSTER
from schemas.catalogs.distinct import distinct_route, joint_route
from schemas.catalogs.kpi_groups import Signature, counts_in
from schemas.fact import OWN_GROUPS, WHOSE, route_text
from schemas.facts.kind import FactKind
from schemas.kpi import dims_text

Routes = tuple[str, ...]
"""The groups that a fact counts in, each by its route; see `schemas.catalogs.distinct`."""

WAYS_MAX = 100_000
"""Ways of a kind that are remembered; beyond, they are found anew."""


class DistinctMeasure(NamedTuple):
    """A measure that counts accounts: of which facts, under which condition, in which groups."""

    id: str
    where: str
    signatures: tuple[Signature, ...]


class Reach:
    """The groups of a distinct measure in which a fact counts."""

    __slots__ = ("joint", "routes")

    def __init__(self, measure: str, groups: Iterable[str]):
        """`groups` are written as `schemas.kpi.dims_text` does."""
        self.routes: Routes = tuple(intern(distinct_route(measure, group)) for group in groups)
        """Of each group by itself."""
        self.joint = joint_route(self.routes)
        """To all of them."""

    def known_as(self, sets: Collection[Routes]) -> Iterator[Routes]:
        """Yield which of these a fact may have been given in: the same groups, then those of other catalogs.

        What was kept under a catalog with other dimensions agrees in those that both have.
        """
        if self.routes in sets:
            yield self.routes
        own = {_names(route): route for route in self.routes}
        for routes in sets:
            shared = [route for route in routes if _names(route) in own]
            if shared and routes != self.routes and all(route == own[_names(route)] for route in shared):
                yield routes


class Way:
    """Of facts of one kind, rep, team, marks and dimensions."""

    __slots__ = ("counts", "text")

    def __init__(self, text: str, counts: tuple[tuple[str, Reach], ...]):
        self.text = text
        """The route of their rows."""
        self.counts = counts
        """The distinct measures that count their accounts, and in which groups."""


class Ways(dict[str, "Of"]):
    """The ways of each kind of fact, with its `^` where it has one."""

    def __init__(
        self,
        kinds: Mapping[str, FactKind],
        distincts: Mapping[str, tuple[DistinctMeasure, ...]],
        business: frozenset[str],
    ):
        super().__init__()
        self._kinds = kinds
        self._distincts = distincts
        self._business = business
        self._reaches: dict[tuple[str, tuple[str, ...]], Reach] = {}

    def __missing__(self, kind: str) -> "Of":
        # A fact that counts in its own dimensions only is counted there.
        measures = self._distincts.get(kind.removesuffix(OWN_GROUPS), ())
        business = kind in self._business
        if measures:
            found = self[kind] = Of(lambda names: self._counted(kind, measures, names), True, business)
        else:
            special = business or kind == ROSTER
            found = self[kind] = Of(lambda names: Way(_text(kind, names), ()), special, business)
        return found

    def _counted(self, kind: str, measures: tuple[DistinctMeasure, ...], names: tuple[Any, ...]) -> Way:
        marks = names[2].split(",")
        counts = [
            (measure.id, self._reach(measure.id, groups))
            for measure in measures
            if (not measure.where or measure.where in marks)
            and (groups := self._groups(kind, measure, names))
        ]
        return Way(_text(kind, names), tuple(counts))

    def _groups(self, kind: str, measure: DistinctMeasure, names: tuple[Any, ...]) -> tuple[str, ...]:
        own = self._kinds[kind.removesuffix(OWN_GROUPS)].dimensions
        dims = dict(zip((*WHOSE, *own), (*names[:2], *names[3:]), strict=True))
        return tuple(
            dims_text({name: dims[name] for name in signature})
            for signature in measure.signatures
            if counts_in(signature, [dims[name] for name in signature])
            and (not kind.endswith(OWN_GROUPS) or any(name in own for name in signature))
        )

    def _reach(self, measure: str, groups: tuple[str, ...]) -> Reach:
        found = self._reaches.get((measure, groups))
        if found is None:
            if len(self._reaches) >= WAYS_MAX:
                self._reaches.clear()
            found = self._reaches[measure, groups] = Reach(measure, groups)
        return found


class Of(dict[tuple[Any, ...], Any]):
    """The ways of one kind by rep, team, marks and dimensions; where there is nothing `special`, their texts."""

    __slots__ = ("_find", "business", "special")

    def __init__(self, find: Callable[[tuple[Any, ...]], Way], special: bool, business: bool):
        super().__init__()
        self._find = find
        self.special = special
        """Whether there is more to a fact than its row."""
        self.business = business
        """Whether its working time is asked for."""

    def __missing__(self, names: tuple[Any, ...]) -> Any:
        if len(self) >= WAYS_MAX:
            self.clear()
        way = self._find(names)
        found = self[names] = way if self.special else way.text
        return found


def _text(kind: str, names: tuple[Any, ...]) -> str:
    rep, team, marks, *dims = names
    return route_text(kind, (rep, team, *dims), marks)


def _names(route: str) -> tuple[str, ...]:
    """Return the names of the dimensions of a distinct route's only group."""
    return tuple(part.partition("=")[0] for part in route.partition("|")[2].split(","))
