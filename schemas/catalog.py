"""Reading a catalog: a file's, laid over the standard one where it says `extends: standard`.

Everything that is wrong with it is told at once: what the grammar does not allow, and names of facts,
KPIs, dimensions, windows, fields that mean nothing or don't fit together.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from schemas.catalogs.calendar_section import CalendarSection
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import FORMULAS, PERIOD_WINDOWS, Kpi
from schemas.catalogs.names import name_faults, name_warnings
from schemas.catalogs.sections import Export, Pipeline, Span, Target
from schemas.files.document import Document, Fault, Faults, check, reading
from schemas.files.fault import PathMessage
from schemas.files.overlay import overlaid, standard, strange_changes

__all__ = [
    "FORMULAS", "PERIOD_WINDOWS", "STANDARD", "CalendarSection", "Catalog", "Checked", "Export", "Kpi", "Pipeline",
    "Span", "Target", "check_catalog", "load_catalog",
]  # fmt: skip

STANDARD = "schemas/standard.yaml"
_OF_A_FORMULA = {*FORMULAS, "n", "instead"}


class Checked(NamedTuple):
    """A catalog without mistakes, and what is odd about it: definitions of the file that nothing uses."""

    catalog: Catalog
    warnings: tuple[Fault, ...]


def load_catalog(text: str | bytes | None = None, file: str = STANDARD) -> Catalog:
    """Return the catalog in `text`, the standard one by default. Raises `Faults` with every mistake."""
    return check_catalog(text, file).catalog


def check_catalog(text: str | bytes | None = None, file: str = STANDARD) -> Checked:
    """Return the catalog in `text` and what is odd about it. Raises `Faults` with every mistake."""
    if text is None:
        return _checked_standard()
    with reading(text, file) as document:
        catalog = _checked(document)
    return _with_warnings(catalog, document)


@cache
def _checked_standard() -> Checked:
    document = standard(STANDARD)
    with document.checking():
        catalog = _checked(document)
    return _with_warnings(catalog, document)


def _with_warnings(catalog: Catalog, document: Document) -> Checked:
    own = ((path, message) for path, message in name_warnings(catalog) if _stands_in(document.data, path))
    return Checked(catalog, tuple(sorted(document.faults(own))))


def _checked(document: Document) -> Catalog:
    """Return the catalog; it is one without mistakes if none was reported or raised."""
    dropped: frozenset[str] = frozenset()
    # Of a word that was meant to be `standard`, no more is said than that.
    if document.data.get("extends") is not None:
        own, there = document.data.get("kpis"), standard(STANDARD).data
        if isinstance(own, dict):
            document.report(strange_changes("kpis", "KPI", own, there["kpis"], ("label", "unit")))
            dropped = frozenset(name for name, kpi in own.items() if kpi is None and name in there["kpis"])
        document = document.with_data(_over_standard(document.data, there))
    try:
        catalog = check(Catalog, document)
    except Faults as wrong:
        document.report(_faults_of_the_rest(document, wrong, dropped))
        raise
    document.report(name_faults(catalog, dropped=dropped))
    return catalog


def _faults_of_the_rest(document: Document, wrong: Faults, dropped: frozenset[str]) -> Iterable[PathMessage]:
    """Check the names in what the grammar allows, leaving out sections and KPIs in which it found mistakes."""
    paths = [tuple(re.split(r"[.\[]", fault.field)) for fault in wrong.faults]
    kpis = document.data.get("kpis")
    unread = {path[1] for path in paths if path[0] == "kpis" and len(path) > 1}
    if not isinstance(kpis, dict) or not {*kpis} - unread:
        return []
    rest = {"catalog": "x", "pipelines": {}}
    rest |= {name: part for name, part in document.data.items() if all(path[0] != name for path in paths)}
    rest["kpis"] = {name: kpi for name, kpi in kpis.items() if name not in unread}
    rest |= _readable_parts(document.data, paths)
    targets = _target_places(document.data.get("targets"), paths)
    try:
        catalog = check(Catalog, document.with_data(rest))
    except Faults:
        return []
    sections = frozenset(path[0] for path in paths)
    return name_faults(catalog, frozenset(unread), sections, dropped, targets)


def _readable_parts(data: dict[str, Any], paths: list[tuple[str, ...]]) -> dict[str, Any]:
    """Return what is left of sections of many definitions, without those in which mistakes were found."""
    found: dict[str, Any] = {}
    for name in ("spans", "pipelines"):
        wrong = {path[1] for path in paths if path[0] == name and len(path) > 1}
        if wrong and isinstance(data[name], dict) and wrong <= {*map(str, data[name])}:
            found[name] = {key: part for key, part in data[name].items() if str(key) not in wrong}
    if places := _target_places(data.get("targets"), paths):
        found["targets"] = [data["targets"][place] for place in places]
    return found


def _target_places(targets: Any, paths: list[tuple[str, ...]]) -> tuple[int, ...] | None:
    """Return at which places of the file's list the targets without mistakes stand; None where it is no list."""
    if not isinstance(targets, list):
        return None
    wrong = {path[1].rstrip("]") for path in paths if path[0] == "targets" and len(path) > 1}
    return tuple(place for place in range(len(targets)) if str(place) not in wrong)


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
