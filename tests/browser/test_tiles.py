"""Tiles of what should be little, of names from everywhere, of teams, of what is over, and of nothing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.board_server import Record
from tests.browser.conftest import Floor, OpenPage, serving
from tests.browser.test_values import changed, shown

pytestmark = pytest.mark.embedded
BOARDS = """
boards:
  little:
    title: Little
    tiles:
      - {type: number, kpi: deals_lost, window: month, size: 6x3}
      - {type: leaderboard, kpi: deals_lost, window: month, size: 6x3}
      - {type: leaderboard, kpi: response_time_p50, window: month, size: 6x3}
      - {type: aging, by: team, limits: [90m, 36h], size: 6x3}
  long:
    title: NAMED
    tiles:
      - {type: number, kpi: deals_lost, window: month, title: NAMED, size: 3x2}
      - {type: number, kpi: deals_lost, window: month, size: 6x3}
      - {type: ticker, size: 4x1}
  over:
    title: Over
    tiles:
      - {type: contest, kpi: won_revenue, window: month, period: 2025-10, size: 12x4}
  one:
    title: One team
    tiles:
      - {type: leaderboard, kpi: won_revenue, window: month, team: TEAM, milestones: [5000000], size: 6x3}
      - {type: leaderboard, kpi: won_revenue, window: month, period: 2025-10, size: 6x3}
