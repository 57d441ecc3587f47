"""A page that is opened before there is anything to show."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

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
    """While the server still reads who is in which team the page says that it waits; it needs no second visit."""
    with serving(floor, TEAMS) as server:
        teams, server.directory = server.directory, {}
        page = open_page(server, "/", wait=False)
        page.wait_for_load_state("networkidle")  # else it is the first visit's answer that comes
        page.clock.install()
        with page.expect_response(lambda answer: "/api/v1/directory" in answer.url) as first:
            page.reload()
        assert first.value.json()["items"] == []
        expect(page.locator(".nowhere-words")).to_contain_text("No team is known yet")
        server.directory = teams
        page.clock.run_for(61_000)

        expect(page.locator(".tile")).to_have_count(1)
        expect(page.locator("#pause")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(
    ("path", "words", "offered"),
    [
        ("/b/nope", "There is no board “nope”.", "/b/floor"),
        ("/b/%E0%A4%A", "There is no board “%E0%A4%A”.", "/b/floor"),
        ("/b/team?team=nope", "There is no team “nope”.", "/b/team?team=TEAM"),
        ("/b/floor?team=TEAM", "The board “Sales floor” is not of one team.", "/b/team?team=TEAM"),
    ],
)
def test_a_misspelt_address_shows_no_other_board(
    path: str, words: str, offered: str, server: BoardServer, floor: Floor, open_page: OpenPage
) -> None:
    """It is said plainly, to eyes and ears, with the boards there are; the right one is a click away."""
    team = min(team for team, _ in floor.reps.values())
    page = open_page(server, path.replace("TEAM", team), wait=False, broken=True)

    expect(page.locator(".nowhere-words")).to_have_text(words)
    expect(page.locator("#said")).to_have_text(words)
    expect(page.locator("h1")).to_have_text("No such board")
    expect(page.locator("#state")).to_have_text("No board")
    expect(page.locator(".tile")).to_have_count(0)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.locator(f".nowhere a[href='{offered.replace('TEAM', team)}']").click()
    expect(page.locator(".tile").first).to_be_visible()


def test_a_teams_board_waits_for_its_team(server: BoardServer, open_page: OpenPage) -> None:
    """While nobody is known it is not another board that is shown, and the right one comes by itself."""
    teams, server.directory = server.directory, {}
    page = open_page(server, "/b/team", wait=False)
    page.wait_for_load_state("networkidle")
    page.clock.install()
    page.reload()
    expect(page.locator(".nowhere-words")).to_contain_text("No team is known yet")
    expect(page.locator("h1")).to_have_text("Team")
    server.directory = teams
    page.clock.run_for(61_000)

    expect(page.locator("h1")).to_have_text(re.compile(r"^Team \w+$"))


def test_back_from_a_board_that_there_is_not(server: BoardServer, open_page: OpenPage) -> None:
    """A dot leads to a board, and back to the message."""
    page = open_page(server, "/b/nope", wait=False, broken=True)
    page.locator("#boards a").first.click()
    expect(page.locator(".tile").first).to_be_visible()
    page.go_back()
    expect(page.locator(".nowhere")).to_be_visible()
    expect(page.locator(".tile")).to_have_count(0)


def test_a_teams_board_comes_soon_where_the_directory_did_not(
    server: BoardServer, floor: Floor, open_page: OpenPage
) -> None:
    """A server that starts has no store yet: a screen does not wait a minute, saying that there is no team."""
    team = min(team for team, _ in floor.reps.values())
    page = open_page(server, f"/b/team?team={team}", broken=True)
    away = [True, True]

    def answer(route: Route) -> None:
        if away:
            away.pop()
            route.fulfill(status=503, json={"title": "Current values can't be read now"})
        else:
            route.continue_()

    page.route("**/api/v1/directory*", answer)
    page.reload()
    expect(page.locator(".nowhere-words")).to_be_visible()
    expect(page.locator(".tile").first).to_be_visible(timeout=10_000)
    expect(page.locator("h1")).to_have_text(f"Team {team}")


BLOCKED = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("Access is denied.", "SecurityError"); } });
}
"""
FULL = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };"""


@pytest.mark.parametrize("storage", [BLOCKED, FULL], ids=["blocked", "full"])
def test_a_browser_that_keeps_nothing_shows_the_boards(
    storage: str, floor: Floor, open_page: OpenPage
) -> None:
    """Colours, places and the token are known until the page is left."""
    with serving(floor, token="let-me-in") as server:
        page = open_page(server, "/", wait=False, broken=True)
        page.add_init_script(storage)
        page.reload()
        page.get_by_label("Token").fill("let-me-in")
        page.get_by_role("button", name="Show the boards").click()
        expect(page.locator("#state")).to_contain_text("Live")
        expect(page.locator(".leader").first).to_be_visible()
        page.keyboard.press("t")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.keyboard.press("t")
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
