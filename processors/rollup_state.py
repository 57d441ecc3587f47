"""What a roll-up partition writes to its changelog, and how it reads it back.

Keys: `h|hour|group` (an hour with its five-minute panes, while these matter), `d|ordinal|group` (a local
day with its other hours), `e||group` (all time), `meta`. So history costs a record for a day, and the
present one for an hour. Values: the fence in 8 bytes, which is the offset on `crm.facts` up to which the
record is true, then a MessagePack array; JSON where a sum outgrew 64 bits, as money in millionths may.
Of several records of a key the one with the highest fence counts, not the last: a stale writer can only
write an older truth.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from processors.calendar import Period
from processors.group import Group
from processors.panes import Panes
from processors.partition import StateItem
from processors.vector import Vector
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES
from schemas.kpi import dims_of

_FENCE_BYTES = 8

_Hour = tuple[Vector, dict[int, Vector]]
"""Sums of the hour, and of its five-minute panes."""
_Day = tuple[Vector, int, dict[int, Vector]]
"""Sums of the day, when it was last corrected (microseconds), and sums of the hours that its record holds."""
_Ever = tuple[Vector, dict[int, int]]
"""Sums of all time, and by its count's slot since when a gauge is at 0 (microseconds)."""

_T = TypeVar("_T")


class _Format(Generic[_T]):
    """Writes and reads the values of one kind of record."""

    def __init__(self, kind: Any):
        self._pack = msgspec.msgpack.Encoder().encode
        self._unpack = msgspec.msgpack.Decoder(kind).decode
        self._unpack_large = msgspec.json.Decoder(kind).decode

    def write(self, fence: int, value: _T) -> bytes:
        """Encode a value that is true up to `fence`."""
        try:
            packed = self._pack(value)
        except OverflowError:
            packed = msgspec.json.encode(value)
        return fence.to_bytes(_FENCE_BYTES, "big", signed=True) + packed

    def read(self, raw: bytes) -> tuple[int, _T]:
        """Decode what `write` wrote; return the fence and the value."""
        packed = raw[_FENCE_BYTES:]
        return _fence(raw), (self._unpack_large if packed[:1] == b"[" else self._unpack)(packed)


_HOUR: _Format[_Hour] = _Format(_Hour)
_DAY: _Format[_Day] = _Format(_Day)
_EVER: _Format[_Ever] = _Format(_Ever)


def _fence(raw: bytes) -> int:
    return int.from_bytes(raw[:_FENCE_BYTES], "big", signed=True)


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
    told_us: int = 0
    """Until when what the turn of an hour moved was published; 0: until now."""
    waiting: list[str] = []  # noqa: RUF012 - never changed in place
    """The teams that have records due for others' sake."""
    catalog: str = ""
    """The name and fingerprint of the catalog under which it was written."""
    settled_us: int = 0
    """Up to when all that the clock moved was published; 0: up to the clock."""


_META: _Format[Meta] = _Format(Meta)


def read_meta(value: bytes) -> Meta:
    """Read the record under `META`."""
    return _META.read(value)[1]


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
            fence = _fence(value)
            if fence >= fences.get(key, -1):
                fences[key] = fence
                values[key] = value


def snapshot(
    panes: Panes,
    meta: Meta,
    corrections: dict[tuple[Group, int], int],
    empty_gauges: Callable[[Group], Mapping[int, int]],
) -> list[list[StateItem]]:
    """Serialise the cells touched since the last snapshot, then what is true of all.

    `corrections`: by group and day, when a closed day was last corrected; `empty_gauges`: of a group, since
    when which of its gauges are at 0 (microseconds).
    """
    cells: list[StateItem] = []
    cut = meta.cut
    hours_from = panes.settle_hours()
    touched, ever = panes.touched, panes.calendar.all_time
    for group in touched.ever:
        value = (group.periods[ever], {**empty_gauges(group)})
        cells.append((f"e||{group.text}".encode(), _EVER.write(cut, value)))
    for hour, groups in touched.hours.items():
        if hour < hours_from:
            touched.days[_holder(panes, hour)] |= groups
        else:
            cells += _hours(groups, hour, cut)
    for day, groups in touched.days.items():
        cells += _days(groups, day, [hour for hour in panes.calendar.hours_from(day) if hour < hours_from],
                       corrections, cut)  # fmt: skip
    # Hours that went into their day's record lose their own once that is acknowledged, never before.
    drops: list[StateItem] = [
        (f"{tier}|{number}|{group.text}".encode(), None) for tier, group, number in panes.dropped
    ]
    touched.clear()
    panes.dropped.clear()
    last: list[StateItem] = [(META, _META.write(cut, meta))]
    return [group for group in (cells, drops, last) if group]


