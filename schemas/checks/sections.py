"""Names in the sections beside the KPIs: pipelines, spans, rates, targets, what Prometheus sees."""

from collections.abc import Iterator

from schemas.catalogs.kpi import PERIOD_WINDOWS, Kpi
from schemas.catalogs.kpi_groups import signatures
from schemas.catalogs.sections import Export, Pipeline, Span, Target
from schemas.checks.context import DIMENSIONS, Context
from schemas.checks.facts import entity_faults
from schemas.fact import FACTS
from schemas.files.fault import Path, PathMessage, unknown
from schemas.files.section import readable

DECISIONS = ("won", "lost", "canceled")
"""What ends a deal. As a stage it would be entered by `crm.deal.stage_changed` alone, and no win would convert."""


def section_faults(context: Context) -> Iterator[PathMessage]:
    """Yield each name that means nothing, or two things."""
    for name, pipeline in context.catalog.pipelines.items():
        yield from readable(_pipeline_faults(name, pipeline))
    for name, span in context.catalog.spans.items():
        yield from readable(_span_faults(name, span))
    yield from _rate_faults(context)
    yield from _target_faults(context)
    yield from _export_faults(context)


def _pipeline_faults(name: str, pipeline: Pipeline) -> Iterator[PathMessage]:
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


def _span_faults(name: str, span: Span) -> Iterator[PathMessage]:
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
    seen: dict[object, int] = {}
    for index, target in enumerate(context.catalog.targets):
        yield from readable(_repeated_target(index, target, seen))
        yield from readable(_one_target(("targets", index), target, context))


def _repeated_target(index: int, target: Target, seen: dict[object, int]) -> Iterator[PathMessage]:
    first = seen.setdefault(target.what, index)
    if first != index:
        yield ("targets", index), f"the same target as targets[{first}]"


def _one_target(path: Path, target: Target, context: Context) -> Iterator[PathMessage]:
    catalog = context.catalog
    kpi = catalog.kpis.get(target.kpi)
    if kpi is None or kpi.private:
        if "kpis" not in context.unread_sections:
            yield (*path, "kpi"), catalog.unknown_kpi(target.kpi)
        return
    yield from readable(_target_window((*path, "window"), target, kpi, context))
    kept = signatures(kpi)
    if tuple(sorted(target.dims)) not in kept:
        groups = ", ".join(f"{{{', '.join(names)}}}" for names in kept)
        yield (*path, "dims"), f"{target.kpi} is not kept for these dimensions; expected one of {groups}"


def _target_window(path: Path, target: Target, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    windows = context.catalog.windows_of(kpi)
    if target.window not in windows and target.kpi not in context.windows_in_doubt:
        yield path, unknown(f"window of {target.kpi}", target.window, windows)


def _export_faults(context: Context) -> Iterator[PathMessage]:
    for faults in (_exported_kpis, _exported_windows, _exported_dimensions):
        yield from readable(faults(context, context.catalog.prometheus))


def _exported_kpis(context: Context, export: Export) -> Iterator[PathMessage]:
    known = context.catalog.public
    if export.kpis != "all" and "kpis" not in context.unread_sections:
        for index, name in enumerate(export.kpis):
            if name not in known:
                yield ("prometheus", "kpis", index), unknown("KPI", name, known)


def _exported_windows(context: Context, export: Export) -> Iterator[PathMessage]:
    known = {*context.catalog.rolling, *PERIOD_WINDOWS, "now"}
    for index, window in enumerate(export.windows if "windows" in export.model_fields_set else ()):
        if window not in known and not context.may_be_window(window):
            yield ("prometheus", "windows", index), unknown("window", window, known)


def _exported_dimensions(_: Context, export: Export) -> Iterator[PathMessage]:
    for index, entry in enumerate(export.dimensions):
        for name in (entry,) if isinstance(entry, str) else entry:
            if name not in DIMENSIONS:
                yield ("prometheus", "dimensions", index), unknown("dimension", name, sorted(DIMENSIONS))
