"""Names in the sections beside the KPIs: pipelines, spans, rates, targets, what Prometheus sees."""

from collections.abc import Iterator

from schemas.catalogs.kpi import PERIOD_WINDOWS
from schemas.catalogs.kpi_groups import signatures
from schemas.checks.context import Context
from schemas.checks.facts import entity_faults
from schemas.fact import FACTS
from schemas.files.fault import PathMessage, unknown

DIMENSIONS = {name for fact in FACTS.values() for name in fact.dimensions}
"""Of every fact there is; those of one's own have no others."""
DECISIONS = ("won", "lost", "canceled")
"""What ends a deal. As a stage it would be entered by `crm.deal.stage_changed` alone, and no win would convert."""


def section_faults(context: Context) -> Iterator[PathMessage]:
    """Yield each name that means nothing, or two things."""
    yield from _pipeline_faults(context)
    yield from _span_faults(context)
    yield from _rate_faults(context)
    yield from _target_faults(context)
    yield from _export_faults(context)


def _pipeline_faults(context: Context) -> Iterator[PathMessage]:
    for name, pipeline in context.catalog.pipelines.items():
        for index, stage in enumerate(pipeline.stages):
            if stage in DECISIONS:
                said = f"{stage!r} is a decision, not a stage: events of its own say it (crm.deal.{stage})"
                yield ("pipelines", name, "stages", index), said
            if stage in pipeline.stages[:index]:
                yield ("pipelines", name, "stages", index), f"the stage {stage!r} stands here twice"
        for index, pair in enumerate(pipeline.conversions):
            for stage in pair:
                if stage not in pipeline.stages:
                    yield ("pipelines", name, "conversions", index), unknown("stage", stage, pipeline.stages)
            if pair[0] == pair[1]:
                yield ("pipelines", name, "conversions", index), "a stage does not lead to itself"


def _span_faults(context: Context) -> Iterator[PathMessage]:
    for name, span in context.catalog.spans.items():
        if name in FACTS:
            yield ("spans", name), f"there is a fact {name!r} already; expected another name"
        yield from entity_faults(("spans", name), span.entity, {"from": span.from_, "to": span.to})
        if span.from_ == span.to:
            yield ("spans", name, "to"), "expected another type of event than 'from'"


def _rate_faults(context: Context) -> Iterator[PathMessage]:
    rate = context.catalog.rates.get(context.catalog.currency, 1)
    if rate != 1:
        yield ("rates", context.catalog.currency), f"the catalog's own currency is worth 1, found {rate:g}"


def _target_faults(context: Context) -> Iterator[PathMessage]:
    catalog = context.catalog
    seen: dict[object, int] = {}
    for index, target in zip(context.target_places, catalog.targets, strict=True):
        path = ("targets", index)
        first = seen.setdefault(target.what, index)
        if first != index:
            yield path, f"the same target as targets[{first}]"
        kpi = catalog.kpis.get(target.kpi)
        if kpi is None or kpi.private:
            if target.kpi not in context.unread:
                yield (*path, "kpi"), catalog.unknown_kpi(target.kpi)
            continue
        windows = catalog.windows_of(kpi)
        if target.window not in windows:
            yield (*path, "window"), unknown(f"window of {target.kpi}", target.window, windows)
        kept = signatures(kpi)
        if tuple(sorted(target.dims)) not in kept:
            groups = ", ".join(f"{{{', '.join(names)}}}" for names in kept)
            yield (*path, "dims"), f"{target.kpi} is not kept for these dimensions; expected one of {groups}"


def _export_faults(context: Context) -> Iterator[PathMessage]:
    catalog = context.catalog
    known = {*catalog.known, *context.unread}
    for index, exported in enumerate(catalog.prometheus.kpis if catalog.prometheus.kpis != "all" else ()):
        if exported not in known:
            yield ("prometheus", "kpis", index), unknown("KPI", exported, known)
    windows = {*catalog.rolling, *PERIOD_WINDOWS, "now"}
    said = catalog.prometheus.model_fields_set
    for index, window in enumerate(catalog.prometheus.windows if "windows" in said else ()):
        if window not in windows and not context.may_be_window(window):
            yield ("prometheus", "windows", index), unknown("window", window, windows)
    for index, exported_dimension in enumerate(catalog.prometheus.dimensions):
        for name in (exported_dimension,) if isinstance(exported_dimension, str) else exported_dimension:
            if name not in DIMENSIONS:
                yield ("prometheus", "dimensions", index), unknown("dimension", name, sorted(DIMENSIONS))