"""
CUT = """
[...document.querySelectorAll(".leader-name, .step-name, .step")]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)
"""
MONTH = {
    "window": "month",
    "period": "2025-11",
    "start": "2025-11-01T00:00:00Z",
    "end": "2025-12-01T00:00:00Z",
}


def little(kpi: str, value: float, dims: dict[str, str] | None = None, **more: object) -> Record:
    """Return a record of this month."""
    return {
        "kpi": kpi, **MONTH, "dims": dims or {}, "value": value, "n": 50, "unit": "count", "as_of": "2025-11-14T14:00:00Z",
        "final": False, "revision": 2**53, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("board", "size", "shortened"),
    [
        ("floor", (1920, 1080), ".leader-value"),
        ("contest", (390, 844), ".step-value"),
    ],
)
def test_names_stay_whole_beside_large_amounts(
    board: str, size: tuple[int, int], shortened: str, floor: Floor, open_page: OpenPage
) -> None:
    """The amounts make room, and say in full what they are where one asks; beside small ones nothing is shortened."""
    with serving(floor) as server:
        page = open_page(server, f"/b/{board}", size=size)
        values = page.locator(shortened)
        expect(values.first).to_have_text(re.compile(r"^€[\d,]{6,}$"))
        assert page.evaluate(CUT) == []
        for key, record in server.records.items():
            if key.startswith("won_revenue|month:2025-11|rep=") and record["value"] is not None:
                server.records[key] = changed(record, value=record["value"] * 5_000 + 100_000_000)
        page.reload()
        expect(values.first).to_have_text(re.compile(r"^€[\d.]+[MB]$"))
        expect(values.first).to_have_attribute("title", re.compile(r"^€[\d,]{11,}$"))
        assert page.evaluate(CUT) == []


@pytest.mark.parametrize(
    ("value", "words", "how"),
    [
        (12, "over target", "bad"),
        (10, "100% over pace", "bad"),
        (4, "20% under pace", "good"),
        (5, "on pace", "good"),
    ],
)
def test_a_target_of_what_should_be_little_is_a_limit(
    value: float, words: str, how: str, floor: Floor, open_page: OpenPage
) -> None:
    """More than it is nothing that was reached, and less is not behind."""
    with serving(floor, BOARDS) as server:
        page = open_page(server, "/b/little")
        server.publish(little("deals_lost", value, target=10, attainment=value / 10, expected=5))
        expect(page.locator(".goal-said").first).to_have_text(words)
        expect(page.locator(".goal").first).to_have_attribute("data-how", how)


def test_the_star_of_what_should_be_little_is_for_who_stays_within(floor: Floor, open_page: OpenPage) -> None:
    """A mean is within its target or not; what adds up until the month is over may still pass it."""
    with serving(floor, BOARDS) as server:
        for kpi in ("response_time_p50", "deals_lost"):
            for rep, value in (("quick", 5), ("slow", 20)):
                record = little(kpi, value, {"rep": rep}, target=10, attainment=value / 10)
                server.records[f"{kpi} {rep}"] = record
        page = open_page(server, "/b/little")
        starred = ".leader:has(.leader-reached:not(:empty)) .leader-name"
        expect(page.locator(f".leaderboard:nth-of-type(3) {starred}")).to_have_text(["quick"])
        expect(page.locator(f".leaderboard:nth-of-type(2) {starred}")).to_have_count(0)
        past = little(
            "deals_lost", 5, {"rep": "quick"}, target=10, attainment=0.5, end="2025-11-14T00:00:00Z"
        )
        server.publish(past)
        expect(page.locator(f".leaderboard:nth-of-type(2) {starred}")).to_have_text(["quick"])


def test_ages_say_their_limits_and_all_digits(floor: Floor, open_page: OpenPage) -> None:
    """An hour and a half is not two hours; the bar begins behind the count."""
    with serving(floor, BOARDS) as server:
        for kpi, value in (("open_inquiries", 123_456), ("oldest_open_inquiry_s", 5_400)):
            now = little(kpi, value, {"team": "z"}, window="now", period=None)
            server.records[f"{kpi} z"] = now
        page = open_page(server, "/b/little")
        expect(page.locator(".aging .tile-window")).to_have_text("limits 1h 30m and 36h")
        count = page.locator(".age", has_text="123,456").locator(".age-count")
        assert count.evaluate("(one) => one.scrollWidth <= one.clientWidth")
        page.set_viewport_size({"width": 1000, "height": 700})
        oldest = page.locator(".age-oldest").last
        assert oldest.evaluate(
            "(one) => one.getBoundingClientRect().right <= one.closest('.tile').getBoundingClientRect().right"
        )


def test_a_name_from_right_to_left_keeps_its_beginning(floor: Floor, open_page: OpenPage) -> None:
    """It is beside its team, not one word with it; beside a long one is none."""
    with serving(floor) as server:
        template = server.records["won_revenue|month:2025-11|"]
        names = ("محمد عبد الرحمن", "A name that is long enough to need all of the line, and more of it")
        for at, name in enumerate(names):
            server.records[name] = {**template, "dims": {"rep": name}, "value": 9_000_000 + at}
            server.directory[name] = ("فريق", True)
        page = open_page(server)
        short, long = (page.locator(".leader-name", has_text=name) for name in names)
        assert short.evaluate("(one) => getComputedStyle(one).unicodeBidi") == "plaintext"
        assert short.evaluate(
            "(one) => one.getBoundingClientRect().right <= one.nextSibling.getBoundingClientRect().left"
        )
        # Beside the long one a team would be a letter at most: its line is not seen.
        assert long.evaluate(
            "(one) => one.nextSibling.getBoundingClientRect().top >= one.parentElement.getBoundingClientRect().bottom - 2"
        )


@pytest.mark.parametrize(("final", "words"), [(False, "late events may still count for an hour"), (True, "")])
def test_a_contest_that_is_over_does_not_wait_for_ever(
    final: bool, words: str, floor: Floor, open_page: OpenPage
) -> None:
    """Late events count while the record says so."""
    with serving(floor, BOARDS) as server:
        october = {"period": "2025-10", "start": "2025-10-01T00:00:00Z", "end": "2025-11-01T00:00:00Z"}
        record = little("won_revenue", 5, {"rep": "ann"}, final=final, **october)
        server.records["october"] = record
        page = open_page(server, "/b/over")
        expect(page.locator(".left")).to_have_text("It is over")
        expect(page.locator(".left-words")).to_have_text(words)


def test_a_moment_is_of_those_on_the_board(floor: Floor, open_page: OpenPage) -> None:
    """Who is in another team passes no milestone of this one's; a corrected October is not this month."""
    teams = sorted({team for team, _ in floor.reps.values()})
    ours, other = (next(rep for rep, (one, _) in floor.reps.items() if one == team) for team in teams[:2])
    with serving(floor, BOARDS.replace("TEAM", teams[0])) as server:
        october = little("won_revenue", 5, {"rep": other}, period="2025-10", target=10)
        server.records["october"] = october
        page = open_page(server, "/b/one")
        for rep in (other, ours):
            record = server.records[f"won_revenue|month:2025-11|rep={rep}"]
            server.publish(changed({**record, "target": None}, value=5_000_001))
        expect(page.locator(".moment-who")).to_have_text(ours)
        assert "this month" in page.locator(".moment-what").inner_text()
        server.publish(changed(october, value=11))
        expect(page.locator(".moment-what")).to_contain_text("October 2025", timeout=12_000)
        assert [ours] == shown(page, ".leader-name")[:1]


