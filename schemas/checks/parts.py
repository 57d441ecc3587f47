"""KPIs that formulas name: known, of a kind that can be a part, and never a part of themselves."""

from collections.abc import Iterator

from schemas.catalogs.formula import Growth, Ratio
from schemas.catalogs.kpi import Arithmetic, Attainment, Kpi
from schemas.checks.context import Context
from schemas.files.fault import Path, PathMessage, unknown

ADDITIVE = {"count", "sum", "distinct", "gauge", "gauge_sum"}
DEPTH_MAX = 50
_OF_PERIODS = {"growth", "churn", "attainment", "attainment_share"}


def part_faults(context: Context) -> Iterator[PathMessage]:
    """Yield each KPI that is unknown, or can't be a part of the formula that names it."""
    for name, kpi in context.catalog.kpis.items():
        seen: set[tuple[Path, str]] = set()
        for path, part in _named(kpi):
            place = ("kpis", name, *path)
            if isinstance(path[-1], int) and (path[:-1], part) in seen:
                yield place, f"{part!r} stands here twice"
            seen.add((path[:-1], part))
            if part in context.dropped:
                continue  # said where it is dropped
            if part not in context.kpi_names:
                yield place, unknown("KPI", part, context.kpi_names)
            elif part in context.catalog.kpis:
                wrong = (
                    _misfit(kpi, part, context.catalog.kpis[part])
                    if path[0] != "instead"
                    else _no_stand_in(part, context)
                )
                if wrong is not None:
                    yield place, wrong


def cycle_faults(context: Context) -> Iterator[PathMessage]:
    """Yield each circle of KPIs that are made of each other, once, as a chain; and parts of parts without end."""
    kpis = context.catalog.kpis
    height: dict[str, int] = {}
    for first in kpis:
        chain: list[str] = []
        waiting = [iter((first,))]
        while waiting:
            name = next(waiting[-1], None)
            if name is None:
                waiting.pop()
                if chain:
                    done = chain.pop()
                    height[done] = 1 + max((height.get(part, 0) for part in kpis[done].parts), default=0)
                    if height[done] == DEPTH_MAX + 1:
                        yield ("kpis", done), f"made of parts of parts, over {DEPTH_MAX} levels deep"
            elif name in chain:
                yield _circle([*chain[chain.index(name) :], name], context)
            elif name in kpis and name not in height:
                chain.append(name)
                waiting.append(iter(kpis[name].parts))


def _circle(names: list[str], context: Context) -> PathMessage:
    first = context.catalog.kpis[names[0]]
    field = "instead" if names[1] in first.instead.values() else first.formula
    return ("kpis", names[0], field), f"made of itself: {' → '.join(names)}"


def _named(kpi: Kpi) -> Iterator[tuple[Path, str]]:
    """Yield each KPI that a formula names, and where in the KPI it does."""
    match kpi.body:
        case Ratio() as ratio:
            for side, parts in (("numerator", ratio.numerators), ("denominator", ratio.denominators)):
                plural = isinstance(getattr(ratio, side), tuple)
                for index, part in enumerate(parts):
                    yield (("ratio", side, index) if plural else ("ratio", side)), part
        case Growth(of=part):
            yield ("growth",) if isinstance(kpi.growth, str) else ("growth", "of"), part
        case Attainment(of=part):
            yield (kpi.formula,), part
        case Arithmetic(expression=expression, n=n):
            for part in dict.fromkeys(found.kpi for found in expression.references):
                yield ("expression",), part
            yield ("n",), n.kpi
    for dimension, part in kpi.instead.items():
        yield ("instead", dimension), part


def _no_stand_in(name: str, context: Context) -> str | None:
    predicted = context.catalog.kpis[name].predicted is not None
    return f"{name!r} is predicted, by a process of its own: it stands in for nothing" if predicted else None


def _misfit(kpi: Kpi, name: str, part: Kpi) -> str | None:
    if part.formula == "predicted":
        return f"{name!r} is predicted, by a process of its own: no formula can be made of it"
    if kpi.formula == "ratio" and part.formula not in ADDITIVE:
        return f"{name!r} neither counts nor sums, so it can't be part of a ratio; an expression may divide by it"
    if kpi.formula in _OF_PERIODS and part.formula in _OF_PERIODS:
        return f"{name!r} compares periods itself"
    if kpi.formula == "growth" and part.formula not in ADDITIVE:
        return f"{name!r} neither counts nor sums, so its growth can't be told from sums of two periods"
    return None
