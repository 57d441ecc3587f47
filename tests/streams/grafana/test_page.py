"""How panels find their places."""

from streams.grafana.page import Page, choice_variable, query_variable


def places(page: Page) -> list[tuple[str, int, int]]:
    """Return title, x and y of each panel, those in collapsed rows too."""
    return [
        (panel["title"], panel["gridPos"]["x"], panel["gridPos"]["y"])
        for row in page.json()["panels"]
        for panel in (row, *row.get("panels", ()))
    ]


def test_panels_flow_and_collapsed_ones_take_no_room() -> None:
    """A line is as high as its highest panel; a row without panels is left out."""
    page = Page("x", "X", "Says x.")
    page.row("one")
    for name, width, height in (("a", 12, 4), ("b", 12, 8), ("c", 12, 4)):
        page.add({"type": "stat", "title": name}, width, height)
    page.row("none")
    page.row("two", collapsed=True)
    page.add({"type": "stat", "title": "d"}, 12, 8)
    page.row("three", collapsed=True)
    page.add({"type": "stat", "title": "e"}, 12, 8)

    assert places(page) == [
        ("one", 0, 0), ("a", 0, 1), ("b", 12, 1), ("c", 0, 9),
        ("two", 0, 14), ("d", 0, 15), ("three", 0, 15), ("e", 0, 16),
    ]  # fmt: skip


def test_variables() -> None:
    """Of a choice the first is chosen; "All" stands for what it is told to."""
    window = choice_variable("window", "Window", {"day": "today", "now": "now"})
    team = query_variable("team", "Team", "label_values(crm_rep_info, team)", "()")

    assert (window["query"], window["current"]["value"]) == ("today : day,now : now", "day")
    assert (team["includeAll"], team["allValue"], team["current"]["value"]) == (True, "()", "$__all")
    assert "allValue" not in query_variable("team", "Team", "label_values(crm_rep_info, team)")
