"""What a roll-up partition writes to its changelog, and how it reads it back.

Keys: `h|hour|group` (an hour with its five-minute panes, while these matter), `d|ordinal|group` (a local
day with its other hours), `e||group` (all time), `meta`. So history costs a record for a day, and the
present one for an hour. Values: `[fence, …]`, the fence being the offset on `crm.facts` up to which the
record is true. Of several records of a key the one with the highest fence counts, not the last: a stale
writer can only write an older truth. A vector is a flat list `[slot, sum, …]`.
"""

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import msgspec

from processors.calendar import Period
from processors.compile import Vector
from processors.group import Group
from processors.panes import Panes
from processors.partition import StateItem
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES
from schemas.kpi import dims_of

# Not orjson: sums of money in millionths outgrow 64 bits, which it refuses to write and reads as floats.
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

META = b"meta"


class Meta(NamedTuple):
    """What is true of the whole partition at its cut."""

    cut: int = -1
    top_pane: int = 0
    clock_us: int = 0
    """When the clock was last moved."""
    emitted: int = -1
    """Offset on `crm.facts` up to which every change was published."""
    revision: int = 0
    counted: dict[str, int] = {}  # noqa: RUF012 - never changed in place
    """By source partition of `crm.activity`: the last offset whose facts were counted."""


class Restored(NamedTuple):
    """The records of a changelog, the truest of each key; None is a tombstone."""

    fences: dict[bytes, int]
    values: dict[bytes, bytes]

    def take(self, items: Iterable[StateItem]) -> None:
        """Keep what is at least as true as what is known."""
        fences, values = self.fences, self.values
        for key, value in items:
            if value is None:
                # A tombstone is written when a cell left its retention: nothing older counts any more.
                values.pop(key, None)
                continue
            fence = int(value[1 : value.index(b",")])
            if fence >= fences.get(key, -1):
                fences[key] = fence
                values[key] = value


def snapshot(panes: Panes, meta: Meta, corrections: dict[tuple[Group, int], int]) -> list[list[StateItem]]:
    """Serialise the cells touched since the last snapshot, then what is true of all.

    `corrections`: by group and day, when a closed day was last corrected (microseconds).
    """
    cells: list[StateItem] = []
    fines_from = panes.settle_hours()
    days: dict[tuple[Group, Period], None] = {}
    for group, period in panes.touched_periods:
        if period.label is None:
            cells.append((f"e||{group.text}".encode(), _encode((meta.cut, _flat(group.periods[period])))))
        else:
            days[group, period] = None
    for group, hour in panes.touched_hours:
        if hour < fines_from:
            days[group, _holder(panes, hour)] = None
        elif hour in group.hours:
            of_hour = range(hour * HOUR_PANES, (hour + 1) * HOUR_PANES)
            fines = [(pane, _flat(group.fines[pane])) for pane in of_hour if pane in group.fines]
            cells.append(
                (f"h|{hour}|{group.text}".encode(), _encode((meta.cut, _flat(group.hours[hour]), fines)))
            )
    for group, day in days:
        hours = [
            (hour, _flat(group.hours[hour]))
            for hour in panes.calendar.hours_from(day)
            if hour < fines_from and hour in group.hours
        ]
        vector, corrected = group.periods.get(day, {}), corrections.get((group, day.ordinal), 0)
        value = _encode((meta.cut, _flat(vector), corrected, hours))
        cells.append((f"d|{day.ordinal}|{group.text}".encode(), value))
    # Hours that went into their day's record above lose their own below it, never before.
    cells += [(f"{tier}|{number}|{group.text}".encode(), None) for tier, group, number in panes.dropped]
    panes.touched_hours.clear()
    panes.touched_periods.clear()
    panes.dropped.clear()
    last: list[StateItem] = [(META, _encode(tuple(meta)))]
    return [cells, last] if cells else [last]


def _holder(panes: Panes, hour: int) -> Period:
    """Return the day whose record holds an hour: the one in which it begins."""
    return panes.calendar.day_of_pane(hour * HOUR_PANES)


class Cell(NamedTuple):
    """A restored cell, for what follows a crash: which facts it has already, when it was corrected."""

    tier: str
    group: Group
    number: int
    """The hour, the day's ordinal, or 0."""
    fence: int
    corrected_us: int


def rebuild(panes: Panes, restored: Restored) -> tuple[Meta, list[Cell]]:
    """Fill the panes from the records of a changelog; return what is true of all, and the cells."""
    raw = restored.values.pop(META, None)
    meta = Meta(*_decode(raw)) if raw else Meta()
    panes.top_pane = meta.top_pane
    cells: list[Cell] = []
    hours: dict[tuple[Group, int], tuple[int, Vector]] = {}
    for key, value in restored.values.items():
        tier, number_text, text = key.decode().split("|", 2)
        group, number = panes.groups.get(text) or panes.group(dims_of(text)), int(number_text or 0)
        fence, flat, *rest = _decode(value)
        if tier == "h":
            _note_hour(hours, group, number, fence, flat)
            panes.written_from_hour = min(number, panes.written_from_hour or number)
            _restore_fines(panes, group, rest[0])
        elif tier == "e":
            panes.restore_period(group, panes.calendar.all_time, _vector(flat))
            cells.append(Cell("e", group, 0, fence, 0))
        else:
            corrected_us, of_day = rest
            for hour, hour_flat in of_day:
                _note_hour(hours, group, hour, fence, hour_flat)
            _restore_day(panes, group, number, flat)
            cells.append(Cell("d", group, number, fence, corrected_us))
    for (group, hour), (fence, vector) in hours.items():
        group.hours[hour] = vector
        panes.hours.setdefault(hour, []).append(group)
        cells.append(Cell("h", group, hour, fence, 0))
        panes.top_pane = max(panes.top_pane, hour * HOUR_PANES)
    restored.values.clear()
    return meta, cells


def _note_hour(
    hours: dict[tuple[Group, int], tuple[int, Vector]], group: Group, hour: int, fence: int, flat: list[int]
) -> None:
    """Keep the truer of an hour's own record and the one within its day's."""
    known = hours.get((group, hour))
    if known is None or known[0] < fence:
        hours[group, hour] = (fence, _vector(flat))


def _restore_fines(panes: Panes, group: Group, fines: list[tuple[int, list[int]]]) -> None:
    for pane, flat in fines:
        if pane > panes.top_pane - FINE_RETENTION_PANES:
            group.fines[pane] = _vector(flat)
            panes.fines.setdefault(pane, []).append(group)


def _restore_day(panes: Panes, group: Group, ordinal: int, flat: list[int]) -> None:
    if flat:  # else the record was written for its hours alone
        for period in panes.calendar.periods_of(panes.calendar.day(ordinal))[:-1]:
            panes.restore_period(group, period, _vector(flat))


def _flat(vector: Vector) -> list[int]:
    return list(chain.from_iterable(vector.items()))


def _vector(flat: list[int]) -> Vector:
    pairs = iter(flat)
    return dict(zip(pairs, pairs, strict=True))
