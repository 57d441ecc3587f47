"""Emission: what changed and what the clock moved becomes KPI records, each key at most once a tick.

However often a key changed since the last tick, its latest value is computed and published once. The
clock moves rolling windows, closes periods, makes their records final an hour later, and takes away
keys that have said nothing for a week.
"""

from functools import partial
from typing import NamedTuple

from processors.anew import Anew
from processors.calendar import Period
from processors.dues import Dues
from processors.empty_gauges import ZERO_US, EmptyGauges
from processors.group import NOW, RETIRE, Group, Window
from processors.inflow import Inflow
from processors.panes import Panes
from processors.partition import Send
from processors.records import LATENESS_US, KpiRecord, Records, Stamp, is_final
from processors.ripples import Ripples
from processors.slide import slide
from processors.turn import Turn
from processors.windows import Rolling
from schemas.fact import PANE_US
from schemas.kpi import partition_of

EMISSION_RECORDS_MAX = 2_000
"""A tick's slice: about so many records, so that chunks and heartbeats are never kept waiting."""
SHOWN_AGAIN_MAX = 10_000
"""After a restart so many groups' running windows are published again, for readers that keep only those."""

_send = partial(tuple.__new__, Send)


class KpiTopics(NamedTuple):
    """Where KPI records go; both topics have so many partitions."""

    latest: str
    history: str
    partitions: int
    targets: str = "targets"
    """Where the targets are: told again when the log has them in the wrong order."""


