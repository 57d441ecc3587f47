"""The boards file: what it may say, how it lies over the standard boards, and every mistake with its line."""

import pytest

from schemas.board import load_boards
from schemas.catalog import load_catalog
from schemas.files.document import Faults

CATALOG = load_catalog()
GOOD = """\
boards:
  north:
    title: North
    seconds: 20
    tiles:
      - {type: number, kpi: won_revenue, window: month, of: {team: north}}
      - {type: number, kpi: calls, window: month, period: 2026-10, sparkline: false}
      - {type: leaderboard, kpi: calls, window: day, by: rep, team: north, milestones: [50, 100]}
      - {type: funnel, pipeline: sales, of: {team: north}, size: 6x2}
      - {type: distribution, by: channel, size: 4x1}
      - {type: aging, by: rep, limits: [30m, 8h], size: 4x1}
      - {type: ticker, severities: [critical]}
  race:
    title: Race
    rotate: false
    tiles:
      - {type: contest, kpi: won_revenue, window: quarter, by: team, goal: 100000, prize: Cake}
"""


def faults(text: str) -> list[str]:
    """Return what is wrong with a file."""
    with pytest.raises(Faults) as wrong:
        load_boards(CATALOG, text, "boards.yaml")
    return [str(fault) for fault in wrong.value.faults]


def test_a_good_file_says_what_it_says() -> None:
    """Boards in their order, tiles of each type."""
    found = load_boards(CATALOG, GOOD, "boards.yaml")

    assert list(found) == ["north", "race"]
    types = [tile.type for board in found.values() for tile in board.tiles]
    assert types == [
        "number",
        "number",
        "leaderboard",
        "funnel",
        "distribution",
        "aging",
        "ticker",
        "contest",
    ]
    assert (found["north"].tiles[0].width, found["north"].tiles[0].height) == (3, 2)
    assert not found["race"].rotate


def test_the_standard_boards_are_good_and_whole() -> None:
    """With the standard catalog no tile is left out, and every type has its place."""
    found = load_boards(CATALOG)

    assert list(found) == ["floor", "team", "response", "pipeline", "contest"]
    types = {tile.type for board in found.values() for tile in board.tiles}
    assert types == {"number", "leaderboard", "funnel", "distribution", "aging", "ticker", "contest"}
    assert [7, 8, 7, 6, 2] == [len(board.tiles) for board in found.values()]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("kpi: won_revenue, window: month,", "kpi: won_revenu, window: month,", "6: boards.north.tiles[0].kpi: unknown KPI 'won_revenu', did you mean 'won_revenue'?"),
        ("window: day, by: rep", "window: rolling_24, by: rep", "8: boards.north.tiles[2].window: unknown window of calls 'rolling_24', did you mean 'rolling_24h'?"),
        ("{team: north}}\n", "{teem: north}}\n", "6: boards.north.tiles[0].of: won_revenue is not kept by 'teem', did you mean 'team'?"),
        ("by: channel", "by: product", "10: boards.north.tiles[4].by: response_within_1h is not kept by 'product'"),
        ("pipeline: sales", "pipeline: sale", "9: boards.north.tiles[3].pipeline: unknown pipeline 'sale', did you mean 'sales'?"),
        ("period: 2026-10", "period: 2026-W40", "7: boards.north.tiles[1].period: there is no month '2026-W40'; one is written '2026-11'"),
        ("window: quarter", "window: rolling_7d", "17: boards.race.tiles[0].window: a contest has an end: its window is one of day, week"),
        ("limits: [30m, 8h]", "limits: [8h, 30m]", "11: boards.north.tiles[5].limits: limits must rise"),
        ("limits: [30m, 8h]", "limits: [30m, soon]", "11: boards.north.tiles[5].limits[1]: expected a duration such as"),
        ("type: ticker", "type: tiker", "12: boards.north.tiles[6].type: expected one of"),
        ("seconds: 20", "seconds: 2", "4: boards.north.seconds: must be at least 5, found the number 2"),
        ("by: rep, team: north", "by: team, team: north", "8: boards.north.tiles[2].team: only reps are in a team"),
        ("{type: ticker,", "{type: ticker, size: 12x4,", "12: boards.north.tiles[6].size: no space left for 12x4: a board has 12 columns and 6 rows"),
        ("{type: ticker,", "{type: ticker, size: 13x1,", "12: boards.north.tiles[6].size: expected columns × rows, such as 6x3"),
        ("by: channel, size", "within: [response_within_24h, response_within_1h], size", "10: boards.north.tiles[4].within: the shorter limit comes first"),
        ("by: channel, size", "within: [win_rate], size", "10: boards.north.tiles[4].within[0]: win_rate is no share within a limit of time"),
        ("rotate: false", "rotat: false", "15: boards.race.rotat: unknown field 'rotat', did you mean 'rotate'?"),
        ("  race:", "  The Race:", "13: boards.The Race"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_line(before: str, after: str, fault: str) -> None:
    """Names that the catalog does not have come with the nearest that it has."""
    assert before in GOOD

    found = faults(GOOD.replace(before, after, 1))
    assert any(one.startswith(f"boards.yaml:{fault}") for one in found), found


def test_all_mistakes_are_told_at_once() -> None:
    """A file with three has three."""
    wrong = GOOD.replace("kpi: calls", "kpi: cals").replace("pipeline: sales", "pipeline: s")
    assert 3 == len(faults(wrong))


def test_a_file_lies_over_the_standard_boards() -> None:
    """Fields one by one; `null` drops a board; others are added."""
    text = "extends: standard\nboards:\n  floor: {seconds: 99}\n  team: null\n  mine: {title: Mine, tiles: [{type: ticker}]}\n"
    found = load_boards(CATALOG, text, "boards.yaml")

    assert list(found) == ["floor", "response", "pipeline", "contest", "mine"]
    assert (found["floor"].seconds, len(found["floor"].tiles)) == (99, 7)


def test_standard_tiles_that_the_catalog_has_nothing_for_are_left_out() -> None:
    """Also of boards that a file of one's own lies over; a mistake of its own stays one."""
    catalog = load_catalog("catalog: mine\nextends: standard\nkpis: {meetings_held: null}\n", "mine.yaml")
    floor = load_boards(catalog)["floor"]
    assert 6 == len(floor.tiles)

    text = "extends: standard\nboards: {mine: {title: Mine, tiles: [{type: ticker}]}}\n"
    assert 6 == len(load_boards(catalog, text, "boards.yaml")["floor"].tiles)
    with pytest.raises(Faults, match="unknown KPI 'meetings_held'"):
        load_boards(
            catalog,
            "boards: {a: {title: A, tiles: [{type: number, kpi: meetings_held, window: day}]}}",
            "boards.yaml",
        )
