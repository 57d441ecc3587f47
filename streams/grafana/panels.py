"""Panels as Grafana's JSON has them, of the kinds that the dashboards use."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from streams.grafana.thresholds import NEUTRAL, Steps, as_json

Json = dict[str, Any]

#: The variable that says which Prometheus.
DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
#: What a panel says where there is no value: absent, not 0.
NO_VALUE: Final = "–"


class Query(NamedTuple):
    """An expression, and what its series are called."""

    expr: str
    legend: str = ""
    colour: str = ""
    dashed: bool = False


class Look(NamedTuple):
    """How values are shown."""

    unit: str = "short"
    decimals: int | None = None
    steps: Steps = NEUTRAL
    max: float | None = None


def stat(title: str, description: str, queries: Sequence[Query], look: Look) -> Json:
    """Return a number as of now: of a course Grafana would show the last there was, however long ago."""
    options = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "value" if look.steps != NEUTRAL else "none",
        "graphMode": "none",
        "justifyMode": "auto", "orientation": "auto", "textMode": "auto", "wideLayout": True,
    }  # fmt: skip
    return _panel("stat", title, description, queries, look, options, instant=True)


def bars(title: str, description: str, queries: Sequence[Query], look: Look) -> Json:
    """Return a bar for each series, as of now."""
    options = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "displayMode": "gradient", "orientation": "horizontal", "showUnfilled": True, "valueMode": "color",
        "minVizHeight": 16, "minVizWidth": 8, "namePlacement": "auto", "sizing": "auto",
    }  # fmt: skip
    panel = _panel("bargauge", title, description, queries, look, options, instant=True)
    panel["fieldConfig"]["defaults"]["min"] = 0
    return panel


def lines(
    title: str,
    description: str,
    queries: Sequence[Query],
    look: Look,
    *,
    stacked: bool = False,
    rare: bool = False,
) -> Json:
    """Return the course of each series; thresholds are lines and areas. What is `rare` has a bar where it happens."""
    options = {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    panel = _panel("timeseries", title, description, queries, look, options)
    panel["fieldConfig"]["defaults"] |= {
        "color": {"mode": "palette-classic"},
        "custom": {
            "drawStyle": "bars" if rare else "line", "lineWidth": 2,
            "fillOpacity": 20 if stacked else 5, "showPoints": "never", "lineInterpolation": "stepAfter",
            "spanNulls": False, "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "off" if look.steps == NEUTRAL else "dashed+area"},
        },
    }  # fmt: skip
    return panel


def table(title: str, description: str, queries: Sequence[Query], look: Look) -> Json:
    """Return the labels and the value of each series, as of now."""
    panel = _panel("table", title, description, queries, look, {"showHeader": True}, instant=True)
    for target in panel["targets"]:
        target["format"] = "table"
    panel["transformations"] = [{"id": "organize", "options": {"excludeByName": {"Time": True}}}]
    return panel


def row(title: str, *, collapsed: bool = False) -> Json:
    """Return a heading."""
    return {"type": "row", "title": title, "collapsed": collapsed, "panels": []}


def _panel(
    kind: str, title: str, description: str, queries: Sequence[Query], look: Look, options: Json,
    instant: bool = False,
) -> Json:  # fmt: skip
    defaults: Json = {
        "unit": look.unit,
        "noValue": NO_VALUE,
        "color": {"mode": "thresholds"},
        "thresholds": as_json(look.steps),
        "mappings": [],
    }
    if look.decimals is not None:
        defaults["decimals"] = look.decimals
    if look.max is not None:
        defaults["max"] = look.max
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": DATASOURCE,
        "targets": [_target(f"q{at}", query, instant) for at, query in enumerate(queries)],
        "fieldConfig": {
            "defaults": defaults,
            "overrides": [override for query in queries for override in _overrides(query)],
        },
        "options": options,
    }


def _target(ref: str, query: Query, instant: bool) -> Json:
    return {
        "refId": ref,
        "datasource": DATASOURCE,
        "editorMode": "code",
        "expr": query.expr,
        "legendFormat": query.legend or "__auto",
        "instant": instant,
        "range": not instant,
    }


def _overrides(query: Query) -> list[Json]:
    properties: list[Json] = []
    if query.colour:
        properties.append({"id": "color", "value": {"mode": "fixed", "fixedColor": query.colour}})
    if query.dashed:
        properties.append({"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [8, 8]}})
    return (
        [{"matcher": {"id": "byName", "options": query.legend}, "properties": properties}]
        if properties
        else []
    )
