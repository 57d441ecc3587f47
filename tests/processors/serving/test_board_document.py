"""What the page gets to draw a board."""

from typing import Any

from processors.reading.event_time import decode_time
from processors.serving.board_document import BoardDocuments, board_selectors
from schemas.board import load_boards
from schemas.catalog import Catalog, load_catalog
from schemas.selector import Selector

NOW_US = decode_time("2026-11-26T15:00:00Z")
CATALOG = load_catalog()


def documents(text: str | None = None, catalog: Catalog = CATALOG, now_us: int = NOW_US) -> BoardDocuments:
    """Return documents of boards."""
    boards = load_boards(catalog, text, "boards.yaml")
    return BoardDocuments(boards, catalog, lambda: now_us)


def tile(fields: str, catalog: Catalog = CATALOG, now_us: int = NOW_US, board: str = "") -> dict[str, Any]:
    """Return the document of a board's only tile."""
    text = f"boards: {{a: {{title: A, {board} tiles: [{{{fields}}}]}}}}"
    found: dict[str, Any] = documents(text, catalog, now_us)["a"]["tiles"][0]
    return found


def test_a_document_has_all_that_the_page_needs() -> None:
    """Places, running periods, and of each KPI its names and how its values are written."""
    found = documents()["floor"]

    assert (found["columns"], found["rows"], found["currency"], found["timezone"]) == (12, 6, "EUR", "UTC")
    assert found["periods"]["week"] == "2026-W48"
    assert found["tiles"][0]["place"] == {"column": 1, "row": 1, "width": 5, "height": 3}
    revenue = found["kpis"]["won_revenue"]
    assert (revenue["label"], revenue["format"], revenue["direction"], revenue["additive"]) == (
        "Won revenue",
        "currency",
        "up",
        True,
    )
    assert found["kpis"]["response_within_1h"]["format"] == "percent"
    assert found["order"] == 0
    for text in found["selectors"]:
        Selector.parse(text)


def test_percent_is_written_as_such_whatever_its_unit() -> None:
    """0–100 is scaled, 0–1 is not."""
    found = documents(
        "boards: {a: {title: A, tiles: [{type: number, kpi: lead_conversion_rate, window: week},"
        " {type: number, kpi: win_rate, window: week}]}}"
    )["a"]["kpis"]

    assert (found["lead_conversion_rate"]["format"], found["lead_conversion_rate"]["scale"]) == (
        "percent",
        0.01,
    )
    assert (found["win_rate"]["format"], found["win_rate"]["scale"]) == ("percent", 1)


def test_a_contest_ends_with_its_period() -> None:
    """Of the running one by the catalog's calendar, which goes on with the clock; of a named one always the same."""
    catalog = load_catalog(
        "catalog: a\nextends: standard\ncalendar: {timezone: Europe/Berlin}\n", "catalog.yaml"
    )
    running = "type: contest, kpi: won_revenue, window: month"

    assert tile(running, catalog)["ends"] == "2026-11-30T23:00:00Z"
    assert tile(running, catalog, decode_time("2026-11-30T23:00:00Z"))["ends"] == "2026-12-31T23:00:00Z"
    assert tile(f"{running}, period: 2026-10", catalog)["ends"] == "2026-10-31T23:00:00Z"


def test_limits_come_from_the_catalog() -> None:
    """Those of shares within a time; ages say theirs."""
    assert tile("type: distribution")["limits_s"] == [3600, 86400]
    assert tile("type: aging, limits: [30m, 4h]")["limits_s"] == [1800, 14400]


def test_targets_of_the_catalog_are_known_before_any_record() -> None:
    """The one of the period goes before the one of each period; of each team the page waits for its record."""
    text = """
catalog: a
extends: standard
targets:
  - {kpi: calls, window: day, value: 100}
  - {kpi: calls, window: day, period: "2026-11-26", value: 120}
"""
    catalog = load_catalog(text, "catalog.yaml")
    number = "type: number, kpi: calls, window: day"

    assert tile(number, catalog)["target"] == 120
    assert tile(number, catalog, NOW_US + 86_400_000_000)["target"] == 100
    assert tile(number, catalog, board="for_each: team,")["target"] is None
    assert tile(f"{number}, of: {{team: north}}", catalog)["target"] is None


def test_a_funnel_says_which_pipeline_it_is_of() -> None:
    """Where there are several; a title of its own goes before that."""
    two = load_catalog(
        "catalog: own\nextends: standard\npipelines: {new: {stages: [a, b]}, renewals: {stages: [c, d]}}\n",
        "own.yaml",
    )

    assert ["Pipeline new", "Pipeline renewals", "Old", None] == [
        tile("type: funnel", two)["title"],
        tile("type: funnel, pipeline: renewals", two)["title"],
        tile("type: funnel, pipeline: renewals, title: Old", two)["title"],
        tile("type: funnel")["title"],
    ]


def test_a_teams_funnel_goes_without_what_is_not_kept_by_team_and_stage() -> None:
    """Its conversions are."""
    found = tile("type: funnel", board="for_each: team,")

    assert list(found["sources"]) == ["conversion"]
    assert (
        found["sources"]["conversion"]["selector"] == "stage_conversion|rolling_30d|from_stage,team,to_stage"
    )
    assert found["sources"]["conversion"]["each"]
    assert found["stages"] == ["qualification", "discovery", "proposal", "negotiation"]


def test_selectors_are_each_once() -> None:
    """Two tiles of the same KPI ask for it once."""
    text = "boards: {a: {title: A, tiles: [%s, %s]}}" % (("{type: number, kpi: calls, window: day}",) * 2)
    (board,) = load_boards(CATALOG, text, "boards.yaml").values()
    assert ["calls|day|"] == board_selectors(board, CATALOG)


def test_documents_are_a_mapping_in_the_order_of_the_file() -> None:
    """As the API takes them."""
    found = documents()
    assert [*found] == ["floor", "team", "response", "pipeline", "contest"]
    assert len(found) == 5
    assert found.get("none") is None
