"""Rows that several dashboards have: tiles by area, targets, what rules watch, values by dimension."""

from collections.abc import Iterable
from typing import Final

from schemas.catalogs.kpi import Kpi, Level
from schemas.rules.condition import Reference
from schemas.rules.grammar import Rule
from streams.grafana.areas import AREAS
from streams.grafana.page import Page, choice_variable
from streams.grafana.panels import Look, Query, bars, lines, stat
from streams.grafana.queries import (
    COMPANY,
    EACH_REP,
    EACH_TEAM,
    Who,
    best,
    by_dimension,
    ratio_to,
    value,
    worst,
)
from streams.grafana.shown import Shown, window_in_words
from streams.grafana.thresholds import NEUTRAL, OF_TARGET_DOWN, OF_TARGET_UP, as_json, steps_of
from streams.metrics import MetricName

#: Bars in one panel: who is further down is found on the rep's own dashboard.
BARS_MAX: Final = 10
LINES_MAX: Final = 10
_TARGETS: Final[tuple[tuple[str, MetricName, str], ...]] = (
    ("Reached of the target", "crm_kpi_target", "Value ÷ target of every KPI that has one."),
    ("Against the pace", "crm_kpi_expected", "Value ÷ what should be reached by now, by working time."),
)
#: What rules compare with, as far as it is exported.
_REFERENCES: Final[tuple[tuple[Reference, MetricName], ...]] = (
    ("target", "crm_kpi_target"),
    ("pace", "crm_kpi_expected"),
)
_WHOSE: Final = {(): COMPANY, ("team",): EACH_TEAM, ("rep",): EACH_REP}


def window_variable(page: Page, shown: Shown) -> None:
    """Let the reader choose among the exported windows."""
    if shown.windows:
        page.variable(
            choice_variable("window", "Window", {one: window_in_words(one) for one in shown.windows})
        )


def tile(shown: Shown, name: str, who: Who) -> dict[str, object]:
    """Return a KPI's number."""
    window = shown.window(name)
    query = Query(value(name, window, who), shown.catalog.kpis[name].label)
    return stat(shown.title(name), shown.description(name), [query], shown.look(name, shown.steps(name, who)))


def headline_tiles(page: Page, shown: Shown, who: Who, level: Level) -> None:
    """Add what to look at first."""
    page.row("Where we stand")
    for name, _ in shown.headlines(level):
        page.add(tile(shown, name, who), 6, 5)


def area_tiles(page: Page, shown: Shown, who: Who, level: Level, areas: Iterable[str] = AREAS) -> None:
    """Add every KPI of these areas, a row each."""
    for area in areas:
        page.row(AREAS[area])
        for name, _ in shown.kpis(area, level=level):
            page.add(tile(shown, name, who), 4, 4)


def courses(page: Page, shown: Shown, who: Who, level: Level, names: Iterable[str]) -> None:
    """Add the course of these KPIs, each with its target and the pace where it has them."""
    for name in names:
        if not shown.has_level(name, level):
            continue
        window = shown.with_targets.get(name) or shown.window(name)
        queries = [Query(value(name, window, who), who.legend or shown.catalog.kpis[name].label)]
        if name in shown.with_targets:
            queries += [
                Query(value(name, window, who, "crm_kpi_target"), "Target", "green", dashed=True),
                Query(value(name, window, who, "crm_kpi_expected"), "Pace", "purple", dashed=True),
            ]
        page.add(lines(shown.title(name, window), shown.description(name), queries, shown.look(name)), 12, 8)


def targets(page: Page, shown: Shown, who: Who, level: Level) -> None:
    """Add how far every target is, of whatever KPI, also those that events set; and the course of the known ones."""
    page.row("Targets")
    down = [name for name, kpi in shown.kpis() if kpi.direction == "down"]
    words = " ".join(f"{{{{{label}}}}}" for label in (*who.by, "kpi", "window"))
    for title, metric, text in _TARGETS:
        query = ratio_to(metric, who)
        panel = bars(title, text, [Query(query, words)], Look("percentunit", 0, OF_TARGET_UP, 1.5))
        if down:
            panel["fieldConfig"]["overrides"].append(
                {
                    "matcher": {"id": "byRegexp", "options": f"/(^| )({'|'.join(down)}) /"},
                    "properties": [{"id": "thresholds", "value": as_json(OF_TARGET_DOWN)}],
                }
            )
        page.add(panel, 12, 8)
    courses(page, shown, who, level, shown.with_targets)


def leaders(page: Page, shown: Shown, title: str, who: Who, level: Level, only: str = "") -> None:
    """Add the best of each headline; `only` is a query whose labels they must have."""
    page.row(title)
    for name, kpi in shown.headlines(level):
        asked = value(name, shown.window(name), who)
        query = best(BARS_MAX, kpi.direction, f"{asked} and on ({who.by[0]}) {only}" if only else asked)
        look = shown.look(name, shown.steps(name, who))
        page.add(bars(shown.title(name), shown.description(name), [Query(query, who.legend)], look), 8, 8)


def watched(page: Page, shown: Shown, who: Who, dimensions: tuple[str, ...]) -> None:
    """Add each KPI that a rule watches for such groups, with the rule's limits."""
    page.row("What rules watch")
    for name, rule in shown.rules.items():
        if rule.dimensions == dimensions:
            rule_lines(page, shown, name, rule, who)


def rule_lines(page: Page, shown: Shown, name: str, rule: Rule, who: Who | None = None) -> None:
    """Add the course of what a rule watches, with its limits; the worst where there are many."""
    whose = who or _WHOSE.get(rule.dimensions)
    if whose is None or rule.window not in shown.choice.windows.get(rule.kpi, ()):
        return
    kpi = shown.catalog.kpis[rule.kpi]
    query = value(rule.kpi, rule.window, whose)
    if whose.by:
        query = worst(LINES_MAX, kpi.direction, query)
    steps = steps_of(rule)
    look = shown.look(rule.kpi, steps or NEUTRAL)
    if steps is None:
        for of, metric in _REFERENCES:
            shares = steps_of(rule, of)
            if shares is not None:
                query = ratio_to(metric, whose, rule.kpi, rule.window)
                look = Look("percentunit", 0, shares)
    title = rule.title or name
    text = f"{shown.title(rule.kpi, rule.window)}, as the rule `{name}` watches it. {shown.description(rule.kpi)}"
    page.add(lines(title, text, [Query(query, whose.legend or kpi.label)], look), 12, 8)


def dimension_rows(page: Page, shown: Shown, areas: Iterable[str], team: str = 'team=""') -> None:
    """Add, for each dimension, the KPIs of these areas that are kept by it; collapsed."""
    found: dict[str, list[tuple[str, Kpi]]] = {}
    for name, kpi in shown.kpis(*areas):
        for dimension in shown.dimensions(name):
            found.setdefault(dimension, []).append((name, kpi))
    for dimension, kpis in found.items():
        page.row(f"By {dimension.replace('_', ' ').replace(',', ' and ')}", collapsed=True)
        for name, kpi in kpis:
            asked = by_dimension(name, shown.window(name), dimension, team)
            query = Query(best(BARS_MAX, kpi.direction, asked), "{{item}}")
            page.add(bars(shown.title(name), shown.description(name), [query], shown.look(name)), 8, 7)
