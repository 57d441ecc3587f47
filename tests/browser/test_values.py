"""What the page shows is what the server gave."""

import copy

import pytest
from playwright.sync_api import Page, expect

from tests.browser.board_server import BoardServer, Record, key_of
from tests.browser.conftest import Floor, OpenPage

pytestmark = pytest.mark.embedded
BOARDS = ("floor", "team", "response", "pipeline", "contest")


def changed(record: Record, **fields: object) -> Record:
    """Return the next record of a key."""
    return {**copy.deepcopy(record), **fields, "revision": record["revision"] + 1}


def shown(page: Page, selector: str) -> list[str]:
    """Return the texts of all elements."""
    return page.locator(selector).all_inner_texts()


def test_every_number_is_the_records(server: BoardServer, open_page: OpenPage) -> None:
    """Each number tile of each board has exactly the value of the record of its key."""
    page = open_page(server)
    numbers = dict(zip(BOARDS, (5, 5, 3, 4, 0), strict=True))
    for board, count in numbers.items():
        page.goto(f"{server.url}/b/{board}")
        page.wait_for_selector(".tile")
        found = page.evaluate(
            "[...document.querySelectorAll('.value')].map((one) => [one.dataset.key, one.dataset.value])"
        )
        assert len(found) == count
        for key, value in found:
            assert (None if value == "null" else float(value)) == server.records[key]["value"], key


def test_numbers_are_written_in_the_readers_language(server: BoardServer, open_page: OpenPage) -> None:
    """Money in the catalog's currency, shares in percent."""
    page = open_page(server)
    revenue = server.records["won_revenue|month:2025-11|"]["value"]
    within = server.records["response_within_1h|rolling_24h|"]["value"]
    texts = shown(page, ".value")

    assert f"€{revenue:,.0f}" in texts
    assert any(
        text.rstrip("%") == f"{within * 100:.1f}".removesuffix(".0") for text in texts if text.endswith("%")
    )


def test_a_leaderboard_is_in_order(server: BoardServer, floor: Floor, open_page: OpenPage) -> None:
    """The best first, everybody with the value of the record and the team of the directory."""
    page = open_page(server)
    records = [one for key, one in server.records.items() if key.startswith("won_revenue|month:2025-11|rep=")]
    best = sorted((one for one in records if one["value"] is not None), key=lambda one: -one["value"])[:9]

    assert [one["dims"]["rep"] for one in best] == shown(page, ".leader-name")
    assert [floor.reps[one["dims"]["rep"]][0] for one in best] == shown(page, ".leader-team")
    values = page.evaluate(
        "[...document.querySelectorAll('.leader-value')].map((one) => Number(one.dataset.value))"
    )
    assert [one["value"] for one in best] == values


def test_a_teams_board_shows_that_team(server: BoardServer, floor: Floor, open_page: OpenPage) -> None:
    """Its number, and only its reps, with the places that the engine gave them."""
    team = sorted({team for team, _ in floor.reps.values()})[1]
    page = open_page(server, f"/b/team?team={team}")

    expect(page.locator("h1")).to_have_text(f"Team {team}")
    key = page.locator(".value").first.get_attribute("data-key")
    assert key == f"won_revenue|month:2025-11|team={team}"
    names = shown(page, ".leaderboard:nth-of-type(2) .leader-name")
    assert names
    assert {floor.reps[name][0] for name in names} == {team}


def test_a_funnel_shows_who_came_and_who_went_on(server: BoardServer, open_page: OpenPage) -> None:
    """Counts and shares of the conversions' records."""
    page = open_page(server, "/b/pipeline")
    first = server.records["stage_conversion|rolling_30d|from_stage=qualification,to_stage=discovery"]

    assert str(first["n"]) == page.locator(".stage-came").first.get_attribute("data-value")
    assert float(page.locator(".stage-on").first.get_attribute("data-value") or "") == first["value"]
    assert ["qualification", "discovery", "proposal", "negotiation"] == page.locator(
        ".stage-name"
    ).all_text_contents()


def test_a_distribution_shows_shares_and_percentiles(server: BoardServer, open_page: OpenPage) -> None:
    """Of all and of each team."""
    page = open_page(server, "/b/response")
    whole = page.locator(".share-row").first
    within = [server.records[f"response_within_{limit}|rolling_24h|"]["value"] for limit in ("1h", "24h")]
    parts = [whole.locator(".share-part").nth(at).get_attribute("data-value") for at in (0, 1)]

    assert within == [float(part or "") for part in parts]
    assert ["all", "east", "north", "south"] == sorted(shown(page, ".share-name"))


