"""Boards for who does not see everything."""

from typing import Any

import pytest

from processors.serving.board_seen import seen_by
from processors.serving.viewing import Viewer
from tests.processors.serving.test_board_document import documents

TEAM_OF = {"ann": "north", "cem": "south"}
NORTH = Viewer(frozenset({"north"}), company=False)
TILES = {
    "company": "type: number, kpi: calls, window: day",
    "channel": "type: number, kpi: calls, window: day, of: {channel: phone}",
    "own team": "type: number, kpi: calls, window: day, of: {team: north}",
    "other team": "type: number, kpi: calls, window: day, of: {team: south}",
    "own rep": "type: number, kpi: calls, window: day, of: {rep: ann}",
    "other rep": "type: number, kpi: calls, window: day, of: {rep: cem}",
    "unknown rep": "type: number, kpi: calls, window: day, of: {rep: zoe}",
    "teams": "type: leaderboard, kpi: calls, window: day, by: team",
    "reps": "type: leaderboard, kpi: calls, window: day",
    "own reps": "type: leaderboard, kpi: calls, window: day, team: north",
    "other reps": "type: leaderboard, kpi: calls, window: day, team: south",
    "channels": "type: aging, by: channel",
    "funnel": "type: funnel",
    "alerts": "type: ticker",
}
HIDDEN = {"company", "channel", "other team", "other rep", "unknown rep", "other reps", "channels", "funnel"}


def board(tile: str, more: str = "") -> Any:
    """Return the document of a board with a tile."""
    return documents(f"boards: {{a: {{title: A, {more} tiles: [{{{tile}}}]}}}}")["a"]


@pytest.mark.parametrize("name", TILES)
def test_a_tile_is_hidden_where_nothing_of_it_is_seen(name: str) -> None:
    """Of any team or rep there may be an own one; the company is not a team's."""
    found = seen_by(NORTH, TEAM_OF, board(TILES[name]))
    assert found["only"] == ["north"]
    assert found["tiles"][0]["hidden"] == (name in HIDDEN)


def test_the_company_is_seen_by_who_may() -> None:
    """But no other team."""
    viewer = Viewer(frozenset({"north"}), company=True)
    for name in TILES:
        hidden = seen_by(viewer, TEAM_OF, board(TILES[name]))["tiles"][0]["hidden"]
        assert hidden == (name in {"other team", "other rep", "unknown rep", "other reps"}), name


def test_a_tile_may_be_hidden_in_part() -> None:
    """The company's share is, those of the teams are not."""
    found = seen_by(NORTH, TEAM_OF, board("type: distribution, by: team"))["tiles"][0]
    assert not found["hidden"]
    hidden = {role: source["hidden"] for role, source in found["sources"].items()}
    assert hidden["within.0"]
    assert not hidden["within.0.each"]


def test_a_board_of_one_team_after_the_other_is_of_the_own_ones() -> None:
    """Whichever team it shows, the viewer sees."""
    found = seen_by(NORTH, TEAM_OF, board("type: number, kpi: calls, window: day", "for_each: team,"))
    assert not found["tiles"][0]["hidden"]


def test_who_sees_everything_is_told_so() -> None:
    """And gets the document as it is."""
    document = board(TILES["company"])
    assert seen_by(Viewer(), TEAM_OF, document) == {**document, "only": None}
