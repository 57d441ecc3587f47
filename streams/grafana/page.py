"""A dashboard: panels flow from left to right, line by line, under rows; ids and places are given here."""

from collections.abc import Mapping
from typing import Any, Final

from streams.grafana.panels import DATASOURCE, Json, row

COLUMNS: Final = 24
#: Of the JSON that Grafana 11 writes; later ones read it and go on from there.
SCHEMA_VERSION: Final = 39
TAG: Final = "crm-pulse"


class Page:
    """A dashboard in the making."""

    def __init__(
        self, uid: str, title: str, description: str, *, refresh: str = "30s", past: str = "now-24h"
    ):
        self._head = {"uid": f"crm-pulse-{uid}", "title": title, "description": description}
        self._time = {"refresh": refresh, "time": {"from": past, "to": "now"}}
        self._variables: list[Json] = [_datasource()]
        self._panels: list[Json] = []
        self._into = self._panels
        self._x = self._y = self._line_height = 0
        self._next_id = 1
        self._resume_y: int | None = None

    def row(self, title: str, *, collapsed: bool = False) -> None:
        """Begin a row; a collapsed one asks nothing of Prometheus until somebody opens it."""
        self._break()
        if self._resume_y is not None:  # what a collapsed row holds takes no room
            self._y = self._resume_y
        heading = row(title, collapsed=collapsed)
        self._panels.append(self._placed(heading, 0, COLUMNS, 1))
        self._y += 1
        self._resume_y = self._y if collapsed else None
        self._into = heading["panels"] if collapsed else self._panels

    def add(self, panel: Json, width: int, height: int) -> None:
        """Put a panel beside the one before, or under it where there is no room."""
        if self._x + width > COLUMNS:
            self._break()
        self._into.append(self._placed(panel, self._x, width, height))
        self._x += width
        self._line_height = max(self._line_height, height)

    def variable(self, variable: Json) -> None:
        """Add a variable."""
        self._variables.append(variable)

    def json(self) -> dict[str, Any]:
        """Return the dashboard. Rows without panels are left out."""
        panels = [
            panel
            for at, panel in enumerate(self._panels)
            if panel["type"] != "row" or panel["panels"] or self._followed(at)
        ]
        return {
            **self._head,
            "tags": [TAG],
            "schemaVersion": SCHEMA_VERSION,
            "version": 1,
            "editable": True,
            "graphTooltip": 1,
            "timezone": "browser",
            **self._time,
            "templating": {"list": self._variables},
            "annotations": {"list": []},
            "links": [
                {
                    "type": "dashboards", "title": "CRM Pulse", "tags": [TAG], "asDropdown": True,
                    "includeVars": True, "keepTime": True, "targetBlank": False, "icon": "external link",
                    "tooltip": "", "url": "",
                }
            ],
            "panels": panels,
        }  # fmt: skip

    def _followed(self, at: int) -> bool:
        return at + 1 < len(self._panels) and self._panels[at + 1]["type"] != "row"

    def _break(self) -> None:
        self._y += self._line_height
        self._x = self._line_height = 0

    def _placed(self, panel: Json, x: int, width: int, height: int) -> Json:
        panel["id"] = self._next_id
        panel["gridPos"] = {"x": x, "y": self._y, "w": width, "h": height}
        self._next_id += 1
        return panel


def _datasource() -> Json:
    return {
        "name": "datasource", "type": "datasource", "label": "Prometheus", "query": "prometheus",
        "current": {}, "options": [], "hide": 0, "refresh": 1, "regex": "", "multi": False, "includeAll": False,
    }  # fmt: skip


def query_variable(name: str, label: str, query: str, all_value: str | None = None) -> Json:
    """Return a variable whose values Prometheus knows; with `all_value` "All" is one, and stands for that."""
    variable = {
        "name": name, "type": "query", "label": label, "datasource": DATASOURCE, "definition": query,
        "query": {"query": query, "refId": name}, "refresh": 2, "sort": 1, "regex": "", "hide": 0,
        "multi": False, "includeAll": all_value is not None, "current": {}, "options": [],
    }  # fmt: skip
    if all_value is not None:
        variable |= {"allValue": all_value, "current": {"text": "All", "value": "$__all", "selected": True}}
    return variable


def choice_variable(name: str, label: str, texts: Mapping[str, str]) -> Json:
    """Return a variable with these values, and what they are called; the first is chosen."""
    options = [
        {"value": value, "text": text, "selected": at == 0} for at, (value, text) in enumerate(texts.items())
    ]
    return {
        "name": name, "type": "custom", "label": label, "hide": 0, "multi": False, "includeAll": False,
        "query": ",".join(f"{text} : {value}" for value, text in texts.items()),
        "current": options[0], "options": options,
    }  # fmt: skip
