"""What a plan says to tracking: which facts are to be told, and what is to be known of each."""

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from processors.planning.conditions import marks
from processors.planning.evaluation import Evaluation
from processors.planning.ways import DistinctMeasure, Ways
from processors.targets import Target, Usable, usable_targets
from processors.working_time import working_hours
from processors.working_time.business_time import BusinessTime
from schemas.catalog import Catalog
from schemas.catalogs.condition import Where
from schemas.catalogs.kpi_groups import Signature
from schemas.event import Event
from schemas.facts.kind import FactKind


class Tracking:
    """A part of the plan."""

    catalog: Catalog
    kinds: dict[str, FactKind]
    signatures: dict[str, tuple[Signature, ...]]
    _kpis: dict[Signature, list[tuple[str, str, frozenset[str]]]]
    _evaluation: Evaluation
    _whole: "Tracking | None"

    @cached_property
    def marks(self) -> Callable[[Event], str]:
        """Gives an event the ids of the filters that it passes."""
        filters: defaultdict[str, list[Where]] = defaultdict(list)
        for what in self._evaluation.asked:
            for where in self._evaluation.filters(what):
                for type_ in self.kinds[what].completed_by:
                    filters[type_].append(where)
        return marks(filters)

    @cached_property
    def used(self) -> frozenset[str]:
        """The kinds of fact that are to be told: those that KPIs add up, and those of whose accounts they count."""
        counted = {kind for found in self._evaluation.distincts.values() for kind in found.kinds}
        return frozenset({*(what for what in self.signatures if what in self.kinds), *counted})

    @cached_property
    def business(self) -> frozenset[str]:
        """The kinds of fact whose working time is asked for."""
        return frozenset(kind for kind in self.used if self._evaluation.measures[kind].business)

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets that the catalog sets."""
        return tuple(
            Target(one.kpi, one.window, one.period, one.dims, one.value) for one in self.catalog.targets
        )

    @cached_property
    def usable_target(self) -> Usable:
        """Says why a KPI, window and dimensions can have no target; None if they can.

        Such a target shows nowhere: a worker says so, for it may be a slip of the pen.
        """
        if self._whole is not None:
            return self._whole.usable_target
        windows: dict[str, frozenset[str]] = {}
        groups: defaultdict[str, set[Signature]] = defaultdict(set)
        for signature, kept in self._kpis.items():
            for name, _, own in kept:
                windows[name] = own
                groups[name].add(signature)
        return usable_targets({name: (own, frozenset(groups[name])) for name, own in windows.items()})

    @cached_property
    def business_time(self) -> BusinessTime:
        """The calendar's working time."""
        return working_hours.business_time(self.catalog.calendar)

    @cached_property
    def distincts(self) -> dict[str, tuple[DistinctMeasure, ...]]:
        """By kind of fact: the measures that count accounts with such facts."""
        found: defaultdict[str, list[DistinctMeasure]] = defaultdict(list)
        for id_, distinct in self._evaluation.distincts.items():
            if id_ in self.signatures:
                for kind in distinct.kinds:
                    found[kind].append(DistinctMeasure(id_, distinct.where, self.signatures[id_]))
        return {kind: tuple(measures) for kind, measures in found.items()}

    @cached_property
    def ways(self) -> Ways:
        """How facts are called, and which accounts they count."""
        return Ways(self.kinds, self.distincts, self.business)
