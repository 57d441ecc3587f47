"""The cases of a partition of `overdue`: their steps, what is told of them (`alerts.telling`), what is written."""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from processors.alerts.due_queue import DueQueue
from processors.alerts.telling import SLICE_MAX, Telling
from processors.partition import Send, StateItem
from processors.waiting.absence import Absence
from processors.waiting.case import Case, Cut, Machine, cut_item
from processors.waiting.steps import Standing, Step, alert_state, due_us, pass_time
from schemas.waiting import KINDS, Kind


class CaseLedger:
    """All cases of one partition. `durable`: see `Overdue`."""

    def __init__(
        self,
        rules: Mapping[str, Absence],
        zone: ZoneInfo,
        alerts_topic: str,
        history_topic: str,
        durable: bool,
    ):
        self._rules = rules
        self._zone = zone
        self.by_kind: dict[Kind, list[Absence]] = {}
        """The rules about each kind of entity."""
        for rule in rules.values():
            self.by_kind.setdefault(rule.rule.kind, []).append(rule)
        self.telling: Telling[Case] = Telling((alerts_topic, history_topic), durable)
        self.cases: dict[bytes, Case] = {}
        self.known: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        """How many cases of each kind there are: who asks must not go through all of them."""
        self._queue: DueQueue[bytes] = DueQueue()
        """When the clock may make a next step, by key: an entry outlives its case until its time comes."""
        self._dirty: dict[Case, None] = {}
        self._gone: dict[bytes, None] = {}
        """Keys whose tombstones are due."""
        self._written = Cut()

    def resume(self, cases: Mapping[bytes, Case], cut: Cut) -> None:
        """Take up restored cases. What was decided and not told is durable now, so it can be told."""
        self._written = cut
        self.cases = dict(cases)
        for case in cases.values():
            self.known[case.row.kind] += 1
            for name in case.machines:
                self.telling.count(None, case.label(name))
            self.telling.resume(case)

    def touch(self, case: Case) -> None:
        """Have a case written with the next snapshot, or forgotten if there is nothing to keep."""
        if case.must_be_kept:
            self.known[case.row.kind] += case.key not in self.cases
            self.cases[case.key] = case
            self._dirty[case] = None
            if case.key in self._gone:
                del self._gone[case.key]
                case.written = True
            return
        self._dirty.pop(case, None)
        self._queue.put(case.key, None)
        self.known[case.row.kind] -= self.cases.pop(case.key, None) is not None
        if case.written:
            self._gone[case.key] = None

    def snapshot(self, cut: Cut) -> list[list[StateItem]]:
        """Serialise the cases that changed, then the cut. A call means that the one before is durable."""
        self.telling.snapshot()
        if not self._dirty and not self._gone and cut == self._written:
            return []
        items = [case.saved(cut.offset) for case in self._dirty]
        items += [(key, None) for key in self._gone]
        self._dirty, self._gone, self._written = {}, {}, cut
        last = [cut_item(cut)]
        return [items, last] if items else [last]

    # Steps

    def move(
        self,
        case: Case,
        name: str,
        rule: Absence | None,
        step: Step,
        sends: list[Send],
        *,
        by_clock: bool = False,
    ) -> None:
        """Bring a rule's machine to its next state, and tell the step when it has a reason."""
        standing, reason = step
        if reason is None:
            machine = case.machines.get(name)
            if machine is not None and machine.standing != standing:
                case.machines[name] = Machine(standing, machine.last)
                self._dirty[case] = None
            return
        before = case.label(name)
        said = case.say(name, rule, standing, reason, self._zone)
        self.telling.count(before, case.label(name))
        self.telling.transitions[alert_state(standing.phase), reason] += 1
        self.telling.say(case, said, sends, by_clock=by_clock)
        self.touch(case)

    def schedule(self, case: Case) -> None:
        """Put the case's next step of the clock into the queue."""
        dues = [due_us(rule, standing, case.row) for _, rule, standing in self._machines(case)]
        soonest_us = min((due for due in dues if due is not None), default=None)
        self._queue.put(case.key, soonest_us)

    def move_clock(self, now_us: int, sends: list[Send]) -> None:
        """Take the steps that are due by the clock, at most a slice."""
        for key in self._queue.take(now_us, SLICE_MAX):
            case = self.cases[key]
            for name, rule, standing in [*self._machines(case)]:
                while (step := pass_time(rule, standing, case.row, now_us)) is not None:
                    self.move(case, name, rule, step, sends, by_clock=True)
                    standing = step[0]
            self.schedule(case)

    def _machines(self, case: Case) -> Iterator[tuple[str, Absence | None, Standing]]:
        """Yield each rule about a case with its state, and the states whose rule was removed."""
        for rule in self.by_kind.get(case.row.kind, ()):
            yield rule.name, rule, case.standing(rule)
        for name, machine in case.machines.items():
            if self.rule_of(case, name) is None:
                yield name, None, machine.standing

    def rule_of(self, case: Case, name: str) -> Absence | None:
        """Return the rule of that name, if there is one about entities of the case's kind."""
        rule = self._rules.get(name)
        return rule if rule is not None and rule.rule.kind == case.row.kind else None

    def tell(self, sends: list[Send]) -> None:
        """Tell what the clock decided and a checkpoint has kept, at most a slice."""
        for case in self.telling.tell(sends):
            self.touch(case)
