"""Overdue: absence rules over what waits, and the alerts they make. One partition of `crm.waiting`.

Each row says all that is known of an entity, so that a repeated one changes nothing: which is which, versions
tell. Of what is not known here, a message that is not new says nothing, except while all is told anew.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from processors.alerts.clock_hold import ClockHold
from processors.alerts.deciding import Deciding
from processors.alerts.restored import Restored
from processors.partition import Record, Send, StateItem
from processors.waiting.absence import Absence
from processors.waiting.case import Case, Cut, case_key, read_cut, read_saved, restored_case
from processors.waiting.ledger import CaseLedger
from processors.waiting.steps import change_rule, is_to_be_judged_again, observe
from processors.working_time.business_time import BusinessTime
from schemas.rules.absence import AbsenceRule
from schemas.waiting import BEHIND_US, Kind, Version, Waiting, WaitingMessage, decode_waiting

START_HOLD_US = 60_000_000
"""After a start the clock decides nothing for so long: tracking may start at the same time, and be behind."""
HOLD_US = 10_000_000
"""Nor for so long after a sign that tracking is behind: an answer may be among what it has not read."""

NOTHING_TOLD: Version = (0, -1)


class Overdue(Deciding):
    """One partition; a `PartitionProcessor`."""

    def __init__(
        self,
        rules: Mapping[str, AbsenceRule],
        working: BusinessTime,
        alerts_topic: str,
        history_topic: str,
        *,
        durable: bool = True,
    ):
        absences = {name: Absence(name, rule, working) for name, rule in rules.items()}
        self._ledger = CaseLedger(absences, working.zone, alerts_topic, history_topic, durable)
        super().__init__(self._ledger, ClockHold(START_HOLD_US, HOLD_US), durable)
        self._restored = Restored(read_saved)
        self._position = Cut()
        self._stats = dict.fromkeys(("rows_taken", "rows_repeated", "messages_unreadable"), 0)

    @property
    def cut(self) -> int:
        """The offset on `crm.waiting` up to which the state is true; -1 when nothing was processed."""
        return self._position.offset

    # State

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order."""
        self._restored.take(items)

    def restored(self) -> None:
        """Take up what the changelog says."""
        restored, self._restored = self._restored, Restored(read_saved)
        self._position = max(map(read_cut, restored.cuts), default=Cut())
        self._ledger.resume(
            {key: restored_case(saved) for key, saved in restored.saved.items()}, self._position
        )

    def snapshot(self) -> list[list[StateItem]]:
        """Serialise the cases that changed, then the cut. A call means that the one before is durable."""
        return self._ledger.snapshot(self._position)

    def skip_to(self, offset: int) -> None:
        """Accept a gap in `crm.waiting`."""
        self._position = self._position._replace(offset=offset - 1)

    # Messages

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        """Take what tracking tells."""
        sends: list[Send] = []
        self._begin(now_us, sends)
        for record in records:
            self._position = self._position._replace(offset=record.offset)
            if record.value is None:
                continue
            try:
                message = decode_waiting(record.value)
            except msgspec.MsgspecError:
                self._stats["messages_unreadable"] += 1
                continue
            tracked_until_us = message.appended_ms * 1000 + self.clock_ahead_us
            if self._durable and tracked_until_us < now_us - BEHIND_US:
                self._hold.is_behind(now_us)
            self._take(message, record, sends)
        return sends

    def _take(self, message: WaitingMessage, record: Record, sends: list[Send]) -> None:
        version = message.version
        if not message.anew and version <= self._position.counted:
            self._stats["rows_repeated"] += len(message.rows)
            return
        # Telling anew may begin behind what was told before a crash; all that follows is told again then.
        self._position = self._position._replace(counted=version)
        for row in message.rows:
            if row.kind in self._ledger.by_kind:
                self._take_row(row, version, record, sends)
        for kind, since in message.complete.items():
            self._close_others(kind, (message.generation, since), version, record, sends)

    def _take_row(self, row: Waiting, version: Version, record: Record, sends: list[Send]) -> None:
        key, ledger = case_key(row), self._ledger
        case = ledger.cases.get(key)
        if case is None:
            if row.since_us is None:
                return
            case = Case(row, version)
        elif record.offset <= case.fence or version <= case.version:
            self._stats["rows_repeated"] += 1
            return
        self._stats["rows_taken"] += 1
        case.row, case.version = row, version
        at_us = record.timestamp * 1000
        for rule in self._ledger.by_kind[row.kind]:
            if rule.name in case.machines:
                ledger.move(case, rule.name, rule, observe(rule, case.standing(rule), row, at_us), sends)
        ledger.touch(case)
        if case.must_be_kept:
            ledger.schedule(case)

    def _close_others(
        self, kind: Kind, since: Version, version: Version, record: Record, sends: list[Send]
    ) -> None:
        """Take it that what was not told since then, though all that waits was, waits no more."""
        others = [
            case.row
            for case in self._ledger.cases.values()
            if case.row.kind == kind and case.row.since_us is not None and case.version < since
        ]
        at_us = record.timestamp * 1000
        for row in others:
            *before, (since_us, _) = row.spans
            over = msgspec.structs.replace(row, spans=(*before, (since_us, max(at_us, since_us))))
            if kind in self._ledger.by_kind:
                self._take_row(over, version, record, sends)

    # Rules

    def _change_rules(self, now_us: int, sends: list[Send]) -> None:
        ledger = self._ledger
        for case in [*ledger.cases.values()]:
            for name, machine in [*case.machines.items()]:
                rule, standing = ledger.rule_of(case, name), machine.standing
                if is_to_be_judged_again(rule, standing, case.row, now_us):
                    step = change_rule(rule, standing, case.row, now_us)
                    ledger.move(case, name, rule, step, sends, by_clock=True)
            if case.row.kind not in self._ledger.by_kind and case.row.since_us is not None:
                # Nobody asks for it any more; if somebody does again, all that waits is told anew.
                *before, _ = case.row.spans
                case.row = msgspec.structs.replace(case.row, spans=tuple(before))
                case.version = NOTHING_TOLD
                ledger.touch(case)
            if case.must_be_kept:
                ledger.schedule(case)

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters, and how many entities of each kind are known: those that wait, or have an alert."""
        return {
            **self._stats,
            "alerts_sent": self._ledger.telling.sent,
            **{f"{kind}_waiting_now": count for kind, count in self._ledger.known.items()},
        }
