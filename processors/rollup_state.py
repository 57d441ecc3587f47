"""What a roll-up partition writes to its changelog, and how it reads it back.

Keys: `h|hour|group` (an hour with its five-minute panes), `d|ordinal|group` (a local day),
`e||group` (all time), `meta`. Values: `[fence, …]`, the fence being the offset on `crm.facts` up to
which the record is true. Of several records of a key the one with the highest fence counts, not the
last: a stale writer can only write an older truth. A vector is a flat list `[slot, sum, …]`.
"""

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import orjson

from processors.compile import Vector
from processors.group import Group
from processors.panes import Panes
from processors.partition import StateItem
from processors.windows import DAY_RETENTION, FINE_RETENTION_PANES, HOUR_PANES, HOUR_RETENTION
from schemas.kpi import dims_of

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
    fines_from = panes.fine_floor() // HOUR_PANES
    for group, hour in panes.touched_hours:
        vector = group.hours.get(hour)
        if vector is None:
            continue
        fines = []
        if hour >= fines_from:
            of_hour = range(hour * HOUR_PANES, (hour + 1) * HOUR_PANES)
            fines = [(pane, _flat(group.fines[pane])) for pane in of_hour if pane in group.fines]
        cells.append((f"h|{hour}|{group.text}".encode(), orjson.dumps((meta.cut, _flat(vector), fines))))
    for group, period in panes.touched_periods:
        vector = group.periods[period]
        key = f"e||{group.text}" if period.label is None else f"d|{period.ordinal}|{group.text}"
        corrected = corrections.get((group, period.ordinal), 0)
        cells.append((key.encode(), orjson.dumps((meta.cut, _flat(vector), corrected))))
    cells += [(f"{tier}|{index}|{group.text}".encode(), None) for tier, group, index in panes.dropped]
    panes.touched_hours.clear()
    panes.touched_periods.clear()
    panes.dropped.clear()
    last: list[StateItem] = [(META, orjson.dumps(tuple(meta)))]
    return [cells, last] if cells else [last]


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
    meta = Meta(*orjson.loads(raw)) if raw else Meta()
    panes.top_pane = meta.top_pane
    if panes.top_pane == 0:
        # Cells were written but no cut: the crash fell into the very first checkpoint.
        hours = [int(key.split(b"|", 2)[1]) for key in restored.values if key.startswith(b"h|")]
        panes.top_pane = (max(hours) + 1) * HOUR_PANES - 1 if hours else 0
    top_hour = panes.top_pane // HOUR_PANES
    last_day = panes.calendar.day_of_pane(panes.top_pane).ordinal - DAY_RETENTION
    cells = []
    for key, value in restored.values.items():
        tier, index_text, text = key.decode().split("|", 2)
        group = panes.groups.get(text) or panes.group(dims_of(text))
        index = int(index_text or 0)
        if (tier == "h" and index <= top_hour - HOUR_RETENTION) or (tier == "d" and index <= last_day):
            continue  # its tombstone was on the way
        fence, flat, more = orjson.loads(value)
        _put(panes, group, tier, index, _vector(flat), more)
        cells.append(Cell(tier, group, index, fence, more if tier == "d" else 0))
    restored.values.clear()
    return meta, cells


def _put(panes: Panes, group: Group, tier: str, index: int, vector: Vector, fines: list[tuple[int, list[int]]]) -> None:
    if tier == "h":
        group.hours[index] = vector
        panes.hours.setdefault(index, []).append(group)
        for pane, flat in fines:
            if pane > panes.top_pane - FINE_RETENTION_PANES:
                group.fines[pane] = _vector(flat)
                panes.fines.setdefault(pane, []).append(group)
    elif tier == "d":
        for period in panes.calendar.periods_of(panes.calendar.day(index))[:-1]:
            panes.restore_period(group, period, vector)
    else:
        panes.restore_period(group, panes.calendar.all_time, vector)


def _flat(vector: Vector) -> list[int]:
    return list(chain.from_iterable(vector.items()))


def _vector(flat: list[int]) -> Vector:
    pairs = iter(flat)
    return dict(zip(pairs, pairs, strict=True))
