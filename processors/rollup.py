"""Roll up: facts are added up into panes; what changed and what the clock moved becomes KPI records.

One partition of `crm.facts`. Repeated facts (a replay upstream) are known by their source offsets;
facts that a restored cell has already, by the cell's fence. Emission is conflated: however often a
key changed, a tick computes and publishes its latest value once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zlib import crc32

import orjson

from processors.calendar import Period
from processors.compile import Plan, Vector, no_delta, scaled
from processors.group import FINALISED, NOW, RETIRE, Group, Window
from processors.homes import home
from processors.panes import Panes
from processors.partition import Record, Send, StateItem
from processors.records import LATENESS_US, KpiRecord, Records, Stamp, is_final
from processors.rollup_state import Cell, Meta, Restored, rebuild, snapshot
from processors.slide import slide
from processors.windows import HOUR_US, ZERO_HOURS
from schemas.fact import FACTS, PANE_US, route_of

EMISSION_RECORDS_MAX = 2_000
"""A tick's slice: about so many records, so that chunks and heartbeats are never kept waiting."""

SHOWN_AGAIN_MAX = 10_000
"""After a restart so many groups' running windows are published again, for readers that keep only those."""


FactRow = Sequence[Any]
"""source offset, sign, pane, value, route; as `schemas.fact` says."""


ROUTES_MAX = 500_000


class Route(NamedTuple):
    """Where facts of one kind, rep, team and dimensions go in this partition, and what one adds."""

    groups: list[Group]
    delta: Callable[[int | None], Vector]