class Emission:
    """What of a partition's panes is to be published, and when."""

    def __init__(self, panes: Panes, inflow: Inflow, records: Records, dues: Dues, topics: KpiTopics):
        self._panes = panes
        self._inflow = inflow
        self._plan = panes.plan
        self._topics = topics
        self._records = records
        self._ripples = Ripples(panes)
        self._dues = dues
        self._set_clock(0)
        self.revision = 0
        self.emitted = -1
        """Offset on `crm.facts` up to which every change was published."""
        self.anew: Anew | None = None
        """While everything is published anew."""
        self._flushed = -1
        self._ticking = False
        self.turn = Turn(panes)
        self.corrected: dict[tuple[Group, Window], int] = {}
        """Closed periods whose records aren't final because they were corrected then (microseconds)."""
        self._empty: dict[tuple[Group, Period], int] = {}
        """Periods in which keys say 0 or null for want of facts, and since when (microseconds)."""
        self.empty_gauges = EmptyGauges(panes)
        self.stats = dict.fromkeys(("kpi_records", "kpi_tombstones", "corrections"), 0)

    def _set_clock(self, now_us: int) -> None:
        self.clock_us = self._records.known.now_us = now_us
        """When the clock was last moved."""

    def resume(self, clock_us: int, emitted: int, revision: int) -> None:
        """Go on from where a predecessor was."""
        self._set_clock(clock_us)
        self.revision = revision
        self._flushed = self.emitted = self._records.rankings.published = emitted
        if clock_us:
            self._panes.pane_now = clock_us // PANE_US

    def begin_anew(self) -> None:
        """Take away what there is beside what is noted; until all is said, nothing counts as published."""
        self.anew, self.emitted = Anew(self._plan.looking_kpis, self._plan.foreign), -1

    def spread(self, group: Group, windows: dict[Window, int]) -> None:
        """Add to these windows of a group those whose values look at them."""
        self._ripples.spread(group, windows, self.clock_us)

    def flush(self, cut: int) -> None:
        """Bring what was added up to `cut` into the panes, so that it is published."""
        self._inflow.flush()
        self._flushed = cut

    def note_empty(self, group: Group, period: Period) -> None:
        """Note that a restored group has keys without facts in a period; since when is not known."""
        self._empty[(group, period)] = self.clock_us

    def show_again(self) -> None:
        """Publish running values again: the exported gauges start empty in a new process."""
        self._ripples.resume()
        panes, shown = self._panes, self._plan.catalog.prometheus.windows
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
                    panes.note_again(group, window, facts)
            panes.note_again(group, NOW, self.empty_gauges.shown(group, self.clock_us))

    def tick(self, now_us: int, cut: int) -> list[Send]:
        """Publish what changed since the last tick and what the clock moved, a slice at a time."""
        if not self._ticking:
            self._ticking = True
            self.move_clock(now_us)
            self.flush(cut)
            self._dues.begin()
            self.turn.begin(self._flushed)
        self.revision = max(self.revision + 1, now_us // 1000)
        stamp = Stamp(self.clock_us, self.revision)
        self._records.rankings.new_slice()
        sends: list[Send] = []
        if self.anew is not None and not self.turn.left:
            self.turn.begin(self._flushed)  # what there is, before what is not there is taken away
        for group in self.turn.groups():
            self._publish(group, stamp, sends)
            if len(sends) >= 2 * EMISSION_RECORDS_MAX:
                break
        if not sends:  # never a key twice under one revision
            self._publish_due(stamp, sends)
        if not sends and self.anew is not None:
            sends = self.anew.tombstones(self._topics.latest, self._topics.partitions, EMISSION_RECORDS_MAX)
            self.stats["kpi_tombstones"] += len(sends)
            if not sends:
                self.anew = None
        if not sends:
            self._ticking = False
            self._records.rankings.published = self.turn.flushed
            self.emitted = self._records.rankings.published_of(self.turn.flushed)
        return sends

    def _publish(self, group: Group, stamp: Stamp, sends: list[Send]) -> None:
        windows, group.changed = group.changed, {}
        again, group.again = group.again, {}
        self._ripples.spread(group, windows, self.clock_us)
        self._dues.follow(group, windows, again)
        if NOW in windows:
            self.empty_gauges.note(group, self.clock_us)
        for window, facts in windows.items():
            self._note_outcome(group, window, facts)
            if window in again:
                facts |= again.pop(window)
            self._make(group, window, facts, stamp, sends)
        for window, facts in again.items():
            self._make(group, window, facts, stamp, sends)

    def _make(self, group: Group, window: Window, facts: int, stamp: Stamp, sends: list[Send]) -> None:
        corrected = (group, window) in self.corrected
        stays = (
            self.empty_gauges.shown(group, self.clock_us) & facts if window is NOW and facts & RETIRE else 0
        )
        told = set()
        for record in self._records.of(group, window, facts & ~stays, stamp, corrected):
            told.add(record.kpi)
            self._send(group, window, record, sends)
        # What is due at the same moment as another gauge's tombstone, and is told still.
        for record in self._records.of(group, window, stays, stamp, corrected) if stays else ():
            if record.kpi not in told:
                self._send(group, window, record, sends)

    def _publish_due(self, stamp: Stamp, sends: list[Send]) -> None:
        """Publish what is due only for others' sake, once nothing else is."""
        for group, window, kpis in self._dues.records():
            corrected = (group, window) in self.corrected
            for record in self._records.of_kpis(group, window, kpis, stamp, corrected):
                # A key without facts says 0 until its tombstone; others are no reason to bring it back after it.
                if not record.empty:
                    self._send(group, window, record, sends)
            if len(sends) >= 2 * EMISSION_RECORDS_MAX:
                return
        self._dues.done()

    def _send(self, group: Group, window: Window, record: KpiRecord, sends: list[Send]) -> None:
        if self.anew is not None and not self.anew.takes(window, record):
            return
        self.stats["kpi_records" if record.body is not None else "kpi_tombstones"] += 1
        if not isinstance(window, Rolling) and record.body is not None:
            self._note_emptiness(group, window, record)
        partition = partition_of(record.key, self._topics.partitions)
        for topic in self._topics[:1] if record.body is None else self._topics[:2]:
            sends.append(_send((topic, partition, record.key, record.body, ())))  # noqa: PERF401

    def _note_emptiness(self, group: Group, window: Window, record: KpiRecord) -> None:
        if record.kpi in self._plan.ages:
            self._ripples.age(group, record.n > 0)
        if record.empty and isinstance(window, Period):
            self._empty.setdefault((group, window), self.clock_us)

    def _note_outcome(self, group: Group, window: Window, facts: int) -> None:
        """Remember what must be looked at again when time has passed: corrections."""
        if facts & RETIRE or not isinstance(window, Period):
            return
        if is_final(window, self.clock_us):
            self.corrected[(group, window)] = self.clock_us
            if window.name == "day" and window in group.periods:
                # Its cell says so after a restart; it may have been written before this was known.
                self._panes.touched.days[window].add(group)
            self.stats["corrections"] += 1

    def move_clock(self, now_us: int) -> None:
        """Move windows to the clock's pane; find periods that became final and keys long empty."""
        before_us = self.clock_us
        self._set_clock(max(now_us, before_us))
        pane, panes = self.clock_us // PANE_US, self._panes
        if panes.pane_now is None:
            panes.pane_now = pane
        if pane == panes.pane_now:
            return
        self._inflow.flush()
        slide(panes, pane)
        self._ripples.turn(before_us, self.clock_us)
        self._dues.turn(before_us)
        for period, groups in panes.periods.items():
            if is_final(period, self.clock_us) and not is_final(period, before_us):
                for group in groups:
                    panes.note_again(group, period, self._plan.facts_in(group.periods[period]))
        for (group, window), at_us in [*self.corrected.items()]:
            if at_us + LATENESS_US <= self.clock_us:
                del self.corrected[(group, window)]
                if isinstance(window, Period) and window in group.periods:
                    panes.note_again(group, window, self._plan.facts_in(group.periods[window]))
        self._retire_empty(before_us)
        panes.expire()

    def _retire_empty(self, before_us: int) -> None:
        """Note keys that have said 0 or null for a week: they get their tombstones."""
        panes = self._panes
        for (group, period), since_us in [*self._empty.items()]:
            if since_us + ZERO_US <= self.clock_us:
                del self._empty[(group, period)]
                panes.note(group, period, self._plan.facts_in(group.periods.get(period, ())) | RETIRE)
        for group, facts in self.empty_gauges.due(before_us, self.clock_us):
            panes.note(group, NOW, facts | RETIRE)
