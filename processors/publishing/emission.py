"""Emission: what changed and what the clock moved becomes KPI records, each key at most once a tick.

However often a key changed since the last tick, its latest value is computed and published once. The clock moves
rolling windows, closes periods, makes their records final an hour later, and takes away keys silent for a week.
"""

from processors.adding.inflow import Inflow
from processors.adding.slide import slide
from processors.panes import Panes
from processors.partition import Send
from processors.publishing.anew import Anew
from processors.publishing.dues import Dues
from processors.publishing.live_turn import LiveTurn
from processors.publishing.outflow import KpiTopics, Outflow
from processors.publishing.records import Records, Stamp
from processors.publishing.settled_turn import SettledTurn
from processors.publishing.turn import Turn
from processors.roster import Roster
from schemas.fact import PANE_US

EMISSION_RECORDS_MAX = 1_000
"""A whole tick's slice: about so many records, so that chunks and heartbeats are never kept waiting."""
SENDS_MAX = 2 * EMISSION_RECORDS_MAX  # each record goes to the history as well
LIVE_SENDS_MAX = 2 * SENDS_MAX  # people wait for it, and each slice for the broker, whatever its size
PREDECESSOR_AHEAD_MS = 300_000
"""A predecessor gave revisions after it wrote its last, by its clock, which may have been so far ahead."""


class Emission:
    """What of a partition's panes is to be published, and when."""

    def __init__(
        self, panes: Panes, inflow: Inflow, records: Records, dues: Dues, roster: Roster, topics: KpiTopics
    ):
        self._panes = panes
        self._inflow = inflow
        self._plan = panes.plan
        self._records = records
        self._dues = dues
        self._out = Outflow(panes, records, dues, topics)
        self.ripples, self.closing, self.stats = self._out.ripples, self._out.closing, self._out.stats
        self._set_clock(0)
        self.ahead_us = 0
        """…and stands still while it is so far ahead of the worker's: that was set back, or another's was ahead."""
        self.revision = self._ahead_ms = 0
        self.emitted = -1
        """Offset on `crm.facts` up to which every change was published."""
        self._flushed = -1
        self._ticking = self._ticking_live = self._ticking_settled = False
        self._live_slices = 0
        """How many slices this live tick has had…"""
        self._some_wait = False
        """…and whether who changed is not all told in one, in this tick or the one before."""
        self.settled_us = self._moved_us = 0
        """Up to when all that the clock moved was published, or will be found again from here."""
        self.turn, self._live_turn = Turn(panes, roster), LiveTurn(panes, roster)
        self._settled_turn = SettledTurn(panes, roster)

    def _set_clock(self, now_us: int) -> None:
        self.clock_us = self._records.known.now_us = now_us
        """When the clock was last moved; it never goes back…"""

    def resume(self, clock_us: int, emitted: int, revision: int) -> None:
        """Go on from where a predecessor was."""
        self._set_clock(clock_us)
        self.settled_us = clock_us
        self.go_on_after(revision)
        self._flushed = self.emitted = self._records.rankings.published = emitted
        if clock_us:
            self._panes.pane_now = clock_us // PANE_US

    def go_on_after(self, revision: int) -> None:
        """Give higher revisions than a predecessor that wrote this one last."""
        self.revision = max(self.revision, revision)
        self._ahead_ms = PREDECESSOR_AHEAD_MS if self.revision else 0

    def begin_anew(self, renamed: bool) -> None:
        """Take away what there is beside what is noted; until all is said, nothing counts as published."""
        self._out.anew, self.emitted = Anew(self._plan.looking_kpis, self._plan.foreign, renamed), -1

    @property
    def anew(self) -> Anew | None:
        """What is there, while everything is published anew."""
        return self._out.anew

    def flush(self, cut: int) -> None:
        """Bring what was added up to `cut` into the panes, so that it is published."""
        self._inflow.flush()
        self._flushed = cut

    def tick_live(self, now_us: int) -> list[Send]:
        """Publish of live windows what changed, a slice at a time; what the clock alone moved is left to whole ticks.

        May come between two slices of a whole tick. What comes between two slices of this one is published with it,
        but of no group twice.
        """
        turn = self._live_turn
        if not self._ticking_live:
            self._ticking_live = True
            self._some_wait, self._live_slices = self._live_slices > 1, 0
            turn.begin()
        self.move_clock(now_us)
        if self._some_wait:
            self._inflow.distribute()
        else:
            self._inflow.flush()  # so that who is told at once is compared with what all of them have now
        turn.look(now_us, self._inflow.kept)
        stamp, sends = self._begin_slice(now_us, live=True), list[Send]()
        while len(sends) < LIVE_SENDS_MAX and (group := turn.take(now_us)) is not None:
            self._inflow.flush_group(group)
            self._panes.live.pop(group, None)
            self._out.publish_some(group, self._panes.is_live, stamp, sends)
        self._ticking_live = bool(sends)
        if sends:
            self._live_slices += 1
            self._some_wait = True
        return sends

    def tick_settled(self, now_us: int, cut: int) -> list[Send]:
        """Publish of a history what is over, a slice at a time; where none is read, all that is due."""
        turn = self._settled_turn
        if not self._ticking_settled:
            if self._ticking or not turn.reads_history():
                return self.tick(now_us, cut)
            self._ticking_settled = True
            self.move_clock(now_us)
            self.flush(cut)
            turn.begin()
        stamp, sends = self._begin_slice(now_us), list[Send]()
        while turn.left and len(sends) < SENDS_MAX:
            self._out.publish_some(turn.take(), turn.is_settled, stamp, sends)
        self._ticking_settled = bool(sends)
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
            self._out.publish(self.turn.take(), stamp, sends)
        self._dues.finish(self.turn.take_finished())
        if not sends:
            self._dues.finish_rest()
            self._publish_due(stamp, sends)
        if not sends:
            sends = self._out.take_away(EMISSION_RECORDS_MAX)
        if not sends:
            self._ticking = False
            self.settled_us = self._moved_us
            self.closing.settle(self.settled_us)
            self._records.rankings.published = self.turn.flushed
            self.emitted = self._records.rankings.published_of(self.turn.flushed)
        return sends

    def _begin_slice(self, now_us: int, live: bool = False) -> Stamp:
        # From the clock on, and not from what was written: of starts in a row none may have written anything.
        self.revision = max(self.revision + 1, now_us // 1000 + self._ahead_ms)
        self._ahead_ms = 0
        self._records.rankings.new_slice(live, live and self._some_wait)
        return Stamp(self.clock_us, self.revision)

    def _publish_due(self, stamp: Stamp, sends: list[Send]) -> None:
        self._out.publish_due(self.turn.defers, stamp, SENDS_MAX, sends)

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
        live = panes.live.copy()
        slide(panes, pane)
        self.ripples.turn(before_us, self.clock_us)
        self._dues.turn(before_us)
        self.closing.turn(before_us, self.clock_us)
        panes.expire()
        # What the clock alone moved is of all groups at once, and nobody is waiting for it.
        panes.live = live