def _hours(groups: Iterable[Group], hour: int, cut: int) -> Iterator[StateItem]:
    panes = range(hour * HOUR_PANES, (hour + 1) * HOUR_PANES)
    for group in groups:
        if hour in group.hours:
            fines = {pane: group.fines[pane] for pane in panes if pane in group.fines}
            yield f"h|{hour}|{group.text}".encode(), _HOUR.write(cut, (group.hours[hour], fines))


def _days(
    groups: Iterable[Group],
    day: Period,
    held_hours: Sequence[int],
    corrections: Mapping[tuple[Group, int], int],
    cut: int,
) -> Iterator[StateItem]:
    for group in groups:
        own = group.hours
        hours = {hour: own[hour] for hour in held_hours if hour in own}
        corrected_us = corrections.get((group, day.ordinal), 0) if corrections else 0
        value = (group.periods.get(day, {}), corrected_us, hours)
        yield f"d|{day.ordinal}|{group.text}".encode(), _DAY.write(cut, value)


def _holder(panes: Panes, hour: int) -> Period:
    """Return the day whose record holds an hour: the one in which it begins."""
    return panes.calendar.day_of_pane(hour * HOUR_PANES)


class Cell(NamedTuple):
    """A restored cell, for what follows a crash: which facts it has already, and what time will do."""

    tier: str
    group: Group
    number: int
    """The hour, the day's ordinal, or 0."""
    fence: int
    since_us: int
    """Of a day: when it was last corrected; else 0."""
    empty_us: Mapping[int, int] = {}
    """Of all time: since when gauges are at 0, by the slots of their counts."""


def rebuild(panes: Panes, restored: Restored) -> tuple[Meta, list[Cell]]:
    """Fill the panes from the records of a changelog; return what is true of all, and the cells."""
    raw = restored.values.pop(META, None)
    meta = _META.read(raw)[1] if raw else Meta()
    panes.top_pane = meta.top_pane
    cells: list[Cell] = []
    hours: dict[tuple[Group, int], tuple[int, Vector]] = {}
    for key, value in restored.values.items():
        tier, number_text, text = key.decode().split("|", 2)
        group, number = panes.groups.get(text) or panes.group(dims_of(text)), int(number_text or 0)
        if tier == "h":
            fence, (vector, fines) = _HOUR.read(value)
            _keep_truer(hours, group, number, fence, vector)
            panes.written_from_hour = min(number, panes.written_from_hour or number)
            _restore_fines(panes, group, fines)
        elif tier == "e":
            fence, (vector, empty_us) = _EVER.read(value)
            panes.restore_period(group, panes.calendar.all_time, vector)
            cells.append(Cell("e", group, 0, fence, 0, empty_us))
        else:
            fence, (vector, corrected_us, of_day) = _DAY.read(value)
            for hour, of_hour in of_day.items():
                _keep_truer(hours, group, hour, fence, of_hour)
            if vector:  # else the record was written for its hours alone
                for period in panes.calendar.periods_of(panes.calendar.day(number))[:-1]:
                    panes.restore_period(group, period, vector)
            cells.append(Cell("d", group, number, fence, corrected_us))
    for (group, hour), (fence, vector) in hours.items():
        group.hours[hour] = vector
        panes.hours.setdefault(hour, []).append(group)
        cells.append(Cell("h", group, hour, fence, 0))
        panes.top_pane = max(panes.top_pane, hour * HOUR_PANES)
    restored.values.clear()
    return meta, cells


def _keep_truer(
    hours: dict[tuple[Group, int], tuple[int, Vector]], group: Group, hour: int, fence: int, vector: Vector
) -> None:
    """Of an hour's own record and the one within its day's keep the truer."""
    known = hours.get((group, hour))
    if known is None or known[0] < fence:
        hours[group, hour] = (fence, vector)


def _restore_fines(panes: Panes, group: Group, fines: dict[int, Vector]) -> None:
    for pane, vector in fines.items():
        if pane > panes.top_pane - FINE_RETENTION_PANES:
            group.fines[pane] = vector
            panes.fines.setdefault(pane, []).append(group)
