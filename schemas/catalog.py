"""Reading a catalog: a file's, laid over the standard one where it says `extends: standard`.

Everything that is wrong with it is told at once: what the grammar does not allow, and names of facts,
KPIs, dimensions, windows, fields that mean nothing or don't fit together.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from schemas.catalogs.calendar_section import CalendarSection
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import FORMULAS, PERIOD_WINDOWS, Kpi
from schemas.catalogs.names import name_faults, name_warnings
from schemas.catalogs.sections import Export, Pipeline, Span, Target
from schemas.files.document import Document, Fault, Faults, reading
from schemas.files.fault import Path
from schemas.files.overlay import overlaid, standard, strange_changes

__all__ = [
    "FORMULAS", "PERIOD_WINDOWS", "STANDARD", "CalendarSection", "Catalog", "Checked", "Draft", "Export", "Kpi",
    "Pipeline", "Span", "Target", "check_catalog", "draft_catalog", "load_catalog",
]  # fmt: skip

STANDARD = "schemas/standard.yaml"
_OF_A_FORMULA = {*FORMULAS, "n", "instead"}


class Checked(NamedTuple):
    """A catalog without mistakes, and what is odd about it: definitions of the file that nothing uses."""

    catalog: Catalog
    warnings: tuple[Fault, ...]


class Draft(NamedTuple):
    """A catalog that may have mistakes: what can be read of it, for files that are about it; None where nothing can."""

    catalog: Catalog | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()


def load_catalog(text: str | bytes | None = None, file: str = STANDARD) -> Catalog:
    """Return the catalog in `text`, the standard one by default. Raises `Faults` with every mistake."""
    return check_catalog(text, file).catalog


def check_catalog(text: str | bytes | None = None, file: str = STANDARD) -> Checked:
    """Return the catalog in `text` and what is odd about it. Raises `Faults` with every mistake."""
    if text is None:
        return _checked_standard()
    draft = draft_catalog(text, file)
    if draft.catalog is None or draft.faults:
        raise Faults(draft.faults)
    return Checked(draft.catalog, draft.warnings)


def draft_catalog(text: str | bytes, file: str) -> Draft:
    """Return what can be read of the catalog in `text`, with all that is wrong with it."""
    catalog: Catalog | None = None
    try:
        with reading(text, file) as document:
            catalog = _checked(document)
    except Faults as wrong:
        return Draft(None if catalog is None or "kpis" in catalog.unread else catalog, wrong.faults)
    return Draft(catalog, (), _warnings(catalog, document))


@cache
def _checked_standard() -> Checked:
    document = standard(STANDARD)
    with document.checking():
        catalog = _checked(document)
    return Checked(catalog, _warnings(catalog, document))


def _warnings(catalog: Catalog, document: Document) -> tuple[Fault, ...]:
    own = ((path, message) for path, message in name_warnings(catalog) if _stands_in(document.data, path))
    return tuple(sorted(document.faults(own)))


def _checked(document: Document) -> Catalog:
    """Return the catalog; it is one without mistakes if none was reported."""
    dropped: frozenset[str] = frozenset()
    # Of a word that was meant to be `standard`, no more is said than that.
    if document.data.get("extends") is not None:
        own, there = document.data.get("kpis"), standard(STANDARD).data
        if isinstance(own, dict):
            document.report(strange_changes("kpis", "KPI", own, there["kpis"], ("label", "unit")))
            dropped = frozenset(name for name, kpi in own.items() if kpi is None and name in there["kpis"])
        document = document.with_data(_over_standard(document.data, there))
    catalog = document.read(Catalog)
    wrong = [*name_faults(catalog, dropped)]
    document.report(wrong)
    return catalog if "kpis" in catalog.unread else _without(catalog, [path for path, _ in wrong])


def _without(catalog: Catalog, wrong: Iterable[Path]) -> Catalog:
    """Take the fields of KPIs away whose names mean nothing: of them nobody knows what was meant."""
    kpis = dict(catalog.kpis)
    for path in wrong:
        if path[0] == "kpis" and path[1] in kpis:
            kpis[str(path[1])] = kpis[str(path[1])].without(str(path[2]) if path[2:] else None)
    return catalog.model_copy(update={"kpis": kpis})


def _stands_in(data: Any, path: tuple[str | int, ...]) -> bool:
    """Say whether the file itself has the field, not the standard catalog that it lies over."""
    for part in path:
        if isinstance(part, int):
            return isinstance(data, list)
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


def _over_standard(own: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """Put what the file says over the standard catalog: a KPI's fields one by one, `null` drops the KPI."""
    merged = {**base, **own}
    if isinstance(own.get("rolling"), list) and "prometheus" not in own:
        # Of windows that the file gave up, Prometheus need not be told.
        gone = {*base["rolling"]} - {window for window in own["rolling"] if isinstance(window, str)}
        windows = [window for window in base["prometheus"]["windows"] if window not in gone]
        merged["prometheus"] = {**base["prometheus"], "windows": windows}
    kpis = own.get("kpis", {})
    if isinstance(kpis, dict):
        merged["kpis"] = overlaid(kpis, base["kpis"], _kpi_over_standard)
    return merged


def _kpi_over_standard(standard: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    if any(name in own for name in FORMULAS):
        standard = {name: value for name, value in standard.items() if name not in _OF_A_FORMULA}
    return standard | own
