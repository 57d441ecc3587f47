"""What a roll-up partition writes to its changelog, and how it reads it back.

Keys: `h|hour|group` (an hour with its five-minute panes, while these matter), `d|ordinal|group` (a local
day with its other hours), `o||group` (what days that are no longer kept were to longer periods that are),
`e||group` (all time), `meta`. So history costs a record for a day, and the present one for an hour. Values: the
fence in 8 bytes, which is the offset on `crm.facts` up to which the record is true, then a MessagePack array;
JSON where a sum outgrew 64 bits, as money in millionths may.
Of several records of a key the one with the highest fence counts, not the last: a stale writer can only
write an older truth.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from processors.adding.group import Group
from processors.calendar import Period
from processors.panes import Panes
from processors.partition import StateItem
from processors.planning.vector import Vector
from processors.windows import HOUR_PANES

_FENCE_BYTES = 8

_Hour = tuple[Vector, dict[int, Vector]]
"""Sums of the hour, and of its five-minute panes."""
_Day = tuple[Vector, int, dict[int, Vector]]
"""Sums of the day, when it was last corrected (microseconds), and sums of the hours that its record holds."""
_Older = tuple[int, dict[str, Vector]]
"""The last day that is no longer kept, and by longer period that it is in what such days were to it."""
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
        return fence_of(raw), (self._unpack_large if packed[:1] == b"[" else self._unpack)(packed)


HOUR: _Format[_Hour] = _Format(_Hour)
DAY: _Format[_Day] = _Format(_Day)
EVER: _Format[_Ever] = _Format(_Ever)
OLDER: _Format[_Older] = _Format(_Older)


def fence_of(raw: bytes) -> int:
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


META_VALUE: _Format[Meta] = _Format(Meta)


def read_meta(value: bytes) -> Meta:
    """Read the record under `META`."""
    return META_VALUE.read(value)[1]


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
            fence = fence_of(value)
            if fence >= fences.get(key, -1):
                fences[key] = fence
                values[key] = value


def snapshot(
    panes: Panes,
    meta: Meta,
    corrected_us: Callable[[Group, Period], int],
    empty_gauges: Callable[[Group], Mapping[int, int]],
) -> list[list[StateItem]]:
    """Serialise the cells touched since the last snapshot, then what is true of all.

    `corrected_us`: of a group, when a closed period was corrected last of which this day's cell says so;
    `empty_gauges`: of a group, since when which of its gauges are at 0 (microseconds).
    """
    cells: list[StateItem] = []
    cut = meta.cut
    hours_from = panes.settle_hours()
    touched, ever = panes.touched, panes.calendar.all_time
    for group in touched.ever:
        value = (group.periods[ever], {**empty_gauges(group)})
        cells.append((f"e||{group.text}".encode(), EVER.write(cut, value)))
    for hour, groups in touched.hours.items():
        if hour < hours_from:
            touched.days[holder(panes, hour)] |= groups
        else:
            cells += _hours(groups, hour, cut)
    for day, groups in touched.days.items():
        cells += _days(groups, day, [hour for hour in panes.calendar.hours_from(day) if hour < hours_from],
                       corrected_us, cut)  # fmt: skip
    drops: list[StateItem] = []
    for group in touched.older:
        until, sums = panes.older_days.of(group)
        older = {period.name: vector for period, vector in sums.items()}
        (cells if older else drops).append(
            (f"o||{group.text}".encode(), OLDER.write(cut, (until, older)) if older else None)
        )
    # Hours that went into their day's record lose their own once that is acknowledged, never before.
    drops += [(f"{tier}|{number}|{group.text}".encode(), None) for tier, group, number in panes.dropped]
    touched.clear()
    panes.dropped.clear()
    last: list[StateItem] = [(META, META_VALUE.write(cut, meta))]
    return [group for group in (cells, drops, last) if group]


def _hours(groups: Iterable[Group], hour: int, cut: int) -> Iterator[StateItem]:
    panes = range(hour * HOUR_PANES, (hour + 1) * HOUR_PANES)
    for group in groups:
        if hour in group.hours:
            fines = {pane: group.fines[pane] for pane in panes if pane in group.fines}
            yield f"h|{hour}|{group.text}".encode(), HOUR.write(cut, (group.hours[hour], fines))


def _days(
    groups: Iterable[Group],
    day: Period,
    held_hours: Sequence[int],
    corrected_us: Callable[[Group, Period], int],
    cut: int,
) -> Iterator[StateItem]:
    for group in groups:
        own = group.hours
        hours = {hour: own[hour] for hour in held_hours if hour in own}
        value = (group.periods.get(day, {}), corrected_us(group, day), hours)
        yield f"d|{day.ordinal}|{group.text}".encode(), DAY.write(cut, value)


def holder(panes: Panes, hour: int) -> Period:
    """Return the day whose record holds an hour: the one in which it begins."""
    return panes.calendar.day_of_pane(hour * HOUR_PANES)
