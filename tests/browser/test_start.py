"""A page that is opened before there is anything to show."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_server import BoardServer
from tests.browser.conftest import Floor, OpenPage, serving

pytestmark = pytest.mark.embedded

TEAMS = """
boards:
  teams:
    title: Team
    for_each: team
    tiles:
      - {type: number, kpi: calls, window: day}
"""


def test_boards_of_teams_are_shown_as_soon_as_there_are_teams(floor: Floor, open_page: OpenPage) -> None:
    """While the server still reads who is in which team there is no such board; it needs no second visit."""
    with serving(floor, TEAMS) as server:
        teams, server.directory = server.directory, {}
        page = open_page(server, "/", wait=False)
        page.wait_for_load_state("networkidle")  # else it is the first visit's answer that comes
        page.clock.install()
        with page.expect_response(lambda answer: "/api/v1/directory" in answer.url) as first:
            page.reload()
        assert first.value.json()["items"] == []
        expect(page.locator("#boards a")).to_have_count(0)
        server.directory = teams
        page.clock.run_for(61_000)

        expect(page.locator(".tile")).to_have_count(1)


def test_an_address_that_can_not_be_read_is_no_board(server: BoardServer, open_page: OpenPage) -> None:
    """The first one is shown."""
    page = open_page(server, "/b/%E0%A4%A")

    expect(page.locator(".tile").first).to_be_visible()
