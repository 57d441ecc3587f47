"""KPIs that formulas name: known, of a kind that can be a part, and never a part of themselves."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from schemas.catalogs.formula import Growth, OneOrMore, Ratio, several
from schemas.catalogs.kpi import Arithmetic, Attainment, Kpi
from schemas.checks.context import Context
from schemas.files.fault import Path, PathMessage, unknown
from schemas.files.section import readable

ADDITIVE = {"count", "sum", "distinct", "gauge", "gauge_sum"}
DEPTH_MAX = 50
_OF_PERIODS = {"growth", "churn", "attainment", "attainment_share"}


def part_faults(name: str, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    """Yield each KPI that is unknown, or can't be a part of the formula that names it."""
    seen: set[tuple[Path, str]] = set()
    for path, part in chain(readable(_named(kpi)), readable(_standing_in(kpi))):
        place = ("kpis", name, *path)
        if isinstance(path[-1], int) and (path[:-1], part) in seen:
            yield place, f"{part!r} stands here twice"
        seen.add((path[:-1], part))
        if part in context.dropped:
            continue  # said where it is dropped
        if part not in context.catalog.kpis:
            yield place, unknown("KPI", part, context.catalog.kpis)
        elif path[0] == "instead":
            yield from readable((place, said) for said in _no_stand_in(part, context))
        else:
            yield from readable((place, said) for said in _misfits(kpi, part, context.catalog.kpis[part]))


class Circle(NamedTuple):
    """KPIs whose parts have no end, and how that is told."""

    kpis: tuple[str, ...]
    path: Path
    message: str
    """Empty where it is told of a part of it."""


def cycle_faults(context: Context) -> Iterator[Circle]:
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
                    height[done] = 1 + max((height.get(part, 0) for part in context.parts(done)), default=0)
                    if height[done] > DEPTH_MAX:
                        said = f"made of parts of parts, over {DEPTH_MAX} levels deep"
                        yield Circle((done,), ("kpis", done), said if height[done] == DEPTH_MAX + 1 else "")
            elif name in chain:
                yield _circle([*chain[chain.index(name) :], name], context)
            elif name in kpis and name not in height:
                chain.append(name)
                waiting.append(iter(context.parts(name)))


def _circle(names: list[str], context: Context) -> Circle:
    first = context.catalog.kpis[names[0]]
    field = "instead" if names[1] in first.instead.values() else first.formula
    return Circle(tuple(names), ("kpis", names[0], field), f"made of itself: {' → '.join(names)}")


def _named(kpi: Kpi) -> Iterator[tuple[Path, str]]:
    """Yield each KPI that a formula names, and where in the KPI it does."""
    match kpi.body:
        case Ratio() as ratio:
            for side in ("numerator", "denominator"):
                yield from readable(_side(ratio, side))
        case Growth(of=part):
            yield ("growth",) if isinstance(kpi.growth, str) else ("growth", "of"), part
        case Attainment(of=part):
            yield (kpi.formula,), part
        case Arithmetic(expression=expression, n=n):
            for part in dict.fromkeys(found.kpi for found in expression.references):
                yield ("expression",), part
            yield ("n",), n.kpi


def _side(ratio: Ratio, side: str) -> Iterator[tuple[Path, str]]:
    given: OneOrMore = getattr(ratio, side)
    for index, part in enumerate(several(given)):
        yield (("ratio", side) if isinstance(given, str) else ("ratio", side, index)), part


def _standing_in(kpi: Kpi) -> Iterator[tuple[Path, str]]:
    for dimension, part in kpi.instead.items():
        yield ("instead", dimension), part


def _no_stand_in(name: str, context: Context) -> Iterator[str]:
    if context.catalog.kpis[name].predicted is not None:
        yield f"{name!r} is predicted, by a process of its own: it stands in for nothing"


def _misfits(kpi: Kpi, name: str, part: Kpi) -> Iterator[str]:
    if part.formula == "predicted":
        yield f"{name!r} is predicted, by a process of its own: no formula can be made of it"
    elif kpi.formula == "ratio" and part.formula not in ADDITIVE:
        yield f"{name!r} neither counts nor sums, so it can't be part of a ratio; an expression may divide by it"
    elif kpi.formula in _OF_PERIODS and part.formula in _OF_PERIODS:
        yield f"{name!r} compares periods itself"
    elif kpi.formula == "growth" and part.formula not in ADDITIVE:
        yield f"{name!r} neither counts nor sums, so its growth can't be told from sums of two periods"
