"""What stands on the page, read as a person reads it, is what the newest records say: every number of every tile."""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.board_server import BoardServer, Record
from tests.browser.conftest import OpenPage
from tests.browser.test_values import BOARDS, changed

pytestmark = pytest.mark.embedded
MONTH, DAY = "month:2025-11", "day:2025-11-14"
SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
TIMES = {"K": 1e3, "M": 1e6, "B": 1e9}
TILES = """
[...document.querySelectorAll(".tile")].map((tile) => {
  const seen = (one) => one !== null && one.offsetParent !== null && !one.hidden;
  const text = (of, what) => { const one = of.querySelector(what); return seen(one) ? one.innerText : ""; };
  const lines = (what, names) => [...tile.querySelectorAll(what)].filter(seen)
    .map((line) => Object.fromEntries(names.map((name) => [name, text(line, "." + name)])));
  return {
    type: tile.classList[1], key: tile.querySelector(".value")?.dataset.key, value: text(tile, ".value"), note: text(tile, ".note"),
    trend: text(tile, ".trend"), goal: text(tile, ".goal-of"), pace: text(tile, ".goal-said"), title: text(tile, ".tile-title"),
    window: text(tile, ".tile-window"), said: [...tile.querySelectorAll(".share-row .unseen")].map((one) => one.textContent),
    leaders: lines(".leader", ["leader-place", "leader-name", "leader-team", "leader-value", "leader-reached"]),
    steps: lines(".step", ["step-name", "step-value", "step-goal", "step-place"]),
    stages: lines(".stage", ["stage-name", "stage-open", "stage-came", "stage-on"]),
    shares: lines(".share-row", ["share-name", "share-n", "share-times"]),
    ages: lines(".age", ["age-name", "age-count", "age-oldest"]),
  };
})
"""


def read(text: str) -> tuple[float, float]:
    """Return the number that a text says, and how much less or more it may be, by its digits."""
    durations = re.findall(r"(\d+)([dhms])\b", text)
    if durations:
        smallest = SECONDS[durations[-1][1]]
        at_most = {86_400: 3_600, 3_600: 60}.get(SECONDS[durations[0][1]], 1)
        return sum(int(count) * SECONDS[unit] for count, unit in durations), max(smallest, at_most)
    found = re.search(r"(-?)€?(-?[\d,]+(?:\.(\d+))?)([KMB%])?", text)
    assert found is not None, text
    sign, number, decimals, unit = found.groups()
    times = TIMES.get(unit or "", 0.01 if unit == "%" else 1.0)
    value = float(number.replace(",", "")) * times * (-1 if sign else 1)
    return value, 0.5000001 * 10.0 ** -len(decimals or "") * times


def says(text: str, value: float | None, why: str) -> None:
    """Hold a text to a value."""
    if value is None:
        assert text == "–", why
        return
    found, off = read(text)
    assert abs(found - value) <= off + 1e-9, f"{why}: {text!r} for {value}"


class Floor:
    """The newest records, asked for by what a tile shows."""

    def __init__(self, server: BoardServer) -> None:
        self.server = server

    def one(self, key: str) -> Record:
        """Return a record; one without a value where there is none."""
        return self.server.records.get(key, {"value": None, "n": 0})

    def of(self, kpi: str, window: str, by: str) -> dict[str, Record]:
        """Return records of one dimension, by its value."""
        start = f"{kpi}|{window}|{by}="
        return {
            record["dims"][by]: record
            for key, record in self.server.records.items()
            if key.startswith(start) and [*record["dims"]] == [by]
        }

    def shown(self, kpi: str, value: float | None) -> float | None:
        """Return a value as it is shown: 0–100 is as 0–1."""
        percent = value is not None and self.server.catalog.kpis[kpi].unit == "percent"
        return value / 100 if percent and value is not None else value


def check_number(floor: Floor, tile: Any) -> None:
    """The value, the one before, the target."""
    kpi = tile["key"].split("|")[0]
    record = floor.one(tile["key"])
    says(tile["value"], floor.shown(kpi, record["value"]), tile["key"])
    value, target = record["value"], record.get("target")
    if tile["goal"]:
        share, of = tile["goal"].split(" of ")
        says(share, value / target, tile["key"])
        says(of, target, tile["key"])
    if found := re.match(r"(\S+) (ahead of|behind|over|under) pace", tile["pace"]):
        says(found[1], abs(value / record["expected"] - 1), f"{tile['key']} pace")
    before = record.get("baseline" if "usual" in tile["trend"] else "previous")
    if found := re.search(r"^(?:[▲▼]\s*)?(\S+)( points)? (of|over|under) ", tile["trend"]):
        wanted = value / before if found[3] == "of" else (value - before) / before
        if found[2]:
            wanted = (floor.shown(kpi, value - before) or 0.0) * 100
        says(found[1], abs(wanted), f"{tile['key']} trend {tile['trend']!r}")
        if found[3] != "of":
            assert (found[3] == "over") == (value > before), tile["trend"]


def check_leaders(floor: Floor, kpi: str, by: str, lines: list[tuple[str, str, str]], first: int = 0) -> None:
    """The best first; who is equal shares a place."""
    window = MONTH if kpi == "won_revenue" else "rolling_7d"
    records = {
        name: one["value"] for name, one in floor.of(kpi, window, by).items() if one["value"] is not None
    }
    up = floor.server.catalog.kpis[kpi].direction == "up"
    best = sorted(records.values(), reverse=up)
    for at, (name, place, value) in enumerate(lines, first):
        says(value, records[name], f"{kpi} of {name}")
        assert records[name] == best[at]
        assert int(place) == 1 + best.index(records[name])


