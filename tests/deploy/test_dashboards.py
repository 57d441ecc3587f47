"""The dashboards that are shipped: made from the standard catalog, whole, and asking for what there is."""

import re
from typing import Any

import promql_parser
import pytest
from ruamel.yaml import YAML

from schemas.catalog import load_catalog
from schemas.catalogs.exported import exported
from schemas.rule import load_rules
from streams.grafana.generate import dashboards
from streams.grafana.page import COLUMNS
from tests.deploy.prometheus_files import ROOT, Json, boards, filled, metrics, panels, queries

BOARDS = boards()
CATALOG = load_catalog()
RULES = load_rules(CATALOG)
VARIABLES = {
    "window": "rolling_24h", "team": "north", "rep": "ann", "__rate_interval": "1m", "__range": "1h",
}  # fmt: skip


def parsed(expr: str) -> Any:
    """Return the tree of an expression. Raises ValueError where it is none."""
    return promql_parser.parse(filled(expr, VARIABLES))


def selectors(node: Any) -> list[Any]:
    """Return every selector in an expression's tree."""
    if isinstance(node, promql_parser.VectorSelector):
        return [node]
    parts = [getattr(node, name, None) for name in ("expr", "lhs", "rhs", "vector_selector", "param")]
    parts += getattr(node, "args", None) or []
    return [found for part in parts if part is not None for found in selectors(part)]


def unknown_names(expr: str) -> list[str]:
    """Return metrics and labels of an expression that no process has."""
    found = metrics()
    wrong = []
    for selector in selectors(parsed(expr)):
        if selector.name not in found:
            wrong.append(selector.name)
            continue
        labels = {one.name for one in selector.matchers.matchers} - {"__name__"}
        wrong += [f"{selector.name}{{{label}}}" for label in sorted(labels - found[selector.name])]
    return wrong


def test_they_are_up_to_date() -> None:
    """`make docs` was run after the last change."""
    made = dashboards(CATALOG, RULES)
    directory = ROOT / "deploy/grafana/dashboards"

    assert sorted(made) == sorted(path.name for path in directory.iterdir())
    for name, text in made.items():
        assert (directory / name).read_text("utf-8") == text, f"{name}: run `python -m streams.grafana`"


def test_uids_and_titles_are_unique() -> None:
    """Grafana keeps dashboards by their uid, people by their title."""
    assert len({board["uid"] for board in BOARDS.values()}) == len(BOARDS)
    assert len({board["title"] for board in BOARDS.values()}) == len(BOARDS)
    assert all(re.fullmatch(r"[a-z-]{1,40}", board["uid"]) for board in BOARDS.values())


@pytest.mark.parametrize("name", BOARDS)
def test_panels_have_ids_of_their_own_and_do_not_overlap(name: str) -> None:
    """What lies under another panel is not seen. A collapsed row's panels lie where it opens."""
    board = BOARDS[name]
    ids = [panel["id"] for panel in panels(board)]
    assert len(set(ids)) == len(ids)
    _no_overlap(board["panels"])
    for row in board["panels"]:
        _no_overlap(row.get("panels", []))


