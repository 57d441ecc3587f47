"""Everybody can use the page: on any screen, in dark and light, by keys, by ear, with little motion."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.board_server import BoardServer
from tests.browser.conftest import OpenPage
from tests.browser.test_values import BOARDS, changed

pytestmark = pytest.mark.embedded
SIZES = {"tv": (1920, 1080), "4k": (3840, 2160), "phone": (390, 844)}
CLIPPED = """
[...document.querySelectorAll(".value, .tile-title, .leader-name, .leader-value, .stage-name, .step-name, .age-oldest, .share-times, .goal-words")]
  .filter((one) => one.offsetParent && one.scrollWidth > one.clientWidth + 1).map((one) => `${one.className}: ${one.textContent}`)
"""
SPILLED = """
[...document.querySelectorAll(".tile")].filter((one) => one.scrollHeight > one.clientHeight + 1)
  .map((one) => `${one.className}: ${one.scrollHeight} > ${one.clientHeight}`)
"""


@pytest.mark.parametrize(("scheme", "size"), [("dark", "tv"), ("light", "phone")])
def test_axe_finds_nothing(scheme: str, size: str, server: BoardServer, open_page: OpenPage) -> None:
    """On every board, with alerts, and with the connection in each state."""
    alert = {
        "id": "1", "rule": "r", "severity": "critical", "state": "firing", "reason": "above_threshold",
        "kpi": "calls", "window": "day", "period": "2025-11-14", "dims": {}, "value": 9, "limit": "above 5",
        "starts_at": server.as_of, "updated_at": server.as_of, "ends_at": None, "summary": "Too many calls", "revision": 1,
    }  # fmt: skip
    server.alerts["1"] = alert
    page = open_page(server, color_scheme=scheme, size=SIZES[size], reduced_motion="reduce")
    for board in BOARDS:
        page.goto(f"{server.url}/b/{board}")
        page.wait_for_selector(".tile")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
    for state in ("stale", "away"):
        server.state = state
        server.tell_status()
        page.wait_for_selector(f"body[data-state={state}]")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("size", list(SIZES))
def test_nothing_overflows(size: str, server: BoardServer, open_page: OpenPage) -> None:
    """No board is wider than the screen, or higher than a TV; no tile cuts off what it says."""
    page = open_page(server, size=SIZES[size])
    for board in BOARDS:
        page.goto(f"{server.url}/b/{board}")
        page.wait_for_selector(".tile")
        page.wait_for_timeout(150)
        width, inner, height, screen = page.evaluate(
            "[document.documentElement.scrollWidth, innerWidth, document.documentElement.scrollHeight, innerHeight]"
        )
        assert width <= inner
        assert height <= screen or size == "phone"
        assert [] == page.evaluate(CLIPPED), board
        assert [] == page.evaluate(SPILLED), board


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_what_waits_for_months_has_its_space(
    size: str, locale: str, server: BoardServer, open_page: OpenPage
) -> None:
    """Days of three digits, in a language that writes them longer."""
    times = {"response_time_p50": 12.9, "response_time_p90": 130.9, "oldest_open_inquiry_s": 128.9}
    for key, record in server.records.items():
        if record["kpi"] in times and record["value"] is not None:
            server.records[key] = changed(record, value=times[record["kpi"]] * 86_400)
    page = open_page(server, "/b/response", size=SIZES[size])
    page.add_init_script(f"Object.defineProperty(navigator, 'language', {{get: () => '{locale}'}})")
    page.reload()
    expect(page.locator(".age-oldest").first).to_contain_text("128")
    assert [] == page.evaluate(CLIPPED)


def test_a_tv_and_a_4k_tv_show_the_same(server: BoardServer, open_page: OpenPage) -> None:
    """Letters are twice as many pixels high, so that they are as large."""
    sizes = []
    for size in ("tv", "4k"):
        page = open_page(server, size=SIZES[size])
        sizes.append(page.evaluate("parseFloat(getComputedStyle(document.querySelector('.value')).fontSize)"))
        small = page.evaluate(
            "Math.min(...[...document.querySelectorAll('.tile *')].filter((one) => one.childElementCount === 0 && one.textContent"
            " && one.offsetParent && !one.classList.contains('unseen')).map((one) => parseFloat(getComputedStyle(one).fontSize)))"
        )
        assert small >= (15 if size == "tv" else 30)
    assert sizes[1] == pytest.approx(2 * sizes[0], rel=0.03)


def test_keys_do_what_the_help_says(server: BoardServer, open_page: OpenPage) -> None:
    """Arrows, space, colours, help; escape closes it."""
    page = open_page(server)
    page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_contain_text("Team")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("h1")).to_have_text("Sales floor")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("h1")).to_have_text("Contest of the month")

    pressed = page.locator("#pause").get_attribute("aria-pressed")
    page.keyboard.press(" ")
    expect(page.locator("#pause")).not_to_have_attribute("aria-pressed", pressed or "")
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_be_visible()


def test_the_chosen_colours_stay(server: BoardServer, open_page: OpenPage) -> None:
    """Over a reload, whatever the system says."""
    page = open_page(server, color_scheme="dark")
    for _ in range(2):
        page.get_by_role("button", name="Colours").click()
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.reload()
    page.wait_for_selector(".tile")
    assert light == page.evaluate(background) == "rgb(232, 237, 244)"


def test_a_screen_reader_hears_little(server: BoardServer, open_page: OpenPage) -> None:
    """A hundred changed numbers say nothing; a state and a board do."""
    page = open_page(server)
    expect(page.locator("#said")).to_have_text("Board Sales floor")
    page.evaluate(
        "window.heard = 0; new MutationObserver(() => window.heard++).observe(document.getElementById('said'), {childList: true})"
    )
    for value in range(100):
        server.publish(changed(server.records["calls|day:2025-11-14|"], value=value))
    expect(page.locator("[data-key='calls|day:2025-11-14|']")).to_have_text("99")
    assert 0 == page.evaluate("window.heard")
    server.state = "filling"
    server.tell_status()
    expect(page.locator("#said")).to_contain_text("still reading", timeout=10_000)


def test_little_motion_means_none(server: BoardServer, open_page: OpenPage) -> None:
    """Lines that change places don't glide, the moment does not rise."""
    page = open_page(server, reduced_motion="reduce")
    last = page.locator(".leader-name").last.inner_text()
    record = server.records[f"won_revenue|month:2025-11|rep={last}"]
    server.publish(changed(record, value=9_999_999, target=5_000_000, attainment=2.0))
    expect(page.locator(".moment-who")).to_have_text(last)

    assert 0 == page.evaluate("document.getAnimations().length")


def test_places_gained_are_heard_on_the_podium_too(server: BoardServer, open_page: OpenPage) -> None:
    """A triangle is no word."""
    page = open_page(server, "/b/contest")
    expect(page.locator(".step")).to_have_count(3)
    third = page.locator(".step-name").nth(2).inner_text()
    record = server.records[f"won_revenue|month:2025-11|rep={third}"]
    server.publish(changed(record, value=9_999_999, target=None))
    expect(page.locator(".step-name").first).to_have_text(third)
    expect(page.locator(".step-gain").first).to_have_attribute("aria-label", "2 up")
