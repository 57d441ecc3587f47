"""Roll up: facts are added up into panes; what changed and what the clock moved becomes KPI records.

`crm.facts` has one partition, so that all groups are added up in one place. Repeated facts (a replay
upstream) are known by their source offsets; facts that a restored cell has already, by the cell's fence.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from processors.adding.fences import Fences
from processors.adding.inflow import FactRow, Inflow
from processors.adding.refilling import refill
from processors.adding.rollup_state import Meta, Restored, snapshot
from processors.adding.routes import Routes
from processors.adding.shares_of_reps import SharesOfReps
from processors.comparing.target_windows import show_targets
from processors.compile import Plan
from processors.panes import Panes
from processors.partition import Record, Send, StateItem
from processors.publishing.anew import Anew, Hold
from processors.publishing.dues import Dues
from processors.publishing.emission import Emission
from processors.publishing.outflow import KpiTopics
from processors.publishing.records import Records
from processors.publishing.resuming import note_all, note_slid, resume, show_again
from processors.reading import exact_json
from processors.roster import Roster
from processors.targets import Targets
from schemas.fact import PANE_US
from schemas.generation import FIRST, is_of

ROSTER_TAG = b"r|"


class Rollup:
    """The roll-up; a `PartitionProcessor`."""

    def __init__(
        self, plan: Plan, topics: KpiTopics, targets: Targets | None = None, generation: int = FIRST
    ):
        """`targets` are shared with whoever reads them from their topic."""
        self.cut = -1
        self._plan = plan
        self._generation = generation
        self._targets_topic = topics.targets
        self.panes = Panes(plan)
        self.roster = Roster()
        self.targets = targets or Targets(plan.calendar, plan.targets, plan.usable_target)
        self.inflow = Inflow(self.panes, self.roster, SharesOfReps(self.panes, self.roster, self.targets))
        records = Records(self.panes, self.targets, self.roster)
        self._dues = Dues(self.panes, self.targets, self.roster, records.known, records.rankings)
        self._emission = Emission(self.panes, self.inflow, records, self._dues, self.roster, topics)
        self.routes = Routes(plan, self.panes)
        self._counted: dict[int, int] = {}
        """By source partition of `crm.activity`: the last offset whose facts were counted."""
        self._restored = Restored({}, {})
        self._fences = Fences(self.panes, self.inflow, self.roster)
        self._written_cut = -1
        self._written_told = (-1, 0)
        """Up to where what was published is written: `emitted`, and the pane of `settled_us`."""
        self.hold = Hold()
        self.taken_over = False
        """Whether a worker has published what this state says; not so after a rebuild."""
        self._shown = False
        """Whether the targets were shown since the start."""
        self._stats = dict.fromkeys(("facts", "facts_repeated", "state_records"), 0)

    # State

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order."""
        cells: list[StateItem] = []
        for item in items:
            if item[0].startswith(ROSTER_TAG):
                self.roster.restore(*item)
            else:
                cells.append(item)
        self._restored.take(cells)

    def restored(self) -> None:
        """Build the panes from what was taken, and note what had not been published."""
        meta, cells = refill(self.panes, self._restored)
        for group in self.panes.groups.values():
            self.routes.admit(group)
        self.inflow.relocate()
        self.cut = self._written_cut = meta.cut
        self._counted = {int(source): offset for source, offset in meta.counted.items()}
        self.taken_over = meta.emitted >= 0
        anew = meta.cut >= 0 and not (meta.catalog == self._plan.name and self.taken_over)
        # What was never published changes nothing: no period that closed long ago is corrected by it.
        emitted = meta.emitted if self.taken_over else meta.cut
        settled_us = meta.settled_us or meta.clock_us
        self._written_told = emitted, settled_us // PANE_US
        self._emission.resume(settled_us, emitted, meta.revision)
        for cell in cells:
            if cell.fence > self.cut:
                self._fences.put(cell.group, cell.tier, cell.number, cell.fence)
            resume(cell, self.panes, self._emission, self.inflow.shares)
        if anew:
            note_all(self.panes, self._emission)
            self._emission.begin_anew(renamed=meta.catalog != self._plan.name)
            self._written_cut = -1
        if self.roster.fence > emitted:  # who moved then may not have been told of
            self.inflow.begin_today_anew()
        note_slid(self.panes, settled_us, meta.clock_us)
        show_again(self.panes, self._emission)
        self._dues.resume(meta.told_us, meta.waiting, self.roster.fence > self.cut)
        if meta.clock_us:
            self._emission.move_clock(meta.clock_us)  # it never goes back; what was moved is due again

    @property
    def anew(self) -> Anew | None:
        """Everything is to be published anew, and this wants to know the keys on `crm.kpis`; else None."""
        return self._emission.anew

    def take_over(self, revision: int, counted: Mapping[int, int], until_us: int) -> None:
        """Go on where the generation before has come to, in what it published; see `Hold`."""
        self._emission.go_on_after(revision)
        self.hold = Hold(counted, until_us)

    def snapshot(self) -> list[list[StateItem]]:
        """Serialise what changed; see `rollup_state`. A call means that the one before is durable."""
        emission = self._emission
        emission.flush(self.cut)
        if emission.anew is not None:
            emission.anew.snapshot()
        # Also where no facts come: what was told need not be told again, nor looked for since a clock of long ago.
        told = emission.emitted, emission.settled_us // PANE_US
        same = (self.cut, told) == (self._written_cut, self._written_told)
        if same and not self.panes.touched and not self.panes.dropped:
            return []
        meta = Meta(
            self.cut,
            self.panes.top_pane,
            emission.clock_us,
            emission.emitted,
            emission.revision,
            {str(source): offset for source, offset in self._counted.items()},
            self._dues.told_us,
            self._dues.waiting,
            self._plan.name,
            emission.settled_us,
        )
        groups = snapshot(self.panes, meta, emission.closing.corrected_us, emission.closing.empty_gauges.of)
        reps = self.roster.snapshot(self.cut)
        if reps:
            groups.insert(0, reps)
        # When all is published anew, that it is done is to be written too.
        self._written_cut = self.cut if emission.anew is None else -1
        self._written_told = told
        self._stats["state_records"] += sum(len(group) for group in groups)
        return groups

    def skip_to(self, offset: int) -> None:
        """Accept a gap in `crm.facts`."""
        self.cut = offset - 1

    # Facts

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        """Add up the facts of these messages. Publishes nothing: that is the ticks' part."""
        if not self._emission.clock_us:
            self._emission.move_clock(now_us)
        for record in records:
            if record.value is not None and is_of(record.key, self._generation):
                self.inflow.appended(record.timestamp * 1000 // PANE_US)
                self._take(record)
            self.cut = record.offset
        return []

    def _take(self, record: Record) -> None:
        assert record.value is not None
        offset = record.offset
        source, last, rows, appended_ms = exact_json.loads(record.value)
        self.panes.sources.note(source, record.timestamp, appended_ms, rows)
        counted = self._counted.get(source, -1)
        if rows and rows[0][0] <= counted:
            fresh = [row for row in rows if row[0] > counted]
            self._stats["facts_repeated"] += len(rows) - len(fresh)
            rows = fresh
        self._stats["facts"] += len(rows)
        if offset <= self._fences.until:
            for row in rows:
                self._fences.take(offset, row, self.routes)
        else:
            self.add(rows)
        if last > counted:
            self._counted[source] = last

    def add(self, rows: Iterable[FactRow]) -> None:
        """Add facts to the panes of their groups; seen after the next flush."""
        self.inflow.take(rows, self.routes)

    def settle(self) -> None:
        """Bring what is history into the panes, and let go of what is behind their retention; where nothing ticks."""
        self.inflow.flush_history()
        self.panes.expire()

    def tick_live(self, now_us: int) -> list[Send]:
        """Publish of windows up to a day what is due, a slice at a time."""
        return self._tick(now_us, self._emission.tick_live)

    def tick_settled(self, now_us: int) -> list[Send]:
        """Publish of a history what its next events don't change again, a slice at a time; else all that is due."""
        return self._tick(now_us, partial(self._emission.tick_settled, cut=self.cut))

    def tick(self, now_us: int) -> list[Send]:
        """Publish what changed since the last tick and what the clock moved, a slice at a time."""
        return self._tick(now_us, partial(self._emission.tick, cut=self.cut))

    def _tick(self, now_us: int, emit: Callable[[int], list[Send]]) -> list[Send]:
        if self.hold.lasts(self._counted, now_us) or (self.anew is not None and self.anew.waits):
            return []
        if self.cut < self._fences.until:
            return []  # a crash fell into a checkpoint: cells are true at different offsets until these come again
        if not self._emission.clock_us:
            self._emission.move_clock(now_us)
        corrections = self.targets.corrections(self._targets_topic)
        if corrections:
            return corrections
        show_targets(
            self.panes, self.targets, self.roster, self._emission.clock_us, everything=not self._shown
        )
        self._shown = True
        return emit(now_us)

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters, and how much is kept."""
        return {
            **self._stats,
            **self._emission.stats,
            "targets": self.targets.stats["targets"],
            "targets_outdated": self.targets.stats["targets_outdated"],
            **{f"targets_refused_{reason.value}": n for reason, n in self.targets.refused.items()},
            "groups_now": len(self.panes.groups),
            "ahead_s_now": self._emission.ahead_us // 1_000_000,
            "changed_groups_now": self._emission.turn.due + self.inflow.waiting,
            "watermark_pane_now": self.panes.top_pane,
            "values_over_cap": self.routes.over_cap,
            "unknown_time_zones_now": len(self.panes.own_days.unknown),
        }