class Rollup:
    """One partition of the roll-up; a `PartitionProcessor`."""

    def __init__(
        self,
        plan: Plan,
        partition: int,
        partitions: int,
        kpi_topic: str,
        history_topic: str,
        kpi_partitions: int,
    ):
        self.cut = -1
        self._plan = plan
        self._partition = partition
        self._partitions = partitions
        self._kpi_topic = kpi_topic
        self._history_topic = history_topic
        self._kpi_partitions = kpi_partitions
        self.panes = Panes(plan)
        self._records = Records(self.panes)
        self._routes: dict[str, Route] = {}
        self._counted: dict[int, int] = {}
        self._restored = Restored({}, {})
        self._fenced: dict[tuple[Group, str, int], int] = {}
        """Cells restored from beyond the cut (a crash fell into a checkpoint), and up to where they are true."""
        self._fenced_until = -1
        self._clock_us = 0
        self._flushed = -1
        self._emitted = -1
        self._revision = 0
        self._ticking = False
        self._corrected: dict[tuple[Group, Window], int] = {}
        """Closed periods whose records aren't final because they were corrected then (microseconds)."""
        self._zero_gauges: dict[Group, int] = {}
        """Groups with a gauge at 0, and since when (microseconds)."""
        self._written_cut = -1
        self._stats = dict.fromkeys(
            ("facts", "facts_repeated", "kpi_records", "kpi_tombstones", "corrections", "state_records"), 0
        )

    # State

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order."""
        self._restored.take(items)

    def restored(self) -> None:
        """Build the panes from what was taken, and note what had not been published."""
        meta, cells = rebuild(self.panes, self._restored)
        self.cut = self._written_cut = meta.cut
        self._flushed = self._emitted = meta.emitted
        self._revision = meta.revision
        self._counted = {int(source): offset for source, offset in meta.counted.items()}
        if meta.clock_us:
            self._clock_us = meta.clock_us
            self.panes.pane_now = meta.clock_us // PANE_US
        for cell in cells:
            self._resume(cell)
        self._show_again()

    def _resume(self, cell: Cell) -> None:
        tier, group, index, fence, corrected_us = cell
        if fence > self.cut:
            self._fenced[(group, tier, index)] = fence
            self._fenced_until = max(self._fenced_until, fence)
        calendar = self.panes.calendar
        if tier == "d" and corrected_us + LATENESS_US > self._clock_us and corrected_us:
            for period in calendar.periods_of(calendar.day(index))[:-1]:
                if is_final(period, corrected_us):
                    self._corrected[(group, period)] = corrected_us
        if tier == "e" and any(n == 0 for n in group.periods[calendar.all_time].values()):
            self._zero_gauges[group] = self._clock_us
        if fence <= self._emitted:
            return
        if tier == "h":
            self._note_rolling(group, self._plan.facts_in(group.hours[index]))
        elif tier == "d":
            for period in calendar.periods_of(calendar.day(index))[:-1]:
                self.panes.note(group, period, self._plan.facts_in(group.periods[period]))
            self._note_rolling(group, self._plan.facts_in(group.periods[calendar.day(index)]))
        else:
            facts = self._plan.facts_in(group.periods[calendar.all_time])
            self.panes.note(group, calendar.all_time, facts)
            self.panes.note(group, NOW, facts & self._plan.gauges)

    def _note_rolling(self, group: Group, facts: int) -> None:
        """Note every rolling window: what was published may have left it, so with its tombstone if so."""
        for window in self._plan.rolling:
            self.panes.note(group, window, facts | RETIRE)

    def _show_again(self) -> None:
        """Publish running values again: the exported gauges start empty in a new process."""
        panes, shown = self.panes, self._plan.catalog.prometheus.windows
        if panes.pane_now is None:
            return
        running = panes.calendar.periods_of(panes.calendar.day_of_pane(panes.pane_now))
        levels = {(), ("team",), ("rep",)}
        groups = [group for group in panes.groups.values() if group.signature in levels]
        for group in groups[:SHOWN_AGAIN_MAX]:
            facts = self._plan.facts_in(group.periods.get(panes.calendar.all_time, ()))
            windows: tuple[Window, ...] = (*self._plan.rolling, *running)
            for window in windows:
                if window.name in shown:
                    panes.note(group, window, facts)
            panes.note(group, NOW, facts & self._plan.gauges)

    def snapshot(self) -> list[list[StateItem]]:
        """Serialise what changed; see `rollup_state`."""
        self.panes.flush()
        self._flushed = self.cut
        if self.cut == self._written_cut and not self.panes.touched_periods and not self.panes.dropped:
            return []
        corrected = {
            (group, period.ordinal): at_us
            for (group, period), at_us in self._corrected.items()
            if isinstance(period, Period) and period.name == "day"
        }
        counted = {str(source): offset for source, offset in self._counted.items()}
        meta = Meta(self.cut, self.panes.top_pane, self._clock_us, self._emitted, self._revision, counted)
        groups = snapshot(self.panes, meta, corrected)
        self._written_cut = self.cut
        self._stats["state_records"] += sum(len(group) for group in groups)
        return groups

    def skip_to(self, offset: int) -> None:
        """Accept a gap in `crm.facts`."""
        self.cut = offset - 1

    # Facts

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        """Add up the facts of these messages. Publishes nothing: that is the ticks' part."""
        if not self._clock_us:
            self._move_clock(now_us)
        for record in records:
            if record.value is not None:
                appended = record.timestamp * 1000 // PANE_US
                if self.panes.since_pane is None or appended < self.panes.since_pane:
                    self.panes.since_pane = appended
                self._take(record.offset, orjson.loads(record.value))
            self.cut = record.offset
        return []

    def _take(self, offset: int, message: tuple[int, int, list[FactRow]]) -> None:
        source, last, rows = message
        counted = self._counted.get(source, -1)
        if rows and rows[0][0] <= counted:
            fresh = [row for row in rows if row[0] > counted]
            self._stats["facts_repeated"] += len(rows) - len(fresh)
            rows = fresh
        self._stats["facts"] += len(rows)
        if offset <= self._fenced_until:
            for row in rows:
                self._add_where_new(offset, row)
        else:
            self.add(rows)
        if last > counted:
            self._counted[source] = last

    def add(self, rows: Iterable[FactRow]) -> None:
        """Add facts to the panes of their groups; seen after the next flush."""
        routes, panes = self._routes, self.panes
        for _, sign, pane, value, text in rows:
            route = routes.get(text) or self._route(text)
            if route.groups:
                delta = route.delta(value)
                panes.add(route.groups, pane, delta if sign == 1 else scaled(delta, sign))

    def _add_where_new(self, offset: int, row: FactRow) -> None:
        """Add a fact to those cells only that do not have it already."""
        panes = self.panes
        _, sign, pane, value, text = row
        route = self._route(text)
        if not route.groups:
            return
        delta = scaled(route.delta(value), sign)
        hour, day = pane * PANE_US // HOUR_US, panes.calendar.day_of_pane(pane)
        panes.top_pane = max(panes.top_pane, pane)
        for group in route.groups:
            if offset > self._fenced.get((group, "h", hour), -1):
                panes.add_fine(group, pane, delta.copy())
                panes.add_hour(group, hour, delta.copy())
            if offset > self._fenced.get((group, "d", day.ordinal), -1):
                panes.add_day(group, day, delta)
            if offset > self._fenced.get((group, "e", 0), -1):
                panes.add_ever(group, delta)

    def _route(self, text: str) -> Route:
        """Return the groups that live in this partition and take such a fact, and what it adds."""
        kind, names = route_of(text)
        if kind not in self._plan.signatures:
            route = self._routes[text] = Route([], no_delta)
            return route
        dims = dict(zip(("rep", "team", *FACTS[kind].dimensions), names, strict=True))
        groups = []
        for signature in self._plan.signatures[kind]:
            chosen = {name: dims[name] for name in signature}
            # A fact without a value for a dimension counts for no value of it; only a stage may be null.
            absent = any(value is None and name != "from_stage" for name, value in chosen.items())
            if not absent and home(chosen, self._partitions) == self._partition:
                groups.append(self.panes.group(chosen))
        if len(self._routes) >= ROUTES_MAX:
            self._routes.clear()
        route = self._routes[text] = Route(groups, self._plan.deltas[kind])
        return route

    # Clock and emission

    def tick(self, now_us: int) -> list[Send]:
        """Publish what changed since the last tick and what the clock moved, a slice at a time."""
        if not self._ticking:
            self._ticking = True
            self._move_clock(now_us)
            self.panes.flush()
            self._flushed = self.cut
        self._revision = max(self._revision + 1, now_us // 1000)
        stamp = Stamp(self._clock_us, self._revision)
        sends: list[Send] = []
        changed = self.panes.changed
        while changed and len(sends) < 2 * EMISSION_RECORDS_MAX:
            group = next(iter(changed))
            del changed[group]
            windows, group.changed = group.changed, {}
            for window, facts in windows.items():
                self._note_outcome(group, window, facts)
                corrected = (group, window) in self._corrected
                for record in self._records.of(group, window, facts, stamp, corrected):
                    self._send(group, record, sends)
        if not sends:
            self._ticking = False
            self._emitted = self._flushed
        return sends

    def _send(self, group: Group, record: KpiRecord, sends: list[Send]) -> None:
        self._stats["kpi_records" if record.body is not None else "kpi_tombstones"] += 1
        partition = crc32(record.key) % self._kpi_partitions
        sends.append(Send(self._kpi_topic, partition, record.key, record.body))
        if record.body is not None:
            sends.append(Send(self._history_topic, partition, record.key, record.body))

    def _note_outcome(self, group: Group, window: Window, facts: int) -> None:
        """Remember what must be looked at again when time has passed: corrections, gauges at 0."""
        if isinstance(window, Period):
            if is_final(window, self._clock_us) and not facts & (RETIRE | FINALISED):
                self._corrected[(group, window)] = self._clock_us
                if window.name == "day" and window in group.periods:
                    # Its cell says so after a restart; it may have been written before this was known.
                    self.panes.touched_periods.add((group, window))
                self._stats["corrections"] += 1
        elif window is NOW and not facts & RETIRE:
            self._zero_gauges[group] = self._clock_us

    def _move_clock(self, now_us: int) -> None:
        """Move windows to the clock's pane; find periods that became final and gauges long at 0."""
        before_us, self._clock_us = self._clock_us, max(now_us, self._clock_us)
        pane, panes = self._clock_us // PANE_US, self.panes
        if panes.pane_now is None:
            panes.pane_now = pane
        if pane == panes.pane_now:
            return
        panes.flush()
        slide(panes, pane)
        for period, groups in panes.periods.items():
            if is_final(period, self._clock_us) and not is_final(period, before_us):
                for group in groups:
                    panes.note(group, period, self._plan.facts_in(group.periods[period]) | FINALISED)
        for (group, window), at_us in [*self._corrected.items()]:
            if at_us + LATENESS_US <= self._clock_us:
                del self._corrected[(group, window)]
                if isinstance(window, Period) and window in group.periods:
                    panes.note(group, window, self._plan.facts_in(group.periods[window]) | FINALISED)
        for group, since_us in [*self._zero_gauges.items()]:
            if since_us + ZERO_HOURS * HOUR_US <= self._clock_us:
                del self._zero_gauges[group]
                ever = group.periods.get(panes.calendar.all_time, {})
                panes.note(group, NOW, self._plan.facts_in(ever) | RETIRE)
        panes.expire()

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters, and how much is kept."""
        panes = self.panes
        return {
            **self._stats,
            "groups_now": len(panes.groups),
            "changed_groups_now": len(panes.changed),
            "watermark_pane_now": panes.top_pane,
        }
