"""The page's modules by themselves, in the browser that runs them."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.board_server import BoardServer
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.embedded


@pytest.fixture
def page(server: BoardServer, open_page: OpenPage) -> Page:
    """A page whose modules can be called."""
    return open_page(server)


def call(page: Page, module: str, code: str) -> Any:
    """Return what an expression over a module `m` gives."""
    return page.evaluate(f"import('/static/js/{module}.js').then((m) => {{ return {code}; }})")


def test_events_are_put_together_from_any_pieces(page: Page) -> None:
    """Cut anywhere, also between the two characters of a line's end; comments and unknown fields are passed over."""
    text = ": hello\\r\\nid: 7\\r\\nevent: kpis\\r\\ndata: {\\ndata: }\\n\\ndata:x\\r\\rretry: 5\\n\\n"
    code = f"""[...Array("{text}".length + 1).keys()].map((at) => {{
        const parser = new m.SseParser(); const text = "{text}";
        return JSON.stringify([...parser.push(text.slice(0, at)), ...parser.push(text.slice(at))]);
    }})"""
    found = set(call(page, "sse-parser", code))

    assert found == {'[{"event":"kpis","data":"{\\n}","id":"7"},{"event":"message","data":"x","id":null}]'}


def test_waits_grow_and_differ(page: Page) -> None:
    """Up to a limit, between half and all of it."""
    assert [250, 500, 7_500, 15_000] == call(
        page, "backoff", "[m.waitMs(0, 0), m.waitMs(0, 1), m.waitMs(9, 0), m.waitMs(99, 1)]"
    )


def test_keys_are_read_and_written_as_the_engine_does(page: Page) -> None:
    """Signs in values are escaped, a stage of null is empty."""
    record = '{kpi: "k", window: "month", period: "2025-11", dims: {to_stage: null, a: "x,y=z|%"}}'
    key = call(page, "keys", f"m.keyOf({record})")

    assert key == "k|month:2025-11|a=x%2Cy%3Dz%7C%25,to_stage="
    assert call(page, "keys", f"m.partsOf('{key}')")["dims"] == {"a": "x,y=z|%", "to_stage": None}


def test_equal_values_share_a_place(page: Page) -> None:
    """And the next one skips; where less is better, the least is first."""
    records = "[5, 9, 5, null, 1].map((value, at) => ({value, dims: {rep: 'abcde'[at]}}))"
    up = call(page, "ranking", f"m.ranked({records}, 'rep', 'up').map(({{name, place}}) => name + place)")
    down = call(page, "ranking", f"m.ranked({records}, 'rep', 'down').map(({{name, place}}) => name + place)")

    assert up == ["b1", "a2", "c2", "e4"]
    assert down == ["e1", "a2", "c2", "b4"]


def test_a_sparkline_stays_as_long_as_its_window(page: Page) -> None:
    """However often a value changes while the page is open: it becomes coarser, and forgets only what is too old."""
    made = """(() => {
        const series = new m.Series(m.reachMs("rolling_24h"));
        const hour = 3_600_000;
        for (let at = 0; at <= 30 * hour; at += hour / 60) series.add(at, at);
        const [first, last] = [series.points[0].atMs / hour, series.points.at(-1).atMs / hour];
        const apart = series.points.slice(1).map(({atMs}, at) => (atMs - series.points[at].atMs) / hour);
        return [series.points.length, first, last, Math.max(...apart)];
    })()"""
    count, first, last, apart = call(page, "series", made)

    assert 60 < count <= 96
    assert 6 <= first < 7
    assert last == 30
    assert apart <= 1


VALUES = [
    ("m.value(1234.5, {format: 'currency'}, 'EUR')", "€1,235"),
    ("m.value(12.5, {format: 'currency'}, 'EUR')", "€12.50"),
    ("m.value(12.5, {format: 'currency'}, 'JPY')", "¥13"),
    ("m.value(-0.4, {format: 'duration'})", "0s"),
    ("m.value(0.8571, {format: 'percent', scale: 1})", "85.7%"),
    ("m.value(42, {format: 'percent', scale: 0.01})", "42%"),
    ("m.value(3725, {format: 'duration'})", "1h 2m"),
    ("m.value(0, {format: 'duration'})", "0s"),
    ("m.value(187200, {format: 'duration'})", "2d 4h"),
    ("m.value(null, {format: 'number'})", "–"),
    ("m.value(1234567, {format: 'number'})", "1,234,567"),
    ("m.value(4.126, {format: 'number'})", "4.13"),
    ("m.about(86400)", "24h"),
    ("m.about(604800)", "7d"),
    ("m.about(5400)", "1h 30m"),
    ("m.about(129600)", "36h"),
    ("m.moment(Date.UTC(2025, 10, 14, 8), Date.UTC(2025, 10, 14, 14), 'UTC')", "08:00 AM"),
    ("m.moment(Date.UTC(2025, 10, 12, 8), Date.UTC(2025, 10, 14, 14), 'UTC')", "Wed, Nov 12, 08:00 AM"),
    ("m.short(1234567, {format: 'currency'}, 'USD')", "$1.2M"),
]


def test_values_are_written_for_people(page: Page) -> None:
    """By their format."""
    written = call(page, "format", f"[{','.join(code for code, _ in VALUES)}]")
    assert [text for _, text in VALUES] == written


def test_short_amounts_in_a_language_without_a_short_word_for_thousands(
    server: BoardServer, open_page: OpenPage
) -> None:
    """They are whole, as all others of their size."""
    codes = (
        "m.short(233934.3, {format: 'currency'}, 'EUR')",
        "m.short(1234567, {format: 'currency'}, 'EUR')",
    )
    written = call(open_page(server, locale="de-DE"), "format", f"[{','.join(codes)}]")
    assert ["233.934\u00a0€", "1,2\u00a0Mio.\u00a0€"] == written


def test_a_milestone_of_the_own_day_is_reached_each_day(page: Page) -> None:
    """`today` goes on under the same key: what was reached yesterday is reached anew, be there a record at midnight or not."""
    made = """(() => {
        const moments = new m.Moments(document.createElement("div"));
        const sources = {value: {kpi: "calls", window: "today"}};
        const tile = {type: "leaderboard", by: "rep", milestones: [20], sources};
        const board = {tiles: [tile], kpis: {calls: {label: "Calls", unit: "count", direction: "up"}}, currency: "EUR", periods: {}};
        const told = (value, day) =>
            ({kpi: "calls", window: "today", period: null, dims: {rep: "ann"}, value, start: `2026-03-0${day}T00:00:00Z`});
        const days = [told(19, 1), told(20, 1), told(19, 1), told(25, 1), told(22, 2), told(0, 3), told(21, 3)];
        for (const [at, record] of days.entries())
            if (at) moments.ofRecords(board, [{record, before: days[at - 1]}], () => true);
        return [...moments.past];
    })()"""
    found = call(page, "moments", made)

    assert [f"calls|today|rep=ann 2026-03-0{day}T00:00:00Z 20" for day in (1, 2, 3)] == found
