"""The ticker: an alert's sentence is read to its end, where it says how much, and all alerts come by."""

import pytest
from playwright.sync_api import expect

from tests.browser.board_server import BoardServer, Record
from tests.browser.conftest import Floor, OpenPage, serving

pytestmark = pytest.mark.embedded
CUT = """
[...document.querySelectorAll(".alert-text")]
  .filter((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight + 1).map((one) => one.textContent)
"""


def alerts(server: BoardServer, count: int, summary: str) -> None:
    """Raise so many; the first is the newest."""
    server.raise_alerts(*(alert(server, at, summary) for at in range(count)))


def alert(server: BoardServer, at: int, summary: str) -> Record:
    """Return an alert."""
    return {
        "id": str(at), "rule": "r", "severity": "critical", "state": "firing", "reason": "above_threshold",
        "kpi": "response_time_p90", "window": "rolling_24h", "period": None, "dims": {"team": f"team-{at}"}, "value": 9,
        "starts_at": f"2025-11-13T09:{59 - at}:00Z", "updated_at": server.as_of, "ends_at": None, "revision": 1,
        "summary": summary.replace("TEAM", f"team-{at}"),
    }  # fmt: skip


LONG = (
    "Customers wait too long for an answer: Response time (90 %) over the last 24 hours for TEAM is "
    "5 h 44 min, above 1 h (104 samples)."
)


BOARDS = "boards: {side: {title: Side, tiles: [{type: ticker, size: 3x4}, {type: number, kpi: calls, window: day, size: 9x6}]}}"


@pytest.mark.parametrize(("size", "at_once"), [((1366, 768), 1), ((3840, 2160), 1), ((390, 844), 3)])
def test_long_sentences_are_read_to_their_ends(
    size: tuple[int, int], at_once: int, server: BoardServer, open_page: OpenPage
) -> None:
    """Of two lines each on a wall, so that fewer are there at once; a phone has space for all of it, also of one."""
    page = open_page(server, size=size)
    alerts(server, 3, LONG)
    expect(page.locator(".alert")).to_have_count(at_once)
    assert page.evaluate(CUT) == []
    server.raise_alerts(gone=("0", "1"))
    expect(page.locator(".alert")).to_have_count(1)
    assert page.evaluate(CUT) == []


def test_at_the_side_of_a_board_too(floor: Floor, open_page: OpenPage) -> None:
    """There, since when an alert is stands below its sentence, where there is the height for it."""
    with serving(floor, BOARDS) as server:
        page = open_page(server, "/b/side")
        alerts(server, 3, LONG)
        expect(page.locator(".alert")).to_have_count(2)
        assert page.evaluate(CUT) == []
        last, tile = (page.locator(one).last.bounding_box() for one in (".alert-since", ".ticker"))
        assert last is not None and tile is not None
        assert last["y"] + last["height"] < tile["y"] + tile["height"]


def test_all_alerts_come_by_on_a_board_that_stays(server: BoardServer, open_page: OpenPage) -> None:
    """A TV that shows one board by its address has nobody who turns pages; who wants nothing to move says so."""
    page = open_page(server)
    alerts(server, 5, "Too few calls of TEAM")
    said = page.locator(".ticker .tile-window")
    expect(said).to_have_text("1–2 of 5")
    expect(said).to_have_text("3–4 of 5", timeout=10_000)
    expect(page.locator(".alert-text")).to_have_text([f"Too few calls of team-{at}" for at in (2, 3)])
    page.keyboard.press(" ")
    page.keyboard.press(" ")
    page.clock.install()
    page.clock.run_for(10_000)
    expect(page.locator(".alert-text").first).to_have_text("Too few calls of team-2")
