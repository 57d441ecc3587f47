"""Where the tiles of a board stand: each in the first free place, row by row, in the order of the file."""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.boards.tile import COLUMNS, ROWS


class Place(NamedTuple):
    """A tile's cells; column and row count from 1."""

    column: int
    row: int
    width: int
    height: int


def places(sizes: Iterable[tuple[int, int]]) -> list[Place | None]:
    """Return the place of each (width, height); None where there is no space left for it."""
    taken: set[tuple[int, int]] = set()
    return [_first_free(width, height, taken) for width, height in sizes]


def _first_free(width: int, height: int, taken: set[tuple[int, int]]) -> Place | None:
    for row in range(1, ROWS - height + 2):
        for column in range(1, COLUMNS - width + 2):
            cells = {(column + x, row + y) for x in range(width) for y in range(height)}
            if cells.isdisjoint(taken):
                taken |= cells
                return Place(column, row, width, height)
    return None