def test_boards_of_nothing_say_so(floor: Floor, open_page: OpenPage) -> None:
    """An empty tile would look broken."""
    with serving(Floor([], floor.reps)) as server:
        page = open_page(server)
        expect(page.locator(".leaderboard .quiet")).to_have_text("Nothing yet.")
        page.goto(f"{server.url}/b/contest")
        expect(page.locator(".contest .quiet")).to_be_visible()
        expect(page.locator(".podium")).to_be_hidden()
        server.publish(little("won_revenue", 5, {"rep": "ann"}))
        expect(page.locator(".step-name")).to_have_text("ann")
        expect(page.locator(".contest .quiet")).to_be_hidden()


def test_a_funnel_and_a_distribution_of_nothing_say_so(open_page: OpenPage) -> None:
    """Stages with dashes, and a bar of nothing, would look broken."""
    with serving(Floor([], {})) as server:
        page = open_page(server)
        for board, tile in (("pipeline", "funnel"), ("response", "distribution")):
            page.goto(f"{server.url}/b/{board}")
            expect(page.locator(f".{tile} .quiet")).to_have_text("Nothing yet.")
            expect(page.locator(f".{tile} :is(.stages, .shares, .shares-legend)").first).to_be_hidden()


def test_long_names_are_written_smaller(floor: Floor, open_page: OpenPage) -> None:
    """Before they are cut; a team of which there would be a letter only is left out."""
    with serving(floor) as server:
        page = open_page(server)
        letters = "(one) => parseFloat(getComputedStyle(one).fontSize)"
        usual = page.locator(".leader-name").first.evaluate(letters)
        rep = page.locator(".leader-name").first.inner_text()
        record = server.records[f"won_revenue|month:2025-11|rep={rep}"]
        server.directory["Maximiliane B"] = ("Enterprise accounts", True)
        server.publish(changed(record, dims={"rep": "Maximiliane B"}))
        name = page.locator(".leader-name", has_text="Maximiliane B").first
        expect(name).to_be_visible()
        assert name.evaluate(letters) < usual
        assert page.evaluate(CUT) == []


def test_a_text_that_is_cut_is_whole_where_somebody_points_at_it(floor: Floor, open_page: OpenPage) -> None:
    """The titles of boards and tiles, and sentences of alerts; what has space needs no second copy."""
    named = "What we lost of all the deals that we ever had in the north-east of the south"
    with serving(floor, BOARDS.replace("NAMED", named)) as server:
        page = open_page(server, "/b/long", size=(800, 600))
        for cut in ("#title", ".tile-title"):
            page.locator(cut).first.hover()
            expect(page.locator(cut).first).to_have_attribute("title", named)
        page.locator(".tile-title").nth(1).hover()
        expect(page.locator(".tile-title").nth(1)).not_to_have_attribute("title", re.compile("."))
