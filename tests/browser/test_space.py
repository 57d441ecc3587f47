"""Where there is little space nothing is cut so that it says something else."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Floor, OpenPage, serving
from tests.browser.test_tiles import little

pytestmark = pytest.mark.embedded
OUTSIDE = """
(labels) => labels.filter((label) => label.checkVisibility()).map((label) => {
  const [own, part] = [label, label.parentElement].map((one) => one.getBoundingClientRect());
  return [label.textContent, own.left < part.left - 0.5 || own.right > part.right + 0.5];
})
"""
LONG = "Anastasia Konstantinopolskaya"
BOARDS = """
boards:
  small:
    title: Small
    tiles:
      - {type: distribution, by: rep, window: rolling_30d, size: 6x2}
      - {type: aging, by: team, size: 4x2}
      - {type: number, kpi: calls, window: day, size: 12x4}
  low:
    title: Low
    tiles:
      - {type: contest, kpi: won_revenue, window: month, size: 6x3, prize: A weekend in a hotel by the sea for two}
      - {type: funnel, size: 6x2}
"""
OVER = """
(pairs) => pairs.filter(([above, below]) => {
  const [upper, lower] = [above, below].map((one) => document.querySelector(one).getBoundingClientRect());
  return upper.bottom > lower.top + 1;
})
"""


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 768), (390, 844)])
def test_a_share_is_said_whole_or_not_at_all(
    size: tuple[int, int], floor: Floor, open_page: OpenPage
) -> None:
    """The half of 14 % that has space looks like 4 %, where times are long words and the bar is short."""
    with serving(floor) as server:
        page = open_page(server, "/b/response", size=size, locale="de-DE")
        expect(page.locator(".share-row").first).to_be_visible()
        labels = page.locator(".share-part > span").evaluate_all(OUTSIDE)
        assert labels
        assert [] == [text for text, outside in labels if outside]


def test_the_bar_has_as_much_space_as_the_times(floor: Floor, open_page: OpenPage) -> None:
    """In languages that write out what a minute is, too."""
    with serving(floor) as server:
        page = open_page(server, "/b/response", locale="de-DE")
        row = page.locator(".share-row").first
        bar, times = (row.locator(one).bounding_box() for one in (".share-bar", ".share-times"))
        assert bar is not None and times is not None
        assert bar["width"] > 0.8 * times["width"]
        assert page.locator(".share-times").evaluate_all(
            "(all) => all.every((one) => one.scrollWidth <= one.clientWidth)"
        )


def test_who_won_is_called_by_the_whole_name(floor: Floor, open_page: OpenPage) -> None:
    """On two lines, where one has no space for it."""
    with serving(floor) as server:
        best = max(
            (one for key, one in server.records.items() if key.startswith("won_revenue|month:2025-11|rep=")),
            key=lambda one: one["value"] or 0,
        )
        server.records["best"] = {**best, "dims": {"rep": LONG}, "value": 2 * best["value"]}
        page = open_page(server, "/b/contest")
        name = page.locator('.step[data-place="1"] .step-name')
        expect(name).to_have_text(LONG)
        assert name.evaluate(
            "(one) => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight"
        )


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)])
def test_reps_for_whom_there_is_no_line_are_counted(
    size: tuple[int, int], floor: Floor, open_page: OpenPage
) -> None:
    """A tile of responses has some lines: the rest would lie over what its colours are."""
    with serving(floor, BOARDS) as server:
        page = open_page(server, "/b/small", size=size)
        tile = page.locator(".distribution")
        expect(tile.locator(".more")).to_have_text(re.compile(r"^and \d more$"))
        rows, more, legend = (tile.locator(one) for one in (".share-row", ".more", ".shares-legend"))
        shown = rows.count()
        ends = [rows.last.bounding_box(), more.bounding_box(), legend.bounding_box(), tile.bounding_box()]
        bottoms = [box["y"] + box["height"] for box in ends if box is not None]
        assert bottoms == sorted(bottoms)
        assert ends[2] is not None and bottoms[1] <= ends[2]["y"] + 1
        page.set_viewport_size({"width": 390, "height": 844})
        expect(tile.locator(".more")).to_be_hidden()
        assert rows.count() > shown


def test_an_age_has_a_bar_in_a_narrow_tile(floor: Floor, open_page: OpenPage) -> None:
    """Beside name, count and time: without it the limits are no limits of anything."""
    with serving(floor, BOARDS) as server:
        for kpi, value in (("open_inquiries", 7), ("oldest_open_inquiry_s", 1_221)):
            server.records[kpi] = little(kpi, value, {"team": "z"}, window="now", period=None)
        page = open_page(server, "/b/small")
        bar, tile = (page.locator(one).first.bounding_box() for one in (".age-bar", ".aging"))
        assert bar is not None and tile is not None
        assert bar["width"] > 0.2 * tile["width"]


def test_parts_of_a_low_tile_lie_below_one_another(floor: Floor, open_page: OpenPage) -> None:
    """A contest has as many places as there is space for below its prize; a funnel's first stage is below its title."""
    with serving(floor, BOARDS) as server:
        page = open_page(server, "/b/low")
        expect(page.locator(".contest .leader").first).to_be_visible()
        pairs = [[".contest-head", ".contest .leader"], [".funnel .tile-head", ".funnel .stage-what"]]
        assert [] == page.evaluate(OVER, pairs)
        assert [] == page.locator(".step-value, .step-goal").evaluate_all(
            "(all) => all.filter((one) => one.offsetWidth > one.parentElement.offsetWidth).map((one) => one.textContent)"
        )


def test_ages_for_which_there_is_no_line_are_counted(floor: Floor, open_page: OpenPage) -> None:
    """As on a leaderboard: who adds up what is open would think that it was all."""
    with serving(floor, BOARDS) as server:
        for at in range(20):
            for kpi, value in (("open_inquiries", 7), ("oldest_open_inquiry_s", 1_221)):
                dims = {"team": f"team-{at}"}
                server.records[f"{kpi} {at}"] = little(kpi, value, dims, window="now", period=None)
        page = open_page(server, "/b/small")
        tile = page.locator(".aging")
        expect(tile.locator(".more")).to_have_text(re.compile(r"^and \d+ more$"))
        left = int((tile.locator(".more").text_content() or "").split()[1])
        open_in = len(
            [
                one
                for one in server.records.values()
                if one["kpi"] == "open_inquiries" and "team" in one["dims"] and one["value"]
            ]
        )
        assert tile.locator(".age").count() + left == open_in
        last, whole = (tile.locator(one).bounding_box() for one in (".more", ".tile-body"))
        assert last is not None and whole is not None
        assert last["y"] + last["height"] <= whole["y"] + whole["height"] + 1
