"""The names on boards that the catalog must know: KPIs, windows, dimensions, pipelines; and whether tiles fit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from schemas.boards.grammar import Board, BoardsFile
from schemas.boards.layout import places
from schemas.boards.sources import AnyTile, Source, sources
from schemas.boards.tile import COLUMNS, ROWS, DistributionTile, FunnelTile, LeaderboardTile
from schemas.catalogs.formula import Share
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi_groups import signatures, words
from schemas.files.fault import Path, PathMessage, nearest, unknown
from schemas.files.section import is_whole, readable

KPI_FIELDS: Final = ("kpi", "conversion", "deals", "amount", "count", "oldest", "within", "percentiles")
"""The fields of tiles that name KPIs."""


def board_faults(found: BoardsFile, data: Mapping[str, Any], catalog: Catalog) -> Iterator[PathMessage]:
    """Yield where each wrong name stands and what is wrong with it, as far as the boards can be read.

    `data` is the file's plain data: of a tile of which little can be read at least the KPIs are looked at.
    """
    for name, board in found.boards.items():
        for inner, message in readable(_faults_of(board, data["boards"][name], catalog)):
            yield ("boards", name, "tiles", *inner), message


def _faults_of(board: Board, data: Mapping[str, Any], catalog: Catalog) -> Iterator[PathMessage]:
    for at, (tile, fields) in enumerate(zip(board.tiles, data["tiles"], strict=True)):
        if not is_whole(tile):
            yield from (((at, *path), message) for path, message in _kpi_faults(fields, catalog))
    yield from tile_faults(enumerate(board.tiles), board.if_read("for_each", None) == "team", catalog)
    yield from _place_faults(board.tiles)


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


def _place_faults(tiles: Sequence[AnyTile]) -> Iterator[PathMessage]:
    for at, place in enumerate(places((tile.width, tile.height) for tile in tiles)):
        if place is None:
            said = f"no space left for {tiles[at].size}: a board has {COLUMNS} columns and {ROWS} rows"
            yield (at, "size"), said


def tile_faults(
    tiles: Iterable[tuple[int, AnyTile]], for_each_team: bool, catalog: Catalog
) -> Iterator[PathMessage]:
    """Yield what the catalog does not know, by the path from the board's tiles; each comes with its place."""
    for at, tile in tiles:
        checks = (
            _pipeline_faults(tile, catalog),
            _limit_faults(tile, catalog),
            _team_faults(tile),
            _record_faults(tile, for_each_team, catalog),
        )
        for found in checks:
            yield from (((at, *path), said) for path, said in readable(found))


def _pipeline_faults(tile: AnyTile, catalog: Catalog) -> Iterator[PathMessage]:
    if isinstance(tile, FunnelTile) and tile.pipeline is not None and tile.pipeline not in catalog.pipelines:
        yield ("pipeline",), unknown("pipeline", tile.pipeline, catalog.pipelines)


def _team_faults(tile: AnyTile) -> Iterator[PathMessage]:
    if isinstance(tile, LeaderboardTile) and tile.team is not None and tile.by != "rep":
        yield ("team",), "only reps are in a team: a leaderboard with team is by rep"


def _record_faults(tile: AnyTile, for_each_team: bool, catalog: Catalog) -> Iterator[PathMessage]:
    told: set[Path] = set()
    for source in sources(tile, for_each_team):
        for path, message in _source_faults(source, tile, catalog):
            if path not in told:
                told.add(path)
                yield path, message


def kpi_fault(name: str, catalog: Catalog) -> str | None:
    """Return what is wrong with the name of a KPI; None where a board may show it."""
    return None if name in catalog.public else catalog.unknown_kpi(name)


def _source_faults(source: Source, tile: AnyTile, catalog: Catalog) -> Iterator[PathMessage]:
    message = kpi_fault(source.kpi, catalog)
    if message is not None:
        yield source.field, message
        return
    kpi = catalog.kpis[source.kpi]
    windows = catalog.windows_of(kpi)
    if source.window not in windows:
        field = "window" if "window" in type(tile).model_fields else source.field[0]
        yield (field,), unknown(f"window of {source.kpi}", source.window, windows)
    groups = signatures(kpi)
    if source.signature not in groups and not source.optional:
        yield (source.groups_field,), _unknown_group(source, groups)


def _unknown_group(source: Source, groups: tuple[tuple[str, ...], ...]) -> str:
    asked = words(source.signature)
    known = [words(group) for group in groups]
    near = nearest(asked, known)
    hint = f", did you mean {near!r}?" if near else f"; it is kept by {', '.join(known)}"
    return f"{source.kpi} is not kept by {asked!r}{hint}"


def _limit_faults(tile: AnyTile, catalog: Catalog) -> Iterator[PathMessage]:
    if not isinstance(tile, DistributionTile):
        return
    limits = [limit_s(catalog, kpi) for kpi in tile.within]
    for place, (kpi, limit) in enumerate(zip(tile.within, limits, strict=True)):
        if kpi in catalog.known and limit is None:
            yield ("within", place), f"{kpi} is no share within a limit of time (share: {{…, at_most_s: …}})"
    known = [limit for limit in limits if limit is not None]
    if len(known) == len(limits) and known != sorted({*known}):
        yield ("within",), "the shorter limit comes first"


def limit_s(catalog: Catalog, kpi: str) -> float | None:
    """Return the limit in seconds that a KPI is the share within of; None where it is none."""
    found = catalog.kpis.get(kpi)
    body = found.body if found is not None else None
    return body.at_most_s if isinstance(body, Share) else None
