"""The names in a catalog that must mean something: facts, KPIs, dimensions, windows, stages."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemas.fact import FACTS
from schemas.fault import unknown

if TYPE_CHECKING:
    from schemas.catalog import Catalog, Kpi

PathMessage = tuple[tuple[str | int, ...], str]
_VALUED = {"sum", "mean", "percentile", "share"}
_ADDITIVE = {"count", "sum"}


def name_faults(catalog: "Catalog") -> Iterator[PathMessage]:
    """Yield where each wrong name stands and what is wrong with it."""
    windows = {*catalog.rolling, "day", "week", "month", "quarter", "year", "all_time"}
    yield from _rolling_faults(catalog)
    yield from _pipeline_faults(catalog)
    for name, kpi in catalog.kpis.items():
        path = ("kpis", name)
        yield from _fact_faults(path, kpi)
        yield from _part_faults(path, kpi, catalog)
        yield from _dimension_faults(path, kpi, catalog)
        allowed = {"now"} if kpi.gauge else windows
        for index, window in enumerate(kpi.windows or ()):
            if window not in allowed:
                yield (*path, "windows", index), unknown("window of such a KPI", window, allowed)
    for index, exported in enumerate(catalog.prometheus.kpis if catalog.prometheus.kpis != "all" else ()):
        if exported not in catalog.kpis:
            yield ("prometheus", "kpis", index), unknown("KPI", exported, catalog.kpis)
    for index, window in enumerate(catalog.prometheus.windows):
        if window not in {*windows, "now"}:
            yield ("prometheus", "windows", index), unknown("window", window, {*windows, "now"})


def _rolling_faults(catalog: "Catalog") -> Iterator[PathMessage]:
    # The length of a window decides its panes; the one place that knows is asked.
    from schemas.rolling import rolling_panes

    for index, name in enumerate(catalog.rolling):
        try:
            rolling_panes(name)
        except ValueError as error:
            yield ("rolling", index), str(error)


def _pipeline_faults(catalog: "Catalog") -> Iterator[PathMessage]:
    for name, pipeline in catalog.pipelines.items():
        for index, stage in enumerate(pipeline.stages):
            if stage in pipeline.stages[:index]:
                yield ("pipelines", name, "stages", index), f"the stage {stage!r} stands here twice"
        for index, pair in enumerate(pipeline.conversions):
            for stage in pair:
                if stage not in pipeline.stages:
                    yield ("pipelines", name, "conversions", index), unknown("stage", stage, pipeline.stages)


def _fact_faults(path: tuple[str, str], kpi: "Kpi") -> Iterator[PathMessage]:
    for fact in kpi.facts:
        if fact not in FACTS:
            yield (*path, kpi.formula), unknown("fact", fact, FACTS)
        elif kpi.formula in _VALUED and (FACTS[fact].value is None or FACTS[fact].optional_value):
            yield (*path, kpi.formula), f"the fact {fact!r} has no value, it can only be counted"
        elif kpi.formula in {"percentile", "share"} and FACTS[fact].value != "duration":
            yield (*path, kpi.formula), f"the value of the fact {fact!r} is no duration"
        elif FACTS[fact].gauge != (kpi.formula in {"gauge", "gauge_sum", "oldest"}):
            meant = "is a gauge: only 'gauge' may name it" if FACTS[fact].gauge else "is no gauge"
            yield (*path, kpi.formula), f"the fact {fact!r} {meant}"


def _part_faults(path: tuple[str, str], kpi: "Kpi", catalog: "Catalog") -> Iterator[PathMessage]:
    for part in kpi.parts:
        found = catalog.kpis.get(part)
        if found is None:
            yield (*path, kpi.formula), unknown("KPI", part, catalog.kpis)
        elif kpi.formula == "ratio" and found.formula not in _ADDITIVE:
            yield (
                (*path, "ratio"),
                f"{part!r} is neither a count nor a sum, so nothing can be divided by its parts",
            )


def _dimension_faults(path: tuple[str, str], kpi: "Kpi", catalog: "Catalog") -> Iterator[PathMessage]:
    if kpi.only_by and not kpi.by:
        yield (*path, "only_by"), "needs 'by'"
    facts = [*kpi.facts]
    for part in kpi.parts:
        if part in catalog.kpis:
            facts += catalog.kpis[part].facts
    if any(part not in catalog.kpis for part in kpi.parts) or any(fact not in FACTS for fact in facts):
        return  # said already; which dimensions there are is not known
    shared = [set(FACTS[fact].dimensions) for fact in facts]
    known = set.intersection(*shared) if shared else set()
    for index, entry in enumerate(kpi.by):
        for name in (entry,) if isinstance(entry, str) else entry:
            if name not in known | {"team", "rep"}:
                yield (*path, "by", index), unknown("dimension of its facts", name, known | {"team", "rep"})
