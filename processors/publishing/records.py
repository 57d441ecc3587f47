"""KPI records: a group's sums in a window become values, as they are published on `crm.kpis`."""

from collections.abc import Container, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import NamedTuple

import orjson

from processors.adding.group import FLAGS, RETIRE, Group, Window
from processors.calendar import Period
from processors.comparing.comparing import Comparing
from processors.comparing.rankings import Rankings
from processors.compile import CompiledKpi, Plan
from processors.panes import Panes
from processors.planning.formulas import NO_KEY, OVER, Shown, Value
from processors.roster import Roster
from processors.targets import Targets
from processors.valuing.known import Known
from processors.valuing.view import View
from processors.windows import Rolling, Today
from schemas.catalogs.kpi_groups import REP, TEAM
from schemas.duration import HOUR_US
from schemas.fact import PANE_US

LATENESS_US = HOUR_US
"""A period's records are final so long after its end, or after its last correction."""


class KpiRecord(NamedTuple):
    """One record: its key, its value as JSON (None: a tombstone), and what it says."""

    key: bytes
    body: bytes | None
    kpi: str
    window: Window
    value: Value
    n: int
    empty: bool = False
    """Whether all its facts were taken back or left."""
    emptied: bool = False
    """Whether all were taken back: of a tombstone in a rolling window, whether traces of them are there still."""


_record = partial(tuple.__new__, KpiRecord)
"""Makes a record of all its fields in half the time: there are hundreds of thousands."""


class Stamp(NamedTuple):
    """When and under which revision records are made."""

    now_us: int
    revision: int