def test_changes_arrive(server: BoardServer, open_page: OpenPage) -> None:
    """A new value replaces the old one, an older revision does not, and what is gone is gone."""
    page = open_page(server)
    record = server.records["calls|day:2025-11-14|"]
    value = page.locator("[data-key='calls|day:2025-11-14|']")
    server.publish(changed(record, value=4_321))
    expect(value).to_have_text("4,321")

    server.publish({**record, "value": 1, "revision": record["revision"] - 1})
    server.publish(changed(server.records["won_revenue|month:2025-11|"], value=7))
    expect(page.locator("[data-key='won_revenue|month:2025-11|']")).to_have_text("€7")
    expect(value).to_have_text("4,321")

    server.publish(gone=("calls|day:2025-11-14|",))
    expect(value).to_have_text("–")


def test_a_rep_who_passes_others_moves_up(server: BoardServer, open_page: OpenPage) -> None:
    """The line moves and says how many places were gained; reaching the target is a moment."""
    page = open_page(server)
    names = shown(page, ".leader-name")
    last = names[-1]
    record = server.records[f"won_revenue|month:2025-11|rep={last}"]
    server.publish(changed(record, value=9_999_999, target=5_000_000, attainment=2.0))

    expect(page.locator(".leader-name").first).to_have_text(last)
    expect(page.locator(".leader-gain").first).to_have_text(f"▲{len(names) - 1}")
    expect(page.locator(".moment-who")).to_have_text(last)
    expect(page.locator(".moment-what")).to_contain_text("reached the target: €5,000,000")


def test_target_pace_and_trend_are_told(server: BoardServer, open_page: OpenPage) -> None:
    """In words beside the bar; what is not all there yet is not called less."""
    page = open_page(server)
    record = server.records["won_revenue|month:2025-11|"]
    server.publish(changed(record, value=90_000, target=200_000, expected=100_000, previous=180_000))
    tile = page.locator(".number").first

    expect(tile.locator(".goal-of")).to_have_text("45% of €200K")
    expect(tile.locator(".goal-said")).to_have_text("10% behind pace")
    expect(tile.locator(".trend")).to_have_text("50% of last month")
    expect(tile.locator(".tile-window")).to_have_text("this month · so far")


@pytest.mark.parametrize(("final", "words"), [(False, "provisional"), (True, "final")])
def test_a_closed_period_is_provisional_until_it_is_final(
    final: bool, words: str, server: BoardServer, open_page: OpenPage
) -> None:
    """The record says which."""
    page = open_page(server)
    record = server.records["won_revenue|month:2025-11|"]
    server.publish(changed(record, end="2025-11-14T00:00:00Z", final=final))

    expect(page.locator(".number .tile-window").first).to_have_text(f"this month · {words}")


def test_alerts_are_on_the_ticker_and_on_their_number(server: BoardServer, open_page: OpenPage) -> None:
    """The worst first; a number that an alert is about says so; resolved ones go."""
    page = open_page(server)
    alert = {
        "id": "1", "rule": "r", "severity": "warning", "state": "firing", "reason": "above_threshold",
        "kpi": "calls", "window": "day", "period": "2025-11-14", "dims": {}, "value": 9, "limit": "above 5",
        "starts_at": AS_OF_MORNING, "updated_at": AS_OF_MORNING, "ends_at": None, "summary": "Too many calls", "revision": 1,
    }  # fmt: skip
    worse = {**alert, "id": "2", "severity": "critical", "kpi": "nps", "summary": "Nobody likes us"}
    server.raise_alerts(alert, worse)

    expect(page.locator(".alert-text")).to_have_text(["Nobody likes us", "Too many calls"])
    expect(page.locator(".number[data-alert=warning] .note")).to_have_text("▲ above 5")
    yesterday = "2025-11-13"
    server.raise_alerts({**alert, "period": yesterday, "revision": 2})
    expect(page.locator(".number[data-alert]")).to_have_count(0)
    server.raise_alerts({**alert, "state": "resolved", "revision": 3}, gone=("2",))
    expect(page.locator(".ticker .quiet")).to_have_text("No alerts.")
    expect(page.locator("[data-alert]")).to_have_count(0)


AS_OF_MORNING = "2025-11-14T08:00:00Z"


def test_a_contest_counts_down_on_the_servers_clock(server: BoardServer, open_page: OpenPage) -> None:
    """Three on the podium, the others after them; the time left is to the month's end."""
    page = open_page(server, "/b/contest")
    records = [
        one
        for one in server.records.values()
        if key_of(one).startswith("won_revenue|month:2025-11|rep=") and one["value"] is not None
    ]
    best = [one["dims"]["rep"] for one in sorted(records, key=lambda one: -one["value"])]

    assert best[:3] == shown(page, ".step-name")
    assert best[3 : 3 + len(shown(page, ".leader-name"))] == shown(page, ".leader-name")
    expect(page.locator(".left")).to_contain_text("16d 09:59")
