"""The names on boards that the catalog must know: KPIs, windows, dimensions, pipelines; and whether tiles fit."""

from collections.abc import Iterable, Iterator, Sequence

from schemas.boards.grammar import BoardsFile
from schemas.boards.layout import places
from schemas.boards.sources import AnyTile, Source, sources
from schemas.boards.tile import COLUMNS, ROWS, DistributionTile, FunnelTile, LeaderboardTile
from schemas.catalogs.formula import Share
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi_groups import signatures, words
from schemas.files.fault import Path, PathMessage, nearest, unknown


def board_faults(found: BoardsFile, catalog: Catalog) -> Iterator[PathMessage]:
    """Yield where each wrong name stands and what is wrong with it."""
    for name, board in found.boards.items():
        path: Path = ("boards", name, "tiles")
        faults = tile_faults(enumerate(board.tiles), board.for_each == "team", catalog)
        for inner, message in (*faults, *place_faults(board.tiles)):
            yield (*path, *inner), message


def place_faults(tiles: Sequence[AnyTile]) -> Iterator[PathMessage]:
    """Yield the tiles of a board that have no place, by the path from them."""
    for at, place in enumerate(places((tile.width, tile.height) for tile in tiles)):
        if place is None:
            said = f"no space left for {tiles[at].size}: a board has {COLUMNS} columns and {ROWS} rows"
            yield (at, "size"), said


def tile_faults(
    tiles: Iterable[tuple[int, AnyTile]], for_each_team: bool, catalog: Catalog
) -> Iterator[PathMessage]:
    """Yield what the catalog does not know, by the path from the board's tiles; each comes with its place."""
    for at, tile in tiles:
        if (
            isinstance(tile, FunnelTile)
            and tile.pipeline is not None
            and tile.pipeline not in catalog.pipelines
        ):
            yield (at, "pipeline"), unknown("pipeline", tile.pipeline, catalog.pipelines)
        if isinstance(tile, DistributionTile):
            yield from (((at, *path), said) for path, said in _limit_faults(tile, catalog))
        if isinstance(tile, LeaderboardTile) and tile.team is not None and tile.by != "rep":
            yield (at, "team"), "only reps are in a team: a leaderboard with team is by rep"
        told: set[Path] = set()
        for source in sources(tile, for_each_team):
            for path, message in _source_faults(source, tile, catalog):
                if path not in told:
                    told.add(path)
                    yield (at, *path), message


def kpi_fault(name: str, catalog: Catalog) -> str | None:
    """Return what is wrong with the name of a KPI; None where a board may show it."""
    kpi = catalog.kpis.get(name)
    return catalog.unknown_kpi(name) if kpi is None or kpi.private else None


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


def _limit_faults(tile: DistributionTile, catalog: Catalog) -> Iterator[PathMessage]:
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
