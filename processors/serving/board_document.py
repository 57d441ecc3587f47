"""What the page needs to draw a board: its tiles in their places, and all that the catalog knows of their KPIs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from processors.calendar import Calendar
from processors.compare import ADDITIVE
from processors.publishing.records import rfc3339
from schemas.boards.grammar import Board
from schemas.boards.layout import places
from schemas.boards.names import limit_s
from schemas.boards.sources import AnyTile, Source, sources
from schemas.boards.tile import COLUMNS, ContestTile, DistributionTile, FunnelTile, NumberTile
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi_groups import signatures
from schemas.events.directory import CALENDAR_WINDOWS

Json = dict[str, Any]

_FORMATS = {"currency": "currency", "seconds": "duration", "ratio": "percent", "percent": "percent"}
"""How the values of a unit are shown, where the catalog says nothing; else as numbers."""


class BoardDocuments(Mapping[str, Json]):
    """The documents of all boards by id, each made when it is asked for: periods move on."""

    def __init__(self, boards: Mapping[str, Board], catalog: Catalog, now_us: Callable[[], int]) -> None:
        self._boards = boards
        self._catalog = catalog
        self._now_us = now_us
        section = catalog.calendar
        self._calendar = Calendar(section.timezone, section.fiscal_year_start_month, section.week_start)

    def __getitem__(self, name: str) -> Json:
        document = board_document(name, self._boards[name], self._catalog, self._calendar, self._now_us())
        return document | {"order": [*self._boards].index(name)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._boards)

    def __len__(self) -> int:
        return len(self._boards)


def board_selectors(board: Board, catalog: Catalog) -> list[str]:
    """Return the selectors of all records on a board, each once."""
    found = (source.selector for tile in board.tiles for source in _shown(tile, board, catalog))
    return list(dict.fromkeys(found))


def board_document(name: str, board: Board, catalog: Catalog, calendar: Calendar, now_us: int) -> Json:
    """Return a board with everything resolved, as of a moment: running periods and ends hold until they are over."""
    spots = places((tile.width, tile.height) for tile in board.tiles)
    tiles = [
        _tile(tile, board, catalog, calendar, now_us)
        | {"place": spot._asdict() if spot is not None else None}
        for tile, spot in zip(board.tiles, spots, strict=True)
    ]
    kpis = dict.fromkeys(source.kpi for tile in board.tiles for source in _shown(tile, board, catalog))
    return {
        "id": name,
        "title": board.title,
        "for_each": board.for_each,
        "rotate": board.rotate,
        "seconds": board.seconds,
        "columns": COLUMNS,
        "rows": max(spot.row + spot.height - 1 for spot in spots if spot is not None),
        "currency": catalog.currency,
        "timezone": catalog.calendar.timezone,
        "periods": _running(calendar, now_us),
        "kpis": {kpi: kpi_meta(catalog, kpi) for kpi in kpis},
        "selectors": board_selectors(board, catalog),
        "tiles": tiles,
    }


def kpi_meta(catalog: Catalog, name: str) -> Json:
    """Return what a reader of a KPI's values should know of it."""
    kpi = catalog.kpis[name]
    return {
        "label": kpi.label,
        "description": kpi.description,
        "unit": kpi.unit,
        "format": kpi.format or _FORMATS.get(kpi.unit, "number"),
        "scale": 0.01 if kpi.unit == "percent" else 1,  # whose values are 0–100 already
        "direction": kpi.direction,
        "min_sample": kpi.min_sample,
        "additive": kpi.formula in ADDITIVE,
    }


def _tile(tile: AnyTile, board: Board, catalog: Catalog, calendar: Calendar, now_us: int) -> Json:
    found: Json = {
        "type": tile.type,
        "title": tile.title,
        "sources": {source.role: _source(source) for source in _shown(tile, board, catalog)},
    }
    fields = tile.model_dump(mode="json", exclude={"type", "title", "size", "of", "kpi", "window", "period"})
    found |= {key: value for key, value in fields.items() if value is not None}
    match tile:
        case NumberTile():
            found["target"] = _target(tile, board, catalog, calendar, now_us)
        case ContestTile():
            starts_us, ends_us = _span(tile.window, tile.period, calendar, now_us)
            found |= {"starts": _time(starts_us), "ends": _time(ends_us)}
        case FunnelTile():
            pipeline = tile.pipeline or next(iter(catalog.pipelines), None)
            found["stages"] = list(catalog.pipelines[pipeline].stages) if pipeline else []
            if tile.title is None and len(catalog.pipelines) > 1:
                found["title"] = f"Pipeline {pipeline}"
        case DistributionTile():
            found["limits_s"] = [limit_s(catalog, kpi) for kpi in tile.within]
        case _:
            if "limits" in found:
                found["limits_s"] = [limit / 1_000_000 for limit in found.pop("limits")]
    return found


def _shown(tile: AnyTile, board: Board, catalog: Catalog) -> list[Source]:
    return [
        source
        for source in sources(tile, board.for_each == "team")
        if not source.optional or source.signature in signatures(catalog.kpis[source.kpi])
    ]


def _source(source: Source) -> Json:
    return {
        "kpi": source.kpi,
        "window": source.window,
        "period": source.period,
        "dims": dict(source.dims),
        "each": source.each,
        "selector": source.selector,
    }


def _running(calendar: Calendar, now_us: int) -> Json:
    periods = calendar.calendar_periods_of(calendar.day_at(now_us))
    return {period.name: period.label for period in periods}


def _span(window: str, label: str | None, calendar: Calendar, now_us: int) -> tuple[int | None, int | None]:
    running = calendar.calendar_periods_of(calendar.day_at(now_us))
    at = CALENDAR_WINDOWS.index(window)
    period = calendar.period(window, label) if label else running[at]
    return (period.start_us, period.end_us) if period is not None else (None, None)


def _time(t_us: int | None) -> str | None:
    return None if t_us is None else rfc3339(t_us)


def _target(
    tile: NumberTile, board: Board, catalog: Catalog, calendar: Calendar, now_us: int
) -> float | None:
    """Return the catalog's target of a value, until its record says which one holds; one of the period goes first."""
    (source,) = _shown(tile, board, catalog)
    label = tile.period or _running(calendar, now_us).get(tile.window)
    fitting = {
        target.period: target.value
        for target in catalog.targets
        if (target.kpi, target.window) == (tile.kpi, tile.window) and target.dims == dict(source.dims)
    }
    return fitting.get(label, fitting.get(None))
