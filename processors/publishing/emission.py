"""Emission: what changed and what the clock moved becomes KPI records, each key at most once a tick.

However often a key changed since the last tick, its latest value is computed and published once. The clock moves
rolling windows, closes periods, makes their records final an hour later, and takes away keys silent for a week.
"""

from functools import partial
from typing import NamedTuple

from processors.adding.group import NOW, RETIRE, Group, Window
from processors.adding.inflow import Inflow
from processors.adding.slide import slide
from processors.panes import Panes
from processors.partition import Send
from processors.publishing.anew import Anew
from processors.publishing.closing import Closing
from processors.publishing.dues import Dues
from processors.publishing.live_turn import LiveTurn
from processors.publishing.records import KpiRecord, Records, Stamp
from processors.publishing.ripples import Ripples
from processors.publishing.turn import Turn
from processors.roster import Roster
from schemas.fact import PANE_US
from schemas.kpi import partition_of

EMISSION_RECORDS_MAX = 1_000
"""A whole tick's slice: about so many records, so that chunks and heartbeats are never kept waiting."""
SENDS_MAX = 2 * EMISSION_RECORDS_MAX  # each record goes to the history as well
LIVE_SENDS_MAX = 3 * SENDS_MAX  # people wait for it, and each slice for the broker, whatever its size

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

    def __init__(
        self, panes: Panes, inflow: Inflow, records: Records, dues: Dues, roster: Roster, topics: KpiTopics
    ):
        self._panes = panes
        self._inflow = inflow
        self._plan = panes.plan
        self._topics = topics
        self._records = records
        self.ripples = Ripples(panes)
        self._dues = dues
        self._set_clock(0)
        self.ahead_us = 0
        """…and stands still while it is so far ahead of the worker's: that was set back, or another's was ahead."""
        self.revision = 0
        self.emitted = -1
        """Offset on `crm.facts` up to which every change was published."""
        self.anew: Anew | None = None
        """While everything is published anew."""
        self._flushed = -1
        self._ticking = self._ticking_live = False
        self.settled_us = self._moved_us = 0
        """Up to when all that the clock moved was published, or will be found again from here."""
        self.turn, self._live_turn = Turn(panes, roster), LiveTurn(panes, roster)
        self.closing = Closing(panes)
        self.stats = dict.fromkeys(("kpi_records", "kpi_tombstones", "corrections"), 0)

    def _set_clock(self, now_us: int) -> None:
        self.clock_us = self._records.known.now_us = now_us
        """When the clock was last moved; it never goes back…"""

    def resume(self, clock_us: int, emitted: int, revision: int) -> None:
        """Go on from where a predecessor was."""
        self._set_clock(clock_us)
        self.settled_us = clock_us
        self.revision = revision
        self._flushed = self.emitted = self._records.rankings.published = emitted
        if clock_us:
            self._panes.pane_now = clock_us // PANE_US

    def begin_anew(self, renamed: bool) -> None:
        """Take away what there is beside what is noted; until all is said, nothing counts as published."""
        self.anew, self.emitted = Anew(self._plan.looking_kpis, self._plan.foreign, renamed), -1

    def flush(self, cut: int) -> None:
        """Bring what was added up to `cut` into the panes, so that it is published."""
        self._inflow.flush()
        self._flushed = cut

    def tick_live(self, now_us: int, cut: int, apart_us: int) -> list[Send]:
        """Publish of live windows what changed and what the clock moved, a slice at a time.

        May come between two slices of a whole tick. What was told less than `apart_us` ago waits.
        """
        if not self._ticking_live:
            self._ticking_live = True
            self.move_clock(now_us)
            self.flush(cut)
            self._live_turn.begin(now_us, apart_us)
        stamp, sends = self._begin_slice(now_us, live=True), list[Send]()
        while self._live_turn.left and len(sends) < LIVE_SENDS_MAX:
            self._publish_live(self._live_turn.take(now_us), stamp, sends)
        self._ticking_live = bool(sends)
        return sends

    def tick(self, now_us: int, cut: int) -> list[Send]:
        """Publish what changed since the last tick and what the clock moved, a slice at a time."""
        if not self._ticking:
            self._ticking = True
            self.move_clock(now_us)
            self.flush(cut)
            self._dues.begin()
            self.turn.begin(self._flushed)
            self._moved_us = self.clock_us
        stamp, sends = self._begin_slice(now_us), list[Send]()
        if self.anew is not None and not self.turn.left:
            self.turn.begin(self._flushed)  # what there is, before what is not there is taken away
        # Of teams whose groups were published in slices before this: never a key twice under one revision.
        self._publish_due(stamp, sends)
        while self.turn.left and len(sends) < SENDS_MAX:
            self._publish(self.turn.take(), stamp, sends)
        self._dues.finish(self.turn.take_finished())
        if not sends:
            self._dues.finish_rest()
            self._publish_due(stamp, sends)
        if not sends and self.anew is not None:
            sends = self.anew.tombstones(self._topics.latest, self._topics.partitions, EMISSION_RECORDS_MAX)
            self.stats["kpi_tombstones"] += len(sends)
            if not sends:
                self.anew = None
        if not sends:
            self._ticking = False
            self.settled_us = self._moved_us
            self.closing.settle(self.settled_us)
            self._records.rankings.published = self.turn.flushed
            self.emitted = self._records.rankings.published_of(self.turn.flushed)
        return sends

    def _begin_slice(self, now_us: int, live: bool = False) -> Stamp:
        self.revision = max(self.revision + 1, now_us // 1000)
        self._records.rankings.new_slice(live)
        return Stamp(self.clock_us, self.revision)

    def _publish_live(self, group: Group, stamp: Stamp, sends: list[Send]) -> None:
        """Publish what is due in a group's live windows; note what is due in others for their sake."""
        is_live = self._panes.is_live
        windows = {window: group.changed.pop(window) for window in [*group.changed] if is_live(window)}
        again: dict[Window, int] = {}
        self.ripples.spread(windows, self.clock_us)
        self._dues.follow(group, windows, again)
        for window in [window for window in windows if not is_live(window)]:
            self._panes.note(group, window, windows.pop(window))
        for window in [window for window in again if not is_live(window)]:
            self._panes.note_again(group, window, again.pop(window))
        for window in windows:
            if window in group.again:
                again[window] = again.get(window, 0) | group.again.pop(window)
        self._publish_windows(group, windows, again, stamp, sends)

    def _publish(self, group: Group, stamp: Stamp, sends: list[Send]) -> None:
        windows, group.changed = group.changed, {}
        again, group.again = group.again, {}
        self.ripples.spread(windows, self.clock_us)
        self._dues.follow(group, windows, again)
        self._publish_windows(group, windows, again, stamp, sends)

    def _publish_windows(
        self, group: Group, windows: dict[Window, int], again: dict[Window, int], stamp: Stamp, sends: list[Send]
    ) -> None:  # fmt: skip
        """Publish the records of windows whose facts changed, and of those that are compared with what changed."""
        if NOW in windows:
            self.closing.empty_gauges.note(group, self.clock_us)
        for window, facts in windows.items():
            if self.closing.note_correction(group, window, facts, self.clock_us):
                self.stats["corrections"] += 1
            if window in again:
                facts |= again.pop(window)
            self._make(group, window, facts, stamp, sends)
        for window, facts in again.items():
            self._make(group, window, facts, stamp, sends)

    def _make(self, group: Group, window: Window, facts: int, stamp: Stamp, sends: list[Send]) -> None:
        corrected = (group, window) in self.closing.corrected
        stays = (
            self.closing.empty_gauges.shown(group, self.clock_us) & facts
            if window is NOW and facts & RETIRE
            else 0
        )
        over = None if window is NOW else self.closing.empty_keys.over(group, window, self.clock_us)
        told = set()
        for record in self._records.of(group, window, facts & ~stays, stamp, corrected, over):
            told.add(record.kpi)
            self._send(group, window, record, sends)
        # What is due at the same moment as another gauge's tombstone, and is told still.
        for record in self._records.of(group, window, stays, stamp, corrected) if stays else ():
            if record.kpi not in told:
                self._send(group, window, record, sends)

    def _publish_due(self, stamp: Stamp, sends: list[Send]) -> None:
        """Publish what is due only for others' sake."""
        for group, window, kpis in self._dues.records():
            if self.turn.defers(group, window, kpis):
                continue
            corrected = (group, window) in self.closing.corrected
            for record in self._records.of_kpis(group, window, kpis, stamp, corrected):
                # A key without facts says 0 until its tombstone; others are no reason to bring it back after it.
                if not record.empty:
                    self._send(group, window, record, sends)
            if len(sends) >= SENDS_MAX:
                return

    def _send(self, group: Group, window: Window, record: KpiRecord, sends: list[Send]) -> None:
        if self.anew is not None and not self.anew.takes(record):
            return
        key, body, topics = record.key, record.body, self._topics
        partition = partition_of(key, topics.partitions)
        sends.append(_send((topics.latest, partition, key, body, ())))
        if window is not NOW:
            self.closing.empty_keys.take(group, window, record.kpi, record.emptied, self.clock_us)
        if body is None:
            self.stats["kpi_tombstones"] += 1
            return
        sends.append(_send((topics.history, partition, key, body, ())))
        self.stats["kpi_records"] += 1
        if window is NOW and record.kpi in self._plan.ages:
            self.ripples.age(group, record.n > 0)

    def move_clock(self, now_us: int) -> None:
        """Move windows to the clock's pane; find periods that became final and keys long empty."""
        before_us = self.clock_us
        self._set_clock(max(now_us, before_us))
        self.ahead_us = self.clock_us - now_us
        if not before_us:
            self.settled_us = self.clock_us  # nothing was published by an earlier clock
        pane, panes = self.clock_us // PANE_US, self._panes
        if panes.pane_now is None:
            panes.pane_now = pane
        if pane == panes.pane_now:
            return
        self._inflow.flush()
        slide(panes, pane)
        self.ripples.turn(before_us, self.clock_us)
        self._dues.turn(before_us)
        self.closing.turn(before_us, self.clock_us)
        panes.expire()
