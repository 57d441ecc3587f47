"""Mistakes in names stand beside what the grammar says of a boards file."""

import pytest

from schemas.board import load_boards
from schemas.boards.names import KPI_FIELDS
from schemas.boards.sources import sources
from schemas.catalog import load_catalog
from schemas.files.document import Faults

CATALOG = load_catalog()


def fields(*tiles: str, more: str = "") -> list[str]:
    """Return the fields of the first board's tiles that are said to be wrong."""
    lines = "".join(f"      - {{{tile}}}\n" for tile in tiles)
    text = f"boards:\n  a:\n    title: A\n{more}    tiles:\n{lines}"
    with pytest.raises(Faults) as wrong:
        load_boards(CATALOG, text, "boards.yaml")
    return [fault.field.removeprefix("boards.a.tiles") for fault in wrong.value.faults]


@pytest.mark.parametrize(
    ("tiles", "wrong"),
    [
        (["type: number, kpi: cals, window: day", "type: gauge"], ["[0].kpi", "[1].type"]),
        (["type: gauge, kpi: cals, window: day"], ["[0].kpi", "[0].type"]),
        (["type: gauge, within: [win_rate, wni_rate]"], ["[0].type", "[0].within[1]"]),
        (["type: number, kpi: cals, window: day, sze: 3x2"], ["[0].kpi", "[0].sze"]),
        (["type: number, kpi: calls, window: dya, size: 99x9"], ["[0].size", "[0].window"]),
        (["type: number, kpi: cals"], ["[0].kpi", "[0].window"]),
        # What the default of a wrong field would mean is not asked.
        (["type: aging, by: 5, count: cals"], ["[0].by", "[0].count"]),
    ],
)
def test_names_beside_the_grammar(tiles: list[str], wrong: list[str]) -> None:
    """In other tiles, and in the same one."""
    assert wrong == fields(*tiles, "type: ticker")


def test_a_fault_of_the_board_itself_hides_no_tile() -> None:
    """Nor that there is no space left."""
    found = fields("type: ticker, size: 12x6", "type: ticker", more="    seconds: 1\n")
    assert ["boards.a.seconds", "[1].size"] == found


def test_fields_that_name_kpis() -> None:
    """All of those in which the standard boards have them."""
    named = {
        source.field[0]
        for board in load_boards(CATALOG).values()
        for tile in board.tiles
        for source in sources(tile)
    }
    assert named == {*KPI_FIELDS}
