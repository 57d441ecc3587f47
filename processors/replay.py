"""Replay: the same processors over a file of events, in virtual time, with no broker.

The whole log is one partition; the clock stands still until the end and is then the moment asked for. When an event
arrived is not known, nor in which order: a period is final an hour after its end, whatever came late.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

from processors.activity import Activity
from processors.adding.expiring import SETTLE_EVENTS
from processors.adding.group import NOW, Group, Window
from processors.calendar import Period
from processors.comparing.target_windows import windows_of
from processors.compile import Plan
from processors.decode import decode
from processors.partition import Send, Stored
from processors.publishing.emptied import Emptied
from processors.publishing.outflow import KpiTopics
from processors.publishing.records import KpiRecord, Records, Stamp
from processors.reading.future import is_from_future, refuse_future
from processors.rollup import Rollup
from processors.targets import checked
from processors.tracking.rows import Row
from schemas.dead_letter import Reason, Unusable
from schemas.events.directory import RepUpdated, TargetSet
from schemas.fact import PANE_US
from schemas.generation import FIRST
from schemas.waiting import Kind, WaitingMessage, encode_waiting

ROWS_MAX = 2_000
"""Rows are added up so many at once."""


class Replay:
    """Digests events one by one and gives the KPI records as of a moment."""

    def __init__(
        self,
        plan: Plan,
        *,
        arrival_us: int,
        dedup_horizon_us: int,
        as_of_us: int | None = None,
        waits: Collection[Kind] = (),
    ):
        """`arrival_us` is when the events arrive: the wall clock; `as_of_us` leaves later events out; `waits` are the
        kinds of entity of which it is asked what waits."""
        self._arrival_us = arrival_us
        self._as_of_us = as_of_us
        self._activity = Activity(plan, dedup_horizon_us, written=False, waits=waits)
        self._rollup = Rollup(plan, KpiTopics("kpis", "history", 1))
        self._plan = plan
        self._offset = 0
        self._rows: list[Row] = []
        """Not added up yet."""
        self._emptied = Emptied()
        self._last_us: int | None = None
        self.left_out = 0
        """Events later than the moment asked for."""
        self._learnt: set[tuple[str, str]] = set()
        self._updates: set[tuple[str, str]] = set()
        self._copies = 0
        """Of updates: they move no watermark, so those before all activity are from beyond the horizon after it."""
        self.dead_letters = dict.fromkeys(Reason, 0)

    def learn(self, value: bytes) -> None:
        """Learn from an update of the directory ahead of the activity that it explains.

        `take` counts it, and says what is wrong with it, when its turn comes.
        """
        try:
            event = decode(value)
        except Unusable:
            return
        identity = (event.source, event.id)
        if event.type == RepUpdated.TYPE and not self._too_new(event.t_us) and identity not in self._learnt:
            self._learnt.add(identity)
            self._activity.learn(event, -1)

    def _too_new(self, t_us: int) -> bool:
        after = self._as_of_us is not None and t_us > self._as_of_us
        return after or is_from_future(t_us, self._arrival_us)

    def take(self, value: bytes, headers: Sequence[tuple[str, bytes]] = ()) -> Unusable | None:
        """Digest an event; of a target that can show nowhere return why. As in a worker, it counts as an event.

        Raises Unusable, having counted it, when it can't be used.
        """
        self._offset += 1
        refused = None
        try:
            event = decode(value, headers)
            refuse_future(event.t_us, self._arrival_us, "now")
            if self._as_of_us is not None and event.t_us > self._as_of_us:
                self.left_out += 1
                return None
            if event.type == TargetSet.TYPE:
                checked(event, self._plan.calendar)
            copies, rows = self._duplicates, len(self._rows)
            if event.type != RepUpdated.TYPE or self._is_first((event.source, event.id)):
                self._activity.tell(event, self._offset, self._rows)
            is_copy = self._duplicates > copies
            if event.type == TargetSet.TYPE and not is_copy:
                refused = self._set_target(value, headers)
        except Unusable as why:
            self.dead_letters[why.reason] += 1
            raise
        if self._last_us is None or (event.t_us > self._last_us and not is_copy):
            self._last_us = event.t_us
        self._emptied.note(self._rows[rows:], self._last_us)
        if len(self._rows) >= ROWS_MAX:
            self._add_up()
        if self._offset % SETTLE_EVENTS == 0:
            self._add_up()
            self._rollup.settle()
        return refused

    def _is_first(self, identity: tuple[str, str]) -> bool:
        known = len(self._updates)
        self._updates.add(identity)
        is_copy = len(self._updates) == known
        self._copies += is_copy
        return not is_copy

    def _add_up(self) -> None:
        rows, self._rows = self._rows, []
        self._rollup.add(rows)

    def _set_target(self, value: bytes, headers: Sequence[tuple[str, bytes]]) -> Unusable | None:
        record = Stored(self._offset, self._arrival_us // 1000, None, value, headers)
        return self._rollup.targets.take([record])[0].refused

    def tick(self, now_us: int) -> Iterator[Send]:
        """Move the clock and yield what a worker would have published by then."""
        self._add_up()
        while sends := self._rollup.tick(now_us):
            yield from sends

    def waiting(self, now_us: int) -> bytes | None:
        """Return the message that a worker would have published of what waits since the last call, if any."""
        if self._activity.waiting is None or not (rows := self._activity.waiting.changes()):
            return None
        return encode_waiting(
            WaitingMessage(generation=FIRST, offset=self._offset, appended_ms=now_us // 1000, rows=rows)
        )

    @property
    def rollup(self) -> Rollup:
        """What adds up, for who asks where a value is from."""
        return self._rollup

    @property
    def _duplicates(self) -> int:
        return self._activity.duplicates + self._copies

    @property
    def used(self) -> int:
        """How many of the events count: usable, no copies, not left out."""
        return self._activity.stats["events"]

    @property
    def summary(self) -> dict[str, Any]:
        """How many events were read, used, copies, left out, and unusable by reason; and targets that show nowhere."""
        stats, refused = self._activity.stats, self._rollup.targets.refused
        return {
            "read": self._offset,
            "events": stats["events"],
            "duplicates": self._duplicates,
            "dead_letters": {reason.value: n for reason, n in self.dead_letters.items() if n},
            "targets_refused": {reason.value: n for reason, n in refused.items() if n},
            "left_out": self.left_out,
            "late_corrections": stats["late_corrections"],
        }

    @property
    def as_of_us(self) -> int | None:
        """The moment asked for, else the last event's time; None when there was no event."""
        return self._last_us if self._as_of_us is None else self._as_of_us

    def records(
        self, periods: Literal["running", "all"] = "running", *, emptied: bool = False
    ) -> Iterator[KpiRecord]:
        """Yield the KPI records as of that moment: the running periods, or the past ones too.

        With `emptied` also those whose facts left or were taken back longer ago than a week.
        """
        now_us = self.as_of_us
        if now_us is None:
            return
        panes = self._rollup.panes
        self._add_up()
        self._rollup.inflow.flush()
        running = panes.calendar.periods_of(panes.calendar.day_of_pane(now_us // PANE_US))
        records, stamp = (
            Records(panes, self._rollup.targets, self._rollup.roster),
            Stamp(now_us, now_us // 1000),
        )
        targeted: defaultdict[Group, set[Period]] = defaultdict(set)
        for key in self._rollup.targets:
            for group, period in windows_of(key, panes, self._rollup.roster, now_us):
                if periods == "all" or period in running:
                    targeted[group].add(period)
        for group in panes.groups.values():
            group.values = {}  # without a clock, what changed since was not noted
        told = self._emptied.as_of(panes, self._rollup.routes, now_us)
        for team in self._teams():
            windows = {group: [*self._windows(group, running, periods, targeted[group])] for group in team}
            # Window by window, so that a team's reps are compared with each other once.
            for window in dict.fromkeys(one for own in windows.values() for one in own):
                for group, own in windows.items():
                    if window in own:
                        for record in records.of(group, window, self._plan.all_facts, stamp, False):
                            if emptied or told.tells(group, window, record):
                                yield record

    def _teams(self) -> Iterator[Sequence[Group]]:
        """Yield all groups, the reps of a team together."""
        teams: defaultdict[str | None, list[Group]] = defaultdict(list)
        for group in self._rollup.panes.groups.values():
            rep = group.dims.get("rep")
            if rep is not None and len(group.dims) == 1:
                teams[self._rollup.roster.team_of(rep)].append(group)
            else:
                yield (group,)
        yield from teams.values()

    def _windows(
        self, group: Group, running: Sequence[Period], periods: str, targeted: set[Period]
    ) -> Iterator[Window]:
        yield from self._plan.rolling
        looks = group.signature in self._plan.looking_signatures
        if periods == "all":
            since_first = self._rollup.panes.periods_since_first(group, running[0].ordinal) if looks else ()
            found = {*group.periods, *targeted, *since_first}
            yield from sorted(found, key=lambda period: (period.name, period.ordinal))
        else:
            yield from (
                period for period in running if looks or period in group.periods or period in targeted
            )
        yield NOW
