"""What is wrong with names on boards that the grammar refuses: it is told with what the grammar says, not after that.

Tile by tile: fields in which the grammar found mistakes are left out. Where no tile is left, as of a type that there is
not, at least the KPIs that it names are looked at.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from schemas.boards.names import kpi_fault, place_faults, tile_faults
from schemas.boards.sources import AnyTile
from schemas.boards.tile import Tile
from schemas.catalogs.grammar import Catalog
from schemas.files.fault import Path, PathMessage

KPI_FIELDS: Final = ("kpi", "conversion", "deals", "amount", "count", "oldest", "within", "percentiles")
"""The fields of tiles that name KPIs."""

_TILE: TypeAdapter[AnyTile] = TypeAdapter(Tile)


class _Legible(NamedTuple):
    tile: AnyTile | None
    """None where too little is left of it."""
    dropped: frozenset[str]
    """The fields that were left out."""


def rest_faults(data: Mapping[str, Any], catalog: Catalog) -> Iterator[PathMessage]:
    """Yield where each wrong name in a file's plain data stands, and what is wrong with it."""
    boards = data.get("boards")
    for name, board in boards.items() if isinstance(boards, dict) else ():
        tiles = board.get("tiles") if isinstance(board, dict) else None
        if isinstance(tiles, list):
            for path, message in _board_faults(tiles, board.get("for_each") == "team", catalog):
                yield ("boards", name, "tiles", *path), message


def _board_faults(tiles: list[Any], for_each_team: bool, catalog: Catalog) -> Iterator[PathMessage]:
    legible = [_legible(tile) for tile in tiles]
    for at, (tile, dropped) in enumerate(legible):
        if tile is None:
            yield from (((at, *path), message) for path, message in _kpi_faults(tiles[at], catalog))
            continue
        for path, message in tile_faults([(at, tile)], for_each_team, catalog):
            if path[1] not in dropped:
                yield path, message
    whole = [tile for tile, dropped in legible if tile is not None and "size" not in dropped]
    if len(whole) == len(tiles):
        yield from place_faults(whole)


def _legible(tile: Any) -> _Legible:
    try:
        return _Legible(_TILE.validate_json(json.dumps(tile), strict=True), frozenset())
    except ValidationError as wrong:
        # An error's place begins with the tile's type, unless that is wrong.
        dropped = frozenset(str(error["loc"][1]) for error in wrong.errors() if len(error["loc"]) > 1)
    if not isinstance(tile, dict) or not dropped & tile.keys():
        return _Legible(None, dropped)
    rest = {name: value for name, value in tile.items() if name not in dropped}
    try:
        return _Legible(_TILE.validate_json(json.dumps(rest), strict=True), dropped)
    except ValidationError:
        return _Legible(None, dropped)


def _kpi_faults(tile: Any, catalog: Catalog) -> Iterator[PathMessage]:
    for field in KPI_FIELDS:
        named = tile.get(field) if isinstance(tile, dict) else None
        several: list[tuple[Path, Any]] = [((field,), named)]
        if isinstance(named, list):
            several = [((field, place), one) for place, one in enumerate(named)]
        for path, kpi in several:
            message = kpi_fault(kpi, catalog) if isinstance(kpi, str) else None
            if message is not None:
                yield path, message
