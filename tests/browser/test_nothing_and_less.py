"""What was not measured, and what was taken back: neither looks like the opposite of what it is."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Floor, OpenPage, serving
from tests.browser.test_tiles import little
from tests.browser.test_values import changed

pytestmark = pytest.mark.embedded


def test_what_was_not_measured_is_not_behind(floor: Floor, open_page: OpenPage) -> None:
    """A share of nothing is no 0 %: nobody who could have been late wrote."""
    with serving(
        floor,
        "boards: {b: {title: B, tiles: [{type: number, kpi: response_within_1h, window: month, size: 6x3}]}}",
    ) as server:
        page = open_page(server, "/b/b")
        server.publish(little("response_within_1h", 0.5, target=0.9, attainment=0.5, unit="ratio", n=500))
        expect(page.locator(".goal")).to_be_visible()
        server.publish({**little("response_within_1h", 0, target=0.9, unit="ratio"), "value": None, "n": 0})
        expect(page.locator(".goal")).to_be_hidden()
        expect(page.locator(".note")).to_have_text("nothing yet")
        expect(page.locator(".number")).not_to_have_attribute("data-how", "bad")


def test_what_was_taken_back_has_no_bar(floor: Floor, open_page: OpenPage) -> None:
    """The longest one would be of who lost most."""
    with serving(floor) as server:
        names = [rep for rep, (team, _) in floor.reps.items() if team == "north"]
        for name, value in zip(names, (-90_000, 400, 800), strict=True):
            record = server.records[f"won_revenue|month:2025-11|rep={name}"]
            server.records[f"won_revenue|month:2025-11|rep={name}"] = changed(record, value=value)
        page = open_page(server, "/b/team?team=north")
        shares = page.locator(".leaderboard").first.locator(".leader")
        expect(shares).to_have_count(3)
        assert [1, 0.5, 0] == shares.evaluate_all(
            "(all) => all.map((one) => Number(one.style.getPropertyValue('--share')))"
        )