def check_funnel(floor: Floor, lines: list[dict[str, str]]) -> None:
    """Who came, who went on, what is open."""
    pairs = {
        (one["dims"]["from_stage"], one["dims"]["to_stage"]): one
        for one in floor.server.records.values()
        if one["kpi"] == "stage_conversion" and one["window"] == "rolling_30d" and len(one["dims"]) == 2
    }
    names = [line["stage-name"].lower() for line in lines]  # shown with a capital
    for line, after in zip(lines, [*names[1:], None], strict=True):
        name = line["stage-name"].lower()
        if after is not None:
            says(line["stage-came"], pairs[name, after]["n"], name)
            says(line["stage-on"], pairs[name, after]["value"], name)
        deals, amount = line["stage-open"].split(" · ")
        says(deals, floor.one(f"open_deals|now|stage={name}")["value"], name)
        says(amount, floor.one(f"open_pipeline_value|now|stage={name}")["value"], name)


def check_shares(floor: Floor, tile: Any) -> None:
    """Within which limits, of how many, and the percentiles."""
    for line, said in zip(tile["shares"], tile["said"], strict=True):
        dims = "" if line["share-name"] == "all" else f"team={line['share-name']}"
        within = [floor.one(f"response_within_{limit}|rolling_24h|{dims}") for limit in ("1h", "24h")]
        says(line["share-n"], within[0]["n"], dims)
        for one, words in zip(within, re.findall(r"([\d.]+%) within", said), strict=True):
            says(words, one["value"], said)
        for text, name in zip(line["share-times"].split(" · "), ("p50", "p90"), strict=True):
            says(text, floor.one(f"response_time_{name}|rolling_24h|{dims}")["value"], f"{name} of {dims}")


def check_ages(floor: Floor, lines: list[dict[str, str]]) -> None:
    """How many are open, and since when."""
    waiting = {name: one for name, one in floor.of("open_inquiries", "now", "team").items() if one["value"]}
    assert {line["age-name"] for line in lines} == {*waiting}
    for line in lines:
        name = line["age-name"]
        says(line["age-count"], waiting[name]["value"], name)
        says(line["age-oldest"], floor.one(f"oldest_open_inquiry_s|now|team={name}")["value"], name)


def check(page: Page, floor: Floor) -> Iterator[str]:
    """Check every tile; yield what each was."""
    for tile in page.evaluate(TILES):
        match tile["type"]:
            case "number":
                check_number(floor, tile)
            case "leaderboard":
                kpi = "won_revenue" if "month" in tile["window"] else "response_time_p50"
                names = ("leader-name", "leader-place", "leader-value")
                lines = [tuple(line[name] for name in names) for line in tile["leaders"]]
                if "/b/team" in page.url:
                    key = f"calls|{DAY}" if tile["title"] == "Most calls" else f"won_revenue|{MONTH}"
                    for name, _, value in lines:
                        says(value, floor.one(f"{key}|rep={name}")["value"], name)
                else:
                    check_leaders(floor, kpi, "rep", lines)
            case "contest":
                steps = [(one["step-name"], one["step-place"], one["step-value"]) for one in tile["steps"]]
                check_leaders(floor, "won_revenue", "rep", sorted(steps, key=lambda one: int(one[1])))
                names = ("leader-name", "leader-place", "leader-value")
                check_leaders(
                    floor,
                    "won_revenue",
                    "rep",
                    [tuple(line[name] for name in names) for line in tile["leaders"]],
                    len(steps),
                )
            case "funnel":
                check_funnel(floor, tile["stages"])
            case "distribution":
                check_shares(floor, tile)
            case "aging":
                check_ages(floor, tile["ages"])
        yield tile["type"]


def moved(record: Record, draw: random.Random) -> Record:
    """Return a record's successor, with another value and n, and all that goes with it."""
    value = record["value"]
    if value is None:
        return changed(record)
    whole = isinstance(value, int)
    by = draw.choice((0.5, 0.9, 1.3, 7.7))
    new = round(value * by) if whole else min(value * by, 1.0) if value <= 1 else value * by
    more = {"attainment": new / record["target"]} if record.get("target") else {}
    return changed(record, value=new, n=max(1, round(record["n"] * by)), **more)


def test_every_number_on_every_board_is_the_newest_records(server: BoardServer, open_page: OpenPage) -> None:
    """As the boards open, and after everything that they show has changed while they were open."""
    floor, draw, seen = Floor(server), random.Random(1), set[str]()
    page = open_page(server)
    for board in BOARDS:
        page.goto(f"{server.url}/b/{board}")
        page.wait_for_selector(".tile")
        page.wait_for_timeout(300)
        seen |= {*check(page, floor)}
        kpis = set(server.boards[board]["kpis"])
        server.publish(*(moved(one, draw) for one in [*server.records.values()] if one["kpi"] in kpis))
        page.wait_for_timeout(900)
        seen |= {*check(page, floor)}
    assert seen == {"number", "leaderboard", "contest", "funnel", "distribution", "aging", "ticker"}
