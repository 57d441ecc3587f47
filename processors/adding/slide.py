"""Rolling windows move with the clock: what leaves is taken off, what was ahead of the clock comes in.

Only groups that have something in a pane that moved are touched. A key whose last fact left says 0 or
null; seven days later (`ZERO_HOURS`) it gets its tombstone. Both are functions of the panes and the
clock alone, so a restart or a replay says the same.
"""

from collections.abc import Iterable, Mapping

from processors.adding.group import RETIRE, Group
from processors.adding.own_days import first_pane_at
from processors.calendar import Calendar
from processors.panes import Panes
from processors.planning.vector import Vector, add, subtract
from processors.windows import HOUR_PANES, ZERO_HOURS, Rolling, Today

_ZERO_PANES = ZERO_HOURS * HOUR_PANES


def rolling_sum(panes: Panes, group: Group, window: Rolling, pane_now: int) -> Vector:
    """Return the sums of a rolling window whose running pane is `pane_now`; made when first asked for.

    A slot whose last fact left within the last seven days is there with 0.
    """
    total = group.rolling.get(window)
    if total is None:
        total = group.rolling[window] = {}
        for cell in _cells_in(panes, group, window, pane_now):
            add(total, cell)
        for cell in _cells_left(panes, group, window, pane_now):
            for slot in cell:
                total.setdefault(slot, 0)
    return total


def slots_left(panes: Panes, group: Group, window: Rolling, pane_now: int) -> frozenset[int]:
    """Return the slots of facts that left a rolling window within the last seven days, and were not taken back."""
    left = group.left.get(window)
    if left is None:
        cells = _cells_left(panes, group, window, pane_now)
        left = group.left[window] = frozenset(slot for cell in cells for slot in _standing(cell))
    return left


def _cells_in(panes: Panes, group: Group, window: Rolling, pane_now: int) -> list[Vector]:
    if window.tier == "day":
        today = panes.calendar.day_of_pane(pane_now).ordinal
        return [cell for _, cell in panes.days(group, today - window.panes + 1, today)]
    if isinstance(window, Today):
        first = panes.own_days.first_pane(group.dims, pane_now)
        return [cell for pane, cell in group.fines.items() if first <= pane <= pane_now]
    now = pane_now if window.tier == "fine" else pane_now // HOUR_PANES
    tier = group.fines if window.tier == "fine" else group.hours
    return [cell for index, cell in tier.items() if now - window.panes < index <= now]


def _cells_left(panes: Panes, group: Group, window: Rolling, pane_now: int) -> list[Vector]:
    left = left_behind(panes, group, window, pane_now)
    if window.tier == "day":
        return [cell for _, cell in panes.days(group, left.start, left.stop - 1)]
    return [group.hours[hour] for hour in left if hour in group.hours]


def _standing(cell: Vector) -> list[int]:
    """Return the slots of a cell whose facts were not all taken back."""
    return [slot for slot, amount in cell.items() if amount]


