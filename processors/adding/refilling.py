"""Refilling: panes from the records of a changelog, as `processors/adding/rollup_state.py` wrote them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from processors.adding.group import Group
from processors.adding.rollup_state import DAY, EVER, HOUR, META, OLDER, Meta, Restored, holder, read_meta
from processors.panes import Panes
from processors.planning.vector import Vector
from processors.windows import FINE_RETENTION_PANES
from schemas.kpi import dims_of


class Cell(NamedTuple):
    """A restored cell, for what follows a crash: which facts it has already, and what time will do."""

    tier: str
    group: Group
    number: int
    """The hour, the day's ordinal, that of the last of the older days, or 0."""
    fence: int
    since_us: int
    """Of a day: when it was last corrected; else 0."""
    empty_us: Mapping[int, int] = {}
    """Of all time: since when gauges are at 0, by the slots of their counts."""


_OwnHour = tuple[Group, int, bytes]
"""Group, hour, and its record."""


def refill(panes: Panes, restored: Restored) -> tuple[Meta, list[Cell]]:
    """Fill the panes; return what is true of all, and the cells.

    Hours of which nothing follows, because all in them is counted and published, are not among the cells: there
    are ten times as many of them as of all others. What was restored is used up, its fences too: they are tens
    of megabytes of a long history.
    """
    restored.fences.clear()
    raw = restored.values.pop(META, None)
    meta = read_meta(raw) if raw else Meta()
    panes.top_pane = meta.top_pane
    settled = meta.cut if meta.emitted < 0 else min(meta.cut, meta.emitted)
    cells = _refill_older_days(panes, restored)
    older = {cell.group: cell.number for cell in cells}
    own_hours, day_fences = _refill_days(panes, restored, older, settled, cells)
    _refill_own_hours(panes, own_hours, day_fences, settled, cells)
    restored.values.clear()
    _refill_long_periods(panes)
    for group in older:
        for period, vector in panes.older_days.of(group).sums.items():
            panes.restore_period(group, period, vector)
    _list_hours(panes)
    panes.resume_retiring()
    return meta, cells


def _refill_older_days(panes: Panes, restored: Restored) -> list[Cell]:
    """Take what is said of days that are no longer kept; days up to these are not looked at."""
    cells: list[Cell] = []
    for key in [key for key in restored.values if key.startswith(b"o|")]:
        fence, (until, older) = OLDER.read(restored.values.pop(key))
        group = panes.group(dims_of(key.decode().split("|", 2)[2]))
        periods = panes.calendar.calendar_periods_of(panes.calendar.day(until))
        panes.older_days.restore(
            group, until, {period: older[period.name] for period in periods if period.name in older}
        )
        cells.append(Cell("o", group, until, fence, 0))
    return cells


def _refill_days(
    panes: Panes, restored: Restored, older: Mapping[Group, int], settled: int, cells: list[Cell]
) -> tuple[list[_OwnHour], dict[tuple[Group, int], int]]:
    """Take days, with the hours in them, and all time; return the hours that stand for themselves, and days' fences."""
    own_hours: list[_OwnHour] = []
    day_fences: dict[tuple[Group, int], int] = {}
    for key, value in restored.values.items():
        tier, number_text, text = key.decode().split("|", 2)
        group, number = panes.groups.get(text) or panes.group(dims_of(text)), int(number_text or 0)
        if tier == "h":
            own_hours.append((group, number, value))
        elif tier == "e":
            fence, (vector, empty_us) = EVER.read(value)
            panes.restore_period(group, panes.calendar.all_time, vector)
            cells.append(Cell("e", group, 0, fence, 0, empty_us))
        elif older and number <= older.get(group, 0):
            panes.dropped.append((tier, group, number))  # a crash kept its tombstone from being written
        else:
            fence, (vector, corrected_us, hours) = DAY.read(value)
            group.hours |= hours
            day_fences[group, number] = fence
            if fence > settled:
                cells += [Cell("h", group, hour, fence, 0) for hour in hours]
            if vector:  # else the record was written for its hours alone
                _refill_day(panes, group, number, vector)
            cells.append(Cell("d", group, number, fence, corrected_us))
    return own_hours, day_fences


def _refill_own_hours(
    panes: Panes,
    own_hours: Iterable[_OwnHour],
    day_fences: Mapping[tuple[Group, int], int],
    settled: int,
    cells: list[Cell],
) -> None:
    for group, hour, value in own_hours:
        fence, (vector, fines) = HOUR.read(value)
        panes.written_from_hour = min(hour, panes.written_from_hour or hour)
        _refill_fines(panes, group, fines)
        # Of an hour's own record and the one within its day's the truer counts.
        if hour not in group.hours or day_fences.get((group, holder(panes, hour).ordinal), -1) < fence:
            group.hours[hour] = vector
            if fence > settled:
                cells.append(Cell("h", group, hour, fence, 0))


def _refill_day(panes: Panes, group: Group, ordinal: int, vector: Vector) -> None:
    day, week, month, *_ = panes.calendar.periods_of(panes.calendar.day(ordinal))
    for period in (day, week, month):
        panes.restore_period(group, period, vector)


def _refill_long_periods(panes: Panes) -> None:
    """Add months up to quarters and years, which are made of whole ones: a thirtieth of adding up their days."""
    for month in [period for period in panes.periods if period.name == "month"]:
        longer = panes.calendar.periods_of(panes.calendar.day(month.ordinal))[3:-1]
        for group in panes.periods[month]:
            for period in longer:
                panes.restore_period(group, period, group.periods[month])


def _refill_fines(panes: Panes, group: Group, fines: dict[int, Vector]) -> None:
    for pane, vector in fines.items():
        if pane > panes.top_pane - FINE_RETENTION_PANES:
            group.fines[pane] = vector
            panes.fines.setdefault(pane, []).append(group)


def _list_hours(panes: Panes) -> None:
    """List the groups of each hour.

    After a crash in the middle of a checkpoint there may be some beyond the watermark. It gets there as their facts
    come again: until then, what is behind the retention goes by the watermark of the cut, as it did the first time.
    """
    listed = panes.hours
    for group in panes.groups.values():
        for hour in group.hours:
            if hour in listed:
                listed[hour].append(group)
            else:
                listed[hour] = [group]
