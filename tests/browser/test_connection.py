"""What the page says when numbers can't be believed, and that it comes back by itself."""

import re
import time

import pytest
from playwright.sync_api import Route, expect

from tests.browser.board_server import BoardServer
from tests.browser.conftest import Floor, OpenPage, serving
from tests.browser.test_values import changed

pytestmark = pytest.mark.embedded
PROMISE_MS = 5_000
KEY = "calls|day:2025-11-14|"


def test_a_dead_server_is_told_at_once_and_it_recovers(server: BoardServer, open_page: OpenPage) -> None:
    """Within 5 s; the last numbers stay; when the server is back, what changed meanwhile is there."""
    page = open_page(server, broken=True)
    before = page.locator(f"[data-key='{KEY}']").inner_text()
    server.stop()

    expect(page.locator("#notice")).to_contain_text("Connection lost", timeout=PROMISE_MS)
    expect(page.locator("#notice")).to_contain_text("Trying again")
    assert before == page.locator(f"[data-key='{KEY}']").inner_text()
    server.change_unheard(changed(server.records[KEY], value=77))
    server.start()
    expect(page.locator("#state")).to_contain_text("Live", timeout=20_000)
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator(f"[data-key='{KEY}']")).to_have_text("77")


def test_a_silent_server_is_told_within_the_promise(server: BoardServer, open_page: OpenPage) -> None:
    """The connection stands, but nothing comes: no heartbeat is as good as none."""
    page = open_page(server)
    server.silent = True
    began = time.monotonic()

    expect(page.locator("#notice")).to_contain_text("Connection lost", timeout=PROMISE_MS + 1_000)
    assert time.monotonic() - began < PROMISE_MS / 1000 + 0.5
    server.silent = False
    expect(page.locator("#state")).to_contain_text("Live", timeout=10_000)


@pytest.mark.parametrize(
    ("state", "chip", "words"),
    [
        ("stale", "▲ Late", "Numbers are late: they are as of"),
        ("filling", "▲ Filling", "numbers may be incomplete"),
        ("away", "◆ No store", "The server can't reach its store"),
    ],
)
def test_each_state_is_said_in_words(
    state: str, chip: str, words: str, server: BoardServer, open_page: OpenPage
) -> None:
    """And when it is over, nothing is said any more."""
    page = open_page(server)
    server.state = state
    server.tell_status()
    expect(page.locator("#state")).to_have_text(chip)
    expect(page.locator("#notice")).to_contain_text(words)

    server.state = "live"
    server.tell_status()
    expect(page.locator("#notice")).to_be_hidden()


def test_without_a_store_numbers_grow_old(server: BoardServer, open_page: OpenPage) -> None:
    """The server's signs of life make them no newer; where there were none, nothing is from any time."""
    page = open_page(server)
    server.state = "away"
    server.tell_status()
    notice = page.locator("#notice")
    expect(notice).to_contain_text("what you see is from")
    said = notice.inner_text()
    page.wait_for_timeout(2_500)
    assert said == notice.inner_text()
    page.reload()
    expect(notice).to_have_text("The server can't reach its store: there is nothing to see yet.")


def test_a_token_is_asked_for_and_kept_out_of_the_address(floor: Floor, open_page: OpenPage) -> None:
    """A form where it is missing; one in the address is taken from there."""
    with serving(floor, token="let-me-in") as server:
        page = open_page(server, broken=True, wait=False)
        expect(page.locator("#token-said")).to_have_text("This server wants a token that may read.")
        for _ in range(3):
            page.keyboard.press("Escape")
        page.get_by_label("Token").fill("wrong")
        page.get_by_role("button", name="Show the boards").click()
        expect(page.locator("#token")).to_have_value("")
        expect(page.locator("#token-said")).to_have_text(
            "This server does not know the token that was given."
        )
        page.get_by_label("Token").fill("let-me-in")
        page.get_by_role("button", name="Show the boards").click()
        expect(page.locator(".tile").first).to_be_visible()

        other = open_page(server, "/b/floor#token=let-me-in", broken=True)
        assert "token" not in other.url
        assert other.url.endswith("/b/floor")


