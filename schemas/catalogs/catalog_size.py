"""How much a catalog gives to keep and to publish, estimated from its KPIs alone: whatever the events will be.

A KPI of a group has a record for each of its windows, of which calendar windows have a running period. State
is kept for a group (the company, a team, a rep, a value of a dimension), whatever the number of its KPIs: a
record for each day with facts while days are kept, for each of the running hours, and for all time.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from schemas.catalogs.catalog_grammar import Catalog
from schemas.catalogs.kpi_groups import Signature, signatures
from schemas.catalogs.retention import DAYS_D, FINE_H


class Size(NamedTuple):
    """KPI records that are current at a time."""

    of_group: dict[Signature, int]
    """How many each group of a kind has: the company, a rep, a value of a dimension."""
    of_rep_in: dict[str, int]
    """How many a rep has in each window."""
    max_values: dict[Signature, int]
    """How many values of a dimension are kept at most."""

    def total(self, reps: int, teams: int) -> int:
        """Return the records of a company with so many reps and teams, dimensions left out."""
        counts = {(): 1, ("team",): teams, ("rep",): reps}
        return sum(self.of_group.get(signature, 0) * count for signature, count in counts.items())


def size_of(catalog: Catalog) -> Size:
    """Estimate the records of a catalog's KPIs."""
    of_group: Counter[Signature] = Counter()
    of_rep: Counter[str] = Counter()
    most: dict[Signature, int] = {}
    for kpi in catalog.kpis.values():
        windows = () if kpi.private else catalog.windows_of(kpi)
        for signature in signatures(kpi) if windows else ():
            of_group[signature] += len(windows)
            most[signature] = max(most.get(signature, 0), kpi.max_values)
            if signature == ("rep",):
                of_rep.update(windows)
    return Size(dict(of_group), dict(of_rep), most)


def size_lines(catalog: Catalog, reps: int = 200, teams: int = 20) -> Iterator[str]:
    """Yield the estimate as sentences, with a company of so many reps and teams as an example."""
    size = size_of(catalog)
    yield (
        "estimated from KPIs × windows, a record each: "
        + ", ".join(f"{_name(signature)} {count:,}" for signature, count in size.of_group.items())
    )
    if size.of_rep_in:
        yield "of a rep by window: " + ", ".join(
            f"{window} {count}" for window, count in size.of_rep_in.items()
        )
    most = max(size.max_values.values(), default=0)
    yield (
        f"{reps} reps in {teams} teams have {size.total(reps, teams):,} KPI records, and those of dimensions "
        f"beside them, of {most:,} values each at most"
    )
    yield (
        f"state, for each of these groups: a record a day with facts ({DAYS_D} days at most), "
        f"one for each of the last {FINE_H} hours with facts, one for all time"
    )


def _name(signature: Signature) -> str:
    if signature == ():
        return "the company"
    return f"each {' × '.join(signature)}"
