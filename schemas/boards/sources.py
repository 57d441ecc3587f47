"""Which KPI records a tile shows: the same list for checking its names, for its selectors and for the page."""

from collections.abc import Iterator
from typing import NamedTuple

from schemas.boards.tile import (
    AgingTile,
    ContestTile,
    DistributionTile,
    FunnelTile,
    LeaderboardTile,
    NumberTile,
    TickerTile,
    Whose,
)
from schemas.kpi import dims_text

AnyTile = NumberTile | LeaderboardTile | FunnelTile | DistributionTile | AgingTile | TickerTile | ContestTile
STAGES = ("from_stage", "to_stage")


class Source(NamedTuple):
    """Records of one KPI in one window and one set of dimensions."""

    role: str
    """What they are to the tile, such as `value`, or `within.0`."""
    field: tuple[str | int, ...]
    """Which of the tile's fields names the KPI, for mistakes."""
    kpi: str
    window: str
    period: str | None
    dims: tuple[tuple[str, str | None], ...]
    """In alphabetical order; a value of None is any."""
    groups_field: str
    """Which of the tile's fields says the dimensions, for mistakes."""
    optional: bool = False
    """Whether the tile does without where the catalog has no such records."""
    each: bool = False
    """Whether any team stands for the one that the board is showing."""

    @property
    def signature(self) -> tuple[str, ...]:
        """The names of its dimensions."""
        return tuple(name for name, _ in self.dims)

    @property
    def selector(self) -> str:
        """The records in the words of `schemas.selector`."""
        window = f"{self.window}:{self.period}" if self.period else self.window
        parts = [name if value is None else dims_text({name: value}) for name, value in self.dims]
        return f"{self.kpi}|{window}|{','.join(parts)}"


def sources(tile: AnyTile, for_each_team: bool = False) -> Iterator[Source]:
    """Yield what a tile shows. `for_each_team`: its board shows one team after the other."""
    match tile:
        case NumberTile():
            whose, each = _whose(tile.of, for_each_team)
            yield Source("value", ("kpi",), tile.kpi, tile.window, tile.period, whose, "of", each=each)
        case LeaderboardTile() | ContestTile():
            dims = ((tile.by, None),)
            yield Source("value", ("kpi",), tile.kpi, tile.window, tile.period, dims, "by")
        case FunnelTile():
            yield from _of_funnel(tile, *_whose(tile.of, for_each_team))
        case DistributionTile():
            yield from _of_distribution(tile, *_whose(tile.of, for_each_team))
        case AgingTile():
            for role, kpi in (("count", tile.count), ("oldest", tile.oldest)):
                yield Source(role, (role,), kpi, "now", None, ((tile.by, None),), "by")
        case TickerTile():
            return


def _of_funnel(tile: FunnelTile, whose: tuple[tuple[str, str | None], ...], each: bool) -> Iterator[Source]:
    pair = tuple(sorted((*((name, None) for name in STAGES), *whose)))
    yield Source("conversion", ("conversion",), tile.conversion, tile.window, None, pair, "of", each=each)
    stage = tuple(sorted((("stage", None), *whose)))
    for role, kpi in (("deals", tile.deals), ("amount", tile.amount)):
        # By team and stage together the standard catalog has none: then the funnel goes without.
        yield Source(role, (role,), kpi, "now", None, stage, "of", optional=bool(whose), each=each)


def _of_distribution(
    tile: DistributionTile, whose: tuple[tuple[str, str | None], ...], each: bool
) -> Iterator[Source]:
    for role, kpis in (("within", tile.within), ("percentiles", tile.percentiles)):
        for place, kpi in enumerate(kpis):
            name = f"{role}.{place}"
            yield Source(name, (role, place), kpi, tile.window, None, whose, "of", each=each)
            if tile.by is not None:
                yield Source(f"{name}.each", (role, place), kpi, tile.window, None, ((tile.by, None),), "by")


def _whose(of: Whose | None, for_each_team: bool) -> tuple[tuple[tuple[str, str | None], ...], bool]:
    if of is None:
        return ((("team", None),), True) if for_each_team else ((), False)
    return (() if of == "company" else tuple(sorted(of.items()))), False
