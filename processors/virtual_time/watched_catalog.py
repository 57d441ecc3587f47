"""A catalog of what rules watch: the same values, without the work for all the others."""

from collections.abc import Iterable
from typing import Final

from schemas.catalog import Catalog, Kpi
from schemas.rule import Rule

OF_FACTS: Final = frozenset(("count", "sum", "mean", "share", "gauge", "gauge_sum"))
"""Formulas that take each fact as it comes."""


def watched_catalog(catalog: Catalog, rules: Iterable[Rule]) -> Catalog:
    """Return the catalog with the KPIs and windows that the rules are about.

    The others become parts, or are kept for the company alone: of a rep of whom the directory says nothing, any fact
    tells the team, and so with whom the rep is compared.
    """
    windows: dict[str, set[str]] = {}
    for rule in rules:
        windows.setdefault(rule.kpi, set()).add(rule.window)
    by_rep = {catalog.kpis[name].attainment_share for name in windows if name in catalog.kpis}
    kpis = {
        name: kpi.model_copy(update={"windows": tuple(sorted(windows[name]))})
        if name in windows
        else _unwatched(kpi, catalog.windows_of(kpi), name in by_rep)
        for name, kpi in catalog.kpis.items()
    }
    return catalog.model_copy(update={"kpis": kpis})


def _unwatched(kpi: Kpi, windows: tuple[str, ...], by_rep: bool) -> Kpi:
    window = "all_time" if "all_time" in windows else windows[0]
    if by_rep:  # shares of reps on target look at what each of them has
        return kpi.model_copy(update={"windows": (window,)})
    if kpi.private or kpi.only_by or kpi.formula not in OF_FACTS or "company" not in kpi.levels:
        return kpi.model_copy(update={"private": True})
    return kpi.model_copy(update={"levels": ("company",), "by": (), "instead": {}, "windows": (window,)})
