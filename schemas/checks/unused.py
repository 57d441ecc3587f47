"""Definitions that nothing uses: no mistakes, but worth a word."""

from collections.abc import Iterator

from schemas.catalogs.facts import kinds_of, with_parts
from schemas.checks.context import Context
from schemas.files.fault import PathMessage

_STAGES = {"stage_entered", "stage_reached"}


def unused(context: Context) -> Iterator[PathMessage]:
    """Yield each span, part, pipeline, rolling window and rate that no KPI with records comes to use."""
    catalog = context.catalog
    used = with_parts((name for name, kpi in catalog.kpis.items() if not kpi.private), catalog.kpis)
    facts = {kind for name in used for kind in kinds_of(name, catalog)}
    for name in catalog.spans:
        if name not in facts:
            yield ("spans", name), "no KPI uses this span"
    for name, kpi in catalog.kpis.items():
        if kpi.private and name not in used:
            yield ("kpis", name), "private, and no other KPI uses it"
        if kpi.private and kpi.windows is not None:
            yield (
                ("kpis", name, "windows"),
                "means nothing here: a private KPI is kept where those it is a part of are",
            )
    if not facts & _STAGES:
        for name in catalog.pipelines:
            yield ("pipelines", name), "no KPI is about the stages of a pipeline"
    windows = {
        window for kpi in catalog.kpis.values() if not kpi.private for window in catalog.windows_of(kpi)
    }
    windows |= {part.window for name in used for part in catalog.kpis[name].references if part.window}
    for index, window in enumerate(catalog.rolling):
        if window not in windows:
            yield ("rolling", index), "no KPI is kept in this window"
    if catalog.currency in catalog.rates:
        yield ("rates", catalog.currency), "the catalog's own currency needs no rate"
