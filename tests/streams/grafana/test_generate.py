"""The dashboards of catalogs other than the standard one."""

import json
import runpy
from pathlib import Path
from typing import Any

from schemas.catalog import load_catalog
from schemas.rule import load_rules
from streams.grafana import generate
from streams.grafana.generate import dashboards, write

OWN = """\
catalog: own
extends: standard
currency: CHF
targets: [{kpi: chats, window: week, value: 30}]
kpis:
  chats: {label: Chats, description: Chats that customers began., unit: count, count: call, by: [channel]}
  wait: {label: Wait for a chat, unit: seconds, direction: down, mean: response}
  stock: {label: Price in a product, unit: currency, levels: [], by: [product], mean: own_price}
  calls: null
"""
RULES = """\
extends: standard
rules:
  quiet-rep: null
  long-wait: {title: Customers wait, kpi: wait, window: rolling_7d, for_each: team, above: 60, severity: critical}
  slow: {title: Too few chats, kpi: chats, window: week, for_each: team, below: 70 %, of: pace}
"""


def made() -> dict[str, dict[str, Any]]:
    """Return the dashboards of that catalog, by file."""
    catalog = load_catalog(OWN, "own.yaml")
    files = dashboards(catalog, load_rules(catalog, RULES, "rules.yaml"))
    return {name: json.loads(text) for name, text in files.items()}


def panels(board: dict[str, Any], title: str) -> list[dict[str, Any]]:
    """Return the panels with a title, those in collapsed rows too."""
    found = [panel for row in board["panels"] for panel in (row, *row.get("panels", ()))]
    return [panel for panel in found if panel["title"] == title]


def test_a_kpi_that_is_added_appears_and_one_that_is_dropped_goes() -> None:
    """On each level's dashboard with label, description and unit; by its dimension; as a target."""
    boards = made()
    for name in ("sales-floor.json", "team.json", "rep.json"):
        panel = panels(boards[name], "Chats")[0]
        assert panel["fieldConfig"]["defaults"]["unit"] == "short"
        assert panel["description"] == "Chats that customers began. More is better. (`chats`)"
        assert 'kpi="calls"' not in json.dumps(boards[name]).replace('\\"', '"')
    (bars,) = [
        one for one in panels(boards["sales-floor.json"], "Chats") if "channel" in one["targets"][0]["expr"]
    ]
    assert bars["targets"][0]["legendFormat"] == "{{item}}"
    (course,) = panels(boards["sales-floor.json"], "Chats, this week")
    assert [target["legendFormat"] for target in course["targets"]] == ["Chats", "Target", "Pace"]


def test_direction_and_currency_are_mapped() -> None:
    """Where less is better the least lead; money has the catalog's sign."""
    boards = made()
    (price,) = panels(boards["customers.json"], "Price in a product")

    assert price["fieldConfig"]["defaults"]["unit"] == "currencyCHF"
    (leaders,) = [
        one for one in panels(boards["sales-floor.json"], "Response time (90 %)")
        if "topk" in one["targets"][0]["expr"] or "bottomk" in one["targets"][0]["expr"]
        if "rep!=" in one["targets"][0]["expr"]
    ]  # fmt: skip
    assert leaders["targets"][0]["expr"].startswith("bottomk(10, ")


def test_rules_bring_their_windows_and_limits() -> None:
    """A rule about a window that is not exported otherwise has its panel, and the pace is judged as a share."""
    (wait,) = panels(made()["team.json"], "Customers wait")
    (pace,) = panels(made()["alerts.json"], "Too few chats")

    assert 'window="rolling_7d"' in wait["targets"][0]["expr"]
    assert wait["fieldConfig"]["defaults"]["thresholds"]["steps"][1] == {"color": "dark-red", "value": 60}
    assert "crm_kpi_expected" in pace["targets"][0]["expr"]
    assert pace["fieldConfig"]["defaults"]["unit"] == "percentunit"
    assert pace["fieldConfig"]["defaults"]["thresholds"]["steps"][1] == {"color": "green", "value": 0.7}


def test_the_command_that_the_makefile_runs_writes_the_standard_ones(
    monkeypatch: Any, tmp_path: Path
) -> None:
    """`python -m streams.grafana`, told to write elsewhere."""
    written: dict[str, str] = {}
    monkeypatch.setattr(generate, "write", lambda _, files: written.update(files))
    runpy.run_module("streams.grafana", run_name="__main__")
    write(tmp_path / "new", written)

    assert {path.name for path in (tmp_path / "new").iterdir()} == set(written)
    assert len(written) == 7