class Records:
    """Makes the records of the groups of one partition."""

    def __init__(self, panes: Panes, targets: Targets, roster: Roster):
        self._panes = panes
        self._plan: Plan = panes.plan
        self._catalog = orjson.dumps(panes.plan.name).decode()
        self._bounds: dict[Window, tuple[int | None, str, str]] = {}
        self.known = Known(panes, targets, roster)
        self._view = View(panes, targets, roster, self.known.hints)
        self.rankings = Rankings(panes, roster, self.known)
        self._comparing = Comparing(panes, targets, roster, self.known, self.rankings)

    def of(
        self,
        group: Group,
        window: Window,
        facts: int,
        stamp: Stamp,
        corrected: bool,
        over: Container[str] | None = None,
    ) -> Iterator[KpiRecord]:
        """Return the records of a group and window that these kinds of fact change.

        A period that was `corrected` lately is not final. With the flag `RETIRE`, keys that have nothing to
        say get a tombstone, of those whose facts were taken back the KPIs in `over` (None: all); with `UNSEEN` those
        whose value is seen elsewhere, where there is nothing.
        """
        kpis = self._plan.kpis(group.signature, window.name, facts & ~FLAGS)
        return self.of_kpis(group, window, kpis, stamp, corrected, facts & FLAGS, over) if kpis else iter(())

    def of_kpis(
        self,
        group: Group,
        window: Window,
        kpis: Iterable[CompiledKpi],
        stamp: Stamp,
        corrected: bool,
        flags: int = 0,
        over: Container[str] | None = None,
    ) -> Iterator[KpiRecord]:
        """Yield the records of some KPIs of a group and window; see `of`."""
        if isinstance(window, Period) and not self._panes.keeps(window):
            if flags:
                yield from self._tombstones(group, window, kpis)
            return
        view = self._view
        self.known.now_us = stamp.now_us
        vector = view.aim(group, window, stamp.now_us)
        where, when = self._texts(group, window, stamp)
        final = isinstance(window, Period) and is_final(window, stamp.now_us) and not corrected
        head = (
            f'{when},"as_of":"{rfc3339(stamp.now_us)}","final":{"true" if final else "false"},'
            f'"revision":{stamp.revision}'
        )
        catalog = f',"catalog":{self._catalog}}}'
        retire, rolls = flags & RETIRE, isinstance(window, Rolling)
        # A rolling window forgets what left by itself, when its week is over.
        gone: Container[str] | None = (over or ()) if rolls else over if retire else ()
        compared = self._comparing if self._comparing.aim(group, window) else None
        team = group.dims["team"] if group.signature == TEAM else None
        at_hand = self._at_hand(group, window)
        place = _place(window, group)
        for kpi in kpis:
            shown = at_hand.get(kpi.id) if at_hand is not None and kpi.steady and not retire else None
            if shown is None or shown is NO_KEY:
                leaves = gone is None or kpi.id in gone
                exists = kpi.looks
                for slot in () if exists else kpi.counts:
                    if slot in vector and (vector[slot] or not leaves):
                        exists = True
                        break
                shown = kpi.evaluate(vector, view) if exists else NO_KEY
            value, n = shown
            empty = n == 0 and not any(vector.get(slot) for slot in kpi.counts)
            emptied = empty and not (rolls and (kpi.looks or view.has_left(kpi.counts)))
            # A key whose facts were all taken back says so, but is compared with nothing.
            stands = not emptied or kpi.looks
            if at_hand is not None and kpi.steady:
                at_hand[kpi.id] = shown if stands else NO_KEY
            if n < 0:
                if retire or kpi.looks:
                    if team is not None:
                        self.rankings.take_team(team, window, kpi, None)
                    elif compared is not None:
                        compared.gone(kpi)
                if retire or n == OVER[1] or (flags and kpi.looks):
                    traced = rolls and any(slot in vector for slot in kpi.counts)
                    yield KpiRecord(
                        f"{kpi.id}{place}".encode(), None, kpi.id, window, None, 0, emptied=traced
                    )
                continue
            if team is not None:
                self.rankings.take_team(team, window, kpi, value if stands else None)
            fields = "" if compared is None else compared.text(kpi, value, stands)
            body = (
                f'{{"kpi":"{kpi.id}",{where},"dims":{group.dims_json},'
                f'"value":{"null" if value is None else repr(value)},"n":{n},'
                f'"unit":"{kpi.unit}",{head}{fields}{catalog}'
            )
            yield _record(
                (f"{kpi.id}{place}".encode(), body.encode(), kpi.id, window, value, n, empty, emptied)
            )

    def _tombstones(self, group: Group, window: Window, kpis: Iterable[CompiledKpi]) -> Iterator[KpiRecord]:
        """Yield what takes keys away; nobody is compared with them any more."""
        place = _place(window, group)
        for kpi in kpis:
            yield KpiRecord(f"{kpi.id}{place}".encode(), None, kpi.id, window, None, 0)

    def _at_hand(self, group: Group, window: Window) -> dict[str, Shown] | None:
        """Return the values that others will be compared with; None where nobody will be."""
        if group.signature == REP or group.signature == TEAM:
            return self.known.values(group, window).of
        if isinstance(window, Period) and window.end_us is not None:
            return self.known.values(group, window).of
        return None

    def _pane(self, now_us: int) -> int:
        return now_us // PANE_US if self._panes.pane_now is None else self._panes.pane_now

    def _texts(self, group: Group, window: Window, stamp: Stamp) -> tuple[str, str]:
        """Return window and period, start and end, as parts of a record."""
        pane = self._pane(stamp.now_us) if isinstance(window, Rolling) else None
        if isinstance(window, Today):
            assert pane is not None
            calendar = self._panes.own_days.calendar(group.dims)
            return f'"window":"{window.name}","period":null', _when(*window.bounds_us(pane, calendar))
        known = self._bounds.get(window)
        if known is not None and known[0] == pane:
            return known[1], known[2]
        start: int | None = None
        end: int | None = None
        if isinstance(window, Period):
            label = f'"{window.label}"' if window.label else "null"
            where = f'"window":"{window.name}","period":{label}'
            start, end = window.start_us, window.end_us
        else:
            where = f'"window":"{window.name}","period":null'
            if isinstance(window, Rolling):
                assert pane is not None
                start, end = window.bounds_us(pane, self._panes.calendar)
        when = _when(start, end)
        self._bounds[window] = (pane, where, when)
        return where, when


def _place(window: Window, group: Group) -> str:
    """Return the part of a record's key behind the KPI."""
    label = f":{window.label}" if isinstance(window, Period) and window.label else ""
    return f"|{window.name}{label}|{group.text}"


def is_final(period: Period, now_us: int) -> bool:
    """Say whether a period closed and the allowed lateness passed."""
    return period.end_us is not None and period.end_us + LATENESS_US <= now_us


@lru_cache(maxsize=4_096)
def rfc3339(t_us: int) -> str:
    """Write a time in UTC, with as many digits as it needs (none, milliseconds, microseconds)."""
    moment = datetime.fromtimestamp(t_us // 1_000_000, UTC).replace(tzinfo=None)
    micros = t_us % 1_000_000
    if micros == 0:
        return f"{moment.isoformat()}Z"
    return (
        f"{moment.isoformat()}.{micros // 1000:03}Z"
        if micros % 1000 == 0
        else f"{moment.isoformat()}.{micros:06}Z"
    )


def _when(start: int | None, end: int | None) -> str:
    return f'"start":{_time_or_null(start)},"end":{_time_or_null(end)}'


def _time_or_null(t_us: int | None) -> str:
    return "null" if t_us is None else f'"{rfc3339(t_us)}"'
