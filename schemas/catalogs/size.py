"""How much a catalog gives to keep and to publish, estimated from its KPIs alone: whatever the events will be.

A KPI of a group has a record for each of its windows, of which calendar windows have a running period; the records
of periods that are over stay while days are kept. State
is kept for a group (the company, a team, a rep, a value of a dimension), whatever the number of its KPIs: a
record for each day with facts while days are kept, for each of the running hours, and for all time.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi_groups import Signature, signatures
from schemas.catalogs.retention import DAYS_D, FINE_H

PERIODS_A_YEAR: Final = {"day": 220, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""In which somebody works."""


class Size(NamedTuple):
    """KPI records that are current at a time."""

    of_group: dict[Signature, Counter[str]]
    """How many each group of a kind has in each window: the company, a rep, a value of a dimension."""
    max_values: dict[Signature, int]
    """How many values of a dimension are kept at most."""

    def total(self, reps: int, teams: int) -> int:
        """Return the records of a company with so many reps and teams, dimensions left out."""
        return self._of_company(reps, teams).total()

    def over_in_a_year(self, reps: int, teams: int) -> int:
        """Return how many of them a year adds of periods that are over, at most."""
        return sum(PERIODS_A_YEAR.get(window, 0) * n for window, n in self._of_company(reps, teams).items())

    def _of_company(self, reps: int, teams: int) -> Counter[str]:
        counts = {(): 1, ("team",): teams, ("rep",): reps}
        found: Counter[str] = Counter()
        for signature, count in counts.items():
            own = self.of_group.get(signature, Counter())
            found.update({window: n * count for window, n in own.items()})
        return found


def size_of(catalog: Catalog) -> Size:
    """Estimate the records of a catalog's KPIs."""
    of_group: dict[Signature, Counter[str]] = {}
    most: dict[Signature, int] = {}
    for kpi in catalog.kpis.values():
        windows = () if kpi.private else catalog.windows_of(kpi)
        for signature in signatures(kpi) if windows else ():
            of_group.setdefault(signature, Counter()).update(windows)
            most[signature] = max(most.get(signature, 0), kpi.max_values)
    return Size(of_group, most)


def size_lines(catalog: Catalog, reps: int = 200, teams: int = 20) -> Iterator[str]:
    """Yield the estimate as sentences, with a company of so many reps and teams as an example."""
    size = size_of(catalog)
    yield (
        "estimated from KPIs × windows, a record each: "
        + ", ".join(f"{_name(signature)} {counts.total():,}" for signature, counts in size.of_group.items())
    )
    if of_rep := size.of_group.get(("rep",)):
        yield "of a rep by window: " + ", ".join(f"{window} {count}" for window, count in of_rep.items())
    most = max(size.max_values.values(), default=0)
    yield (
        f"{reps} reps in {teams} teams have {size.total(reps, teams):,} KPI records, and those of dimensions "
        f"beside them, of {most:,} values each at most"
    )
    yield (
        f"of periods that are over they have up to {size.over_in_a_year(reps, teams):,} more each year, "
        f"kept for {DAYS_D} days"
    )
    yield (
        f"state, for each of these groups: a record a day with facts ({DAYS_D} days at most), "
        f"one for each of the last {FINE_H} hours with facts, one for all time"
    )


def _name(signature: Signature) -> str:
    if signature == ():
        return "the company"
    return f"each {' × '.join(signature)}"
