"""What Prometheus and Grafana are given: rules, dashboards and their queries, and the metrics that there are."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from streams.metrics import METRICS
from streams.notify.metrics import METRICS as NOTIFY_METRICS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/prometheus/rules/engine.yaml"
DASHBOARDS = ROOT / "deploy/grafana/dashboards"
_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.*?) \|", re.MULTILINE)

#: Of Prometheus itself, and of every process.
STANDARD = {
    "up": {"job", "instance"}, "ALERTS": {"alertname", "alertstate", "severity"},
    "process_resident_memory_bytes": {"job", "instance"}, "process_cpu_seconds_total": {"job", "instance"},
}  # fmt: skip
#: What a scrape adds.
TARGET_LABELS = {"job", "instance"}

Json = dict[str, Any]


class Asked(NamedTuple):
    """A query of a panel."""

    where: str
    expr: str
    legend: str


def rules() -> list[Json]:
    """Return every rule of the file."""
    groups = YAML(typ="safe", pure=True).load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def boards() -> dict[str, Json]:
    """Return the dashboards by file name."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(DASHBOARDS.glob("*.json"))}


def panels(board: Json) -> Iterator[Json]:
    """Yield every panel, those in collapsed rows too."""
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", ())


def queries(board: Json) -> Iterator[Asked]:
    """Yield every query of a dashboard's panels and variables."""
    for panel in panels(board):
        for target in panel.get("targets", ()):
            yield Asked(f"{board['title']}: {panel['title']}", target["expr"], target["legendFormat"])


def filled(expr: str, values: Mapping[str, str]) -> str:
    """Put values in the place of a dashboard's variables."""
    for name in sorted(values, key=len, reverse=True):
        expr = expr.replace(f"${name}", values[name])
    return expr


@cache
def metrics() -> dict[str, set[str]]:
    """Return the labels of every series that a process of ours has, by its name, and of recorded ones."""
    kinds: dict[str, tuple[str, set[str]]] = {
        name: (metric.kind, set(metric.labels))
        for name, metric in (*METRICS.items(), *NOTIFY_METRICS.items())
    }
    # Every process's metrics are in the docs, which are made of them.
    for name, kind, labels in _ROW.findall((ROOT / "docs/metrics.md").read_text("utf-8")):
        kinds.setdefault(name, (kind, set(re.findall(r"`(\w+)`", labels))))
    found = dict(STANDARD)
    for name, (kind, labels) in kinds.items():
        found[name] = labels | TARGET_LABELS
        if kind == "histogram":
            found |= {f"{name}_{part}": labels | TARGET_LABELS for part in ("bucket", "sum", "count")}
            found[f"{name}_bucket"] = found[f"{name}_bucket"] | {"le"}
    return found | {rule["record"]: {"stage", "reason"} for rule in rules() if "record" in rule}
