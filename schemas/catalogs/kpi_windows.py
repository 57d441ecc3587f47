"""Which windows a KPI can have; that follows from its formula and from the facts and KPIs it is made of."""

from collections.abc import Iterable, Mapping

from schemas.catalogs.formula import Growth
from schemas.catalogs.kpi import PERIOD_WINDOWS, Kpi
from schemas.catalogs.rolling import is_rolling
from schemas.events.directory import CALENDAR_WINDOWS
from schemas.fact import FACTS

_OF_NOW = {"gauge", "gauge_sum", "oldest", "predicted"}
_PERIODIC = {"growth", "churn", "attainment", "attainment_share"}


class Windows:
    """A set of windows: named ones, and whether all that move with the clock are among them."""

    def __init__(self, named: set[str], rolling: bool) -> None:
        self.named = named
        self.rolling = rolling

    def __contains__(self, window: str) -> bool:
        return window in self.named or (self.rolling and is_rolling(window))

    def __and__(self, other: "Windows") -> "Windows":
        return Windows(self.named & other.named, self.rolling and other.rolling)


NOW = Windows({"now"}, rolling=False)
ALL_TIME = Windows({"all_time"}, rolling=False)
PERIODS = Windows({*CALENDAR_WINDOWS}, rolling=False)
BY_DAY = Windows({"quarter", "year"}, rolling=False)
"""Periods whose elapsed part is told by whole days."""
USUAL = Windows({*CALENDAR_WINDOWS, "all_time"}, rolling=True)
ANY = Windows({*CALENDAR_WINDOWS, "all_time", "now"}, rolling=True)


def possible_windows(kpis: Mapping[str, Kpi], kpi: Kpi, known: dict[int, Windows] | None = None) -> Windows:
    """Return the windows that a KPI can have; `kpis` are all of its catalog. Unknown names don't narrow them.

    `known` keeps what was found of each KPI, by its identity.
    """
    known = {} if known is None else known
    if id(kpi) not in known:
        known[id(kpi)] = ANY  # what a circle of KPIs sees of itself
        known[id(kpi)] = _possible(kpis, kpi, known)
    return known[id(kpi)]


def _possible(kpis: Mapping[str, Kpi], kpi: Kpi, known: dict[int, Windows]) -> Windows:
    if kpi.formula in _OF_NOW:
        return NOW
    possible = PERIODS if kpi.formula in _PERIODIC else ANY if kpi.facts or kpi.parts else USUAL
    for kind in kpi.facts if kpi.formula not in _PERIODIC else ():
        possible &= _windows_of_fact(kind)
    match kpi.body:
        case Growth(of=name, same_elapsed=True) if name in kpis and kpis[name].distinct:
            possible &= BY_DAY  # distinct accounts are counted by the day, and nowhere finer
    for part in kpi.references:
        found = kpis.get(part.kpi)
        if found is not None and part.window is None:
            possible &= possible_windows(kpis, found, known)
    return possible


def usual_windows(kpis: Mapping[str, Kpi], rolling: Iterable[str], kpi: Kpi) -> tuple[str, ...]:
    """Return the windows that a KPI has when it says nothing of them; `rolling` are those that its catalog lists."""
    possible = possible_windows(kpis, kpi)
    usual = tuple(window for window in (*rolling, *PERIOD_WINDOWS) if window in possible)
    return usual or tuple(window for window in ("now",) if window in possible)


def _windows_of_fact(kind: str) -> Windows:
    fact = FACTS.get(kind)
    if fact is None:
        return USUAL
    if fact.gauge:
        return NOW
    return ALL_TIME if fact.now_only else USUAL