def test_a_token_that_may_not_read_is_asked_for_again(floor: Floor, open_page: OpenPage) -> None:
    """It is kept on the device: nobody could take it from there, and the page would try for ever."""
    with serving(floor, token="let-me-in") as server:
        server.powerless = "hands-off"
        page = open_page(server, "/b/floor#token=hands-off", broken=True, wait=False)
        expect(page.locator("#token-said")).to_have_text(
            "Another token is needed: the token 'x' has acknowledge, this needs read."
        )
        page.get_by_label("Token").fill("let-me-in")
        page.get_by_role("button", name="Show the boards").click()
        expect(page.locator(".tile").first).to_be_visible()


def test_boards_rotate_until_paused(floor: Floor, open_page: OpenPage) -> None:
    """From / by themselves, each for its seconds; a board that is named stays."""
    boards = "".join(
        f"  {name}: {{title: {name}, seconds: 5, tiles: [{{type: ticker}}]}}\n" for name in ("b", "a")
    )
    with serving(floor, f"boards:\n{boards}") as server:
        page = open_page(server, "/", broken=True)
        expect(page.locator("h1")).to_have_text("b")
        expect(page.locator("h1")).to_have_text("a", timeout=7_000)
        page.keyboard.press(" ")
        expect(page.locator("#pause")).to_have_attribute("aria-pressed", "true")
        named = open_page(server, "/b/a", broken=True)
        expect(named.locator("#pause")).to_have_attribute("aria-pressed", "true")


def test_a_board_that_answers_late_does_not_take_the_place_of_another(
    server: BoardServer, open_page: OpenPage
) -> None:
    """Somebody goes on before it is there: its tiles would stand where the other board's are, without numbers."""
    page = open_page(server)
    late: list[Route] = []
    page.route("**/api/v1/boards/response", lambda route: late.append(route))
    page.get_by_role("link", name="Response times").click()
    page.wait_for_timeout(100)
    streams: list[Route] = []
    page.route("**/events/stream?board=pipeline*", lambda route: streams.append(route))
    page.get_by_role("link", name="Pipeline").click()
    page.wait_for_timeout(300)
    assert (1, 1) == (len(late), len(streams))
    late[0].continue_()
    page.wait_for_timeout(300)
    streams[0].continue_()

    expect(page.locator(".funnel")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Pipeline")


def test_a_loss_of_long_ago_says_which_day(server: BoardServer, open_page: OpenPage) -> None:
    """On Monday a time of Friday would be taken for today's."""
    page = open_page(server, broken=True)
    server.stop()
    expect(page.locator("#notice")).to_have_text(re.compile(r"^Connection lost: what you see is from \d"))
    page.clock.install()
    page.clock.fast_forward(72 * 3_600_000)
    expect(page.locator("#notice")).to_contain_text("what you see is from Fri, Nov 14")


def test_after_a_gap_the_line_is_read_again(server: BoardServer, open_page: OpenPage) -> None:
    """The server was there, and has what this page did not see: a straight line over hours would be none."""
    page = open_page(server, broken=True)
    expect(page.locator(f"[data-key='{KEY}']")).to_be_visible()
    expect(page.locator(".number[data-spark]")).to_have_count(0)
    server.stop()
    expect(page.locator("#notice")).to_contain_text("Connection lost", timeout=PROMISE_MS)
    points = [{"at": f"2025-11-14T{hour:02}:00:00Z", "value": hour} for hour in range(8, 14)]
    server.series[KEY] = points
    server.change_unheard(changed(server.records[KEY], value=77))
    server.start()
    expect(page.locator(".number[data-spark]")).to_have_count(1, timeout=20_000)
    path = page.locator(".number[data-spark] .spark-line").get_attribute("d") or ""
    assert path.count("L") >= len(points) - 1