def _no_overlap(together: list[Json]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in together:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= COLUMNS
        assert not cells & taken, panel["title"]
        taken |= cells


def test_what_is_per_second_says_so() -> None:
    """Beside a panel of numbers of something, one of how many a second looks the same."""
    for panel in panels(BOARDS["engine.json"]):
        for target in panel.get("targets", ()):
            of_what = re.findall(r"\brate\((\w+)\[", target["expr"])
            if of_what and not any(one.endswith(("_seconds_total", "_bucket")) for one in of_what):
                assert panel["fieldConfig"]["defaults"]["unit"] == "cps", panel["title"]


@pytest.mark.parametrize("name", BOARDS)
def test_nothing_is_good_where_nobody_knows(name: str) -> None:
    """Without a worker no lag and no alert is known: a 0 that the query makes up would be green."""
    for panel in panels(BOARDS[name]):
        assert all("vector(" not in target["expr"] for target in panel.get("targets", ())), panel["title"]


@pytest.mark.parametrize("name", BOARDS)
def test_panels_are_complete(name: str) -> None:
    """Each has a title, says what it shows, in which unit, and what it says when there is nothing."""
    for panel in panels(BOARDS[name]):
        assert panel["title"]
        if panel["type"] == "row":
            continue
        defaults = panel["fieldConfig"]["defaults"]
        assert panel["description"].rstrip().endswith((".", ")", "!", "?")), panel["title"]
        assert defaults["unit"], panel["title"]
        assert defaults["noValue"]
        assert defaults["thresholds"]["steps"][0]["value"] is None
        limits = [step["value"] for step in defaults["thresholds"]["steps"][1:]]
        assert limits == sorted(limits)
        assert panel["targets"]
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


@pytest.mark.parametrize("name", BOARDS)
def test_only_courses_are_asked_for_the_past(name: str) -> None:
    """Of a course a number is the last there was: yesterday's calls as today's, workers that died as ready."""
    for panel in panels(BOARDS[name]):
        for target in panel.get("targets", ()):
            assert target["range"] is (panel["type"] == "timeseries"), panel["title"]
            assert target["instant"] is not target["range"]


@pytest.mark.parametrize("name", BOARDS)
def test_every_datasource_is_the_variable(name: str) -> None:
    """One can choose the Prometheus, and each variable that is used is there."""
    board = BOARDS[name]
    variables = {one["name"]: one for one in board["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    asking = [panel for panel in panels(board) if panel["type"] != "row"]
    asking += [target for panel in asking for target in panel["targets"]]
    asking += [one for one in variables.values() if one["type"] == "query"]
    assert {one["datasource"]["uid"] for one in asking} == {"${datasource}"}
    used = {
        word
        for asked in queries(board)
        for word in re.findall(r"\$(\w+)", asked.expr + asked.legend)
        if not word.startswith("__")
    }
    assert used <= set(variables)
    assert set(variables) <= used | {"datasource", "team"}


@pytest.mark.parametrize("name", BOARDS)
def test_queries_name_metrics_and_labels_that_exist(name: str) -> None:
    """Every expression is one, of what the processes' catalogues of metrics have."""
    assert [] == [
        (asked.where, wrong) for asked in queries(BOARDS[name]) for wrong in unknown_names(asked.expr)
    ]
    for variable in BOARDS[name]["templating"]["list"]:
        if variable["type"] == "query":
            asked, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["definition"]).groups()  # type: ignore[union-attr]
            (selector,) = selectors(parsed(asked))
            assert label in metrics()[selector.name]


@pytest.mark.parametrize("name", BOARDS)
def test_legends_name_labels_that_remain(name: str) -> None:
    """A legend of a label that the expression adds up away would be empty."""
    for asked in queries(BOARDS[name]):
        grouped = re.findall(r"by \(([^)]*)\)", asked.expr)
        labels = set(re.findall(r"\{\{(\w+)\}\}", asked.legend))
        left = {one for group in grouped for one in group.split(", ")} if grouped else {"job", "instance"}
        assert labels <= left, asked


@pytest.mark.parametrize("name", BOARDS)
def test_only_what_workers_export_is_asked_for(name: str) -> None:
    """Each KPI in a window in which it has series; with the variable, in every window that it offers."""
    choice = exported(CATALOG, RULES.values())
    offered = CATALOG.prometheus.windows[:3]
    for asked in queries(BOARDS[name]):
        for kpi, window in re.findall(r'kpi="(\w+)",window="(\$?\w+)"', asked.expr):
            windows = offered if window == "$window" else (window,)
            assert set(windows) <= set(choice.windows[kpi]), asked


def test_every_kpi_is_on_a_dashboard() -> None:
    """That of the company, of teams and of reps is on theirs; nothing that is exported goes unseen."""
    seen = {name: " ".join(one.expr for one in queries(board)) for name, board in BOARDS.items()}
    everywhere = " ".join(seen.values())

    for kpi in exported(CATALOG, RULES.values()).windows:
        assert f'kpi="{kpi}"' in everywhere, kpi
        for level, name in (("team", "team.json"), ("rep", "rep.json")):
            kept = CATALOG.kpis[kpi]
            if level in kept.levels and not kept.only_by:
                assert f'kpi="{kpi}"' in seen[name], (kpi, name)


def test_grafana_is_told_where_they_are() -> None:
    """The provider's directory is filled; the datasource's interval is that of the scrapes."""
    read = YAML(typ="safe", pure=True).load
    provisioning = ROOT / "deploy/grafana/provisioning"
    (provider,) = read((provisioning / "dashboards/crm-pulse.yaml").read_text("utf-8"))["providers"]
    (source,) = read((provisioning / "datasources/prometheus.yaml").read_text("utf-8"))["datasources"]
    scraping = read((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))["global"]

    assert provider["type"] == "file"
    assert provider["options"]["path"].startswith("/")
    assert source["type"] == "prometheus"
    assert source["jsonData"]["timeInterval"] == scraping["scrape_interval"]