def left_behind(panes: Panes, group: Group, window: Rolling, pane_now: int) -> range:
    """Return where those facts are that left a rolling window within the last seven days, when `pane_now` is running.

    Days by their ordinals where the window is made of days, else hours, in one of which there may be others too.
    """
    if isinstance(window, Today):
        first = panes.own_days.first_pane(group.dims, pane_now)
        return range((first - _ZERO_PANES) // HOUR_PANES, -(-first // HOUR_PANES))
    if window.tier == "day":
        first = panes.calendar.day_of_pane(pane_now).ordinal - window.panes + 1
        return range(first - ZERO_HOURS // 24, first)
    after = pane_now // HOUR_PANES - _hours(window) + 1
    return range(after - ZERO_HOURS, after)


def slide(panes: Panes, pane: int) -> None:
    """Move the clock to `pane` and note what changed in the rolling windows."""
    before = panes.pane_now
    if before is not None and pane <= before:
        return
    panes.pane_now = pane
    if before is None:
        return
    day, day_before = (panes.calendar.day_of_pane(at).ordinal for at in (pane, before))
    for window in panes.plan.rolling:
        if isinstance(window, Today):
            _move_today(panes, window, before, pane)
            continue
        if window.tier == "day":
            _move_days(panes, window, day_before, day)
            continue
        index = panes.fines if window.tier == "fine" else panes.hours
        step = 1 if window.tier == "fine" else HOUR_PANES
        _move(panes, window, index, before // step, pane // step)
        _retire(panes, window, before // HOUR_PANES, pane // HOUR_PANES)


def _move(panes: Panes, window: Rolling, index: Mapping[int, list[Group]], before: int, now: int) -> None:
    for at in _between(index, before - window.panes, now - window.panes):
        for group in index[at]:
            _leave(panes, group, window, (group.fines if window.tier == "fine" else group.hours)[at])
    for at in _between(index, before, now):
        for group in index[at]:
            _enter(panes, group, window, (group.fines if window.tier == "fine" else group.hours)[at])


def _move_days(panes: Panes, window: Rolling, before: int, now: int) -> None:
    for ordinal in range(before - window.panes + 1, now - window.panes + 1):
        day = panes.calendar.day(ordinal)
        for group in panes.periods.get(day, ()):
            _leave(panes, group, window, group.periods[day])
    for ordinal in range(before + 1, now + 1):
        day = panes.calendar.day(ordinal)
        for group in panes.periods.get(day, ()):
            _enter(panes, group, window, group.periods[day])
    zero_days = window.panes + ZERO_HOURS // 24
    for ordinal in range(before - zero_days + 1, now - zero_days + 1):
        day = panes.calendar.day(ordinal)
        for group in panes.periods.get(day, ()):
            _forget(panes, group, window, group.periods[day])


def _move_today(panes: Panes, window: Today, before: int, now: int) -> None:
    own_days = panes.own_days
    for calendar in own_days.calendars():
        ended, first = (first_pane_at(calendar, pane) for pane in (before, now))
        if first != ended:
            _end_today(panes, window, calendar, ended, first)
    for pane in _between(panes.fines, before, now):
        for group in panes.fines[pane]:
            if pane >= own_days.first_pane(group.dims, now):
                _enter(panes, group, window, group.fines[pane])


def _end_today(panes: Panes, window: Today, calendar: Calendar, ended: int, first: int) -> None:
    """Let go of a day that began with pane `ended`, where another begins with `first`."""
    for pane in _between(panes.fines, ended - 1, first - 1):
        for group in panes.fines[pane]:
            if panes.own_days.calendar(group.dims) is calendar:
                forget_sums(group, window)
                panes.note(group, window, panes.plan.facts_in(group.fines[pane]))
    # Hours that were looked at for what had been there in the seven days before.
    gone = range((ended - _ZERO_PANES) // HOUR_PANES, (first - _ZERO_PANES) // HOUR_PANES)
    for hour in _between(panes.hours, gone.start - 1, gone.stop - 1):
        for group in panes.hours[hour]:
            if panes.own_days.calendar(group.dims) is calendar:
                _forget(panes, group, window, group.hours[hour])


def _retire(panes: Panes, window: Rolling, before: int, now: int) -> None:
    gone = _hours(window) + ZERO_HOURS
    for hour in _between(panes.hours, before - gone, now - gone):
        for group in panes.hours[hour]:
            _forget(panes, group, window, group.hours[hour])


def _leave(panes: Panes, group: Group, window: Rolling, cell: Vector) -> None:
    total, left, slots = group.rolling.get(window), group.left.get(window), _standing(cell)
    if total is not None:
        subtract(total, cell)
    if left is not None:
        group.left[window] = left.union(slots)
    # Not what was taken back: its key has a week of its own, and may be gone.
    _note(panes, group, window, slots)


def _enter(panes: Panes, group: Group, window: Rolling, cell: Vector) -> None:
    total = group.rolling.get(window)
    if total is not None:
        add(total, cell)
    # What was taken back too: a predecessor whose clock was here already may have told of it before that.
    _note(panes, group, window, cell)


def _note(panes: Panes, group: Group, window: Rolling, slots: Iterable[int]) -> None:
    facts = panes.plan.facts_in(slots)
    if facts:
        panes.note(group, window, facts)


def _forget(panes: Panes, group: Group, window: Rolling, cell: Vector) -> None:
    forget_sums(group, window)  # made anew when next asked for, without the slots that are gone
    panes.note(group, window, panes.plan.facts_in(cell) | RETIRE)


def forget_sums(group: Group, window: Rolling) -> None:
    """Let go of what is at hand of a rolling window; it is made anew when next asked for."""
    group.rolling.pop(window, None)
    group.left.pop(window, None)


def _hours(window: Rolling) -> int:
    return -(-window.panes // HOUR_PANES) if window.tier == "fine" else window.panes


def _between(index: Mapping[int, list[Group]], after: int, until: int) -> Iterable[int]:
    """Return the keys of `index` in (after, until]; the shorter way of finding them."""
    if until - after <= len(index):
        return [at for at in range(after + 1, until + 1) if at in index]
    return sorted(at for at in index if after < at <= until)
