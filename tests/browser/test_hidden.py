"""A board under the token of one team: what is not for it says so, and what is limited to it too."""

import pytest
from playwright.sync_api import Page, expect

from processors.serving.viewing import Viewer
from tests.browser.conftest import Floor, OpenPage, serving
from tests.browser.test_values import shown

pytestmark = pytest.mark.embedded
BOARDS = """
boards:
  all:
    title: All
    tiles:
      - {type: number, kpi: won_revenue, window: month, size: 4x2}
      - {type: number, kpi: won_revenue, window: month, of: {team: TEAM}, size: 4x2}
      - {type: leaderboard, kpi: won_revenue, window: month, team: OTHER, size: 4x2}
      - {type: funnel, size: 6x2}
      - {type: distribution, by: team, size: 6x2}
      - {type: leaderboard, kpi: won_revenue, window: month, size: 6x2}
      - {type: aging, by: channel, size: 3x2}
      - {type: ticker, size: 3x2}
"""
TITLES = [
    "Won revenue",
    "Won revenue",
    "Won revenue",
    "Pipeline",
    "Responses",
    "Won revenue",
    "Open inquiries",
    "Alerts",
]


def quiet(page: Page, at: int) -> list[str]:
    """Return what a tile says in the place of numbers."""
    return [text for text in page.locator(".tile").nth(at).locator(".quiet").all_inner_texts() if text]


@pytest.mark.parametrize("size", [(1920, 1080), (390, 844)])
def test_what_is_not_for_the_token_says_so(size: tuple[int, int], floor: Floor, open_page: OpenPage) -> None:
    """In words on the tile, under its title; nothing is asked for that would be refused."""
    team, other = sorted({team for team, _ in floor.reps.values()})[:2]
    boards = BOARDS.replace("TEAM", team).replace("OTHER", other)
    with serving(floor, boards) as server:
        server.viewer = Viewer(frozenset({team}), company=False)
        page = open_page(server, "/b/all", size=size)

        assert shown(page, ".tile-title") == TITLES
        for at in (0, 2, 3, 6):
            assert quiet(page, at) == ["Not for this token."], at
        expect(page.locator(".value")).to_have_attribute("data-key", f"won_revenue|month:2025-11|team={team}")
        assert quiet(page, 7) == ["No alerts that this token may see."]
        assert shown(page, ".share-name") == [team]
        assert {floor.reps[name][0] for name in shown(page, ".leader-name")} == {team}
        for at in (4, 5):
            expect(page.locator(".tile").nth(at).locator(".tile-window")).to_contain_text(f"only {team}")
