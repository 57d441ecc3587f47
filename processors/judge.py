"""Judge: rules over KPI records, and the alerts they make. One partition of `crm.kpis`."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from processors.alerts.clock_hold import ClockHold
from processors.alerts.deciding import Deciding
from processors.alerts.restored import Restored
from processors.judging.cell import Cell, read_saved, restored_cell
from processors.judging.ledger import Ledger
from processors.judging.observation import Body, Observation, decode, observation
from processors.judging.routes import Route, Routes, Watch
from processors.judging.rule_state import State
from processors.judging.terms import NO_TERMS, Terms
from processors.partition import Record, Send, StateItem
from processors.rules import change_rule, close, observe
from processors.working_time.business_time import BusinessTime
from schemas.alert import AlertState, Reason
from schemas.rules.grammar import Rule

BEHIND_US = 60_000_000
"""When the last KPI record read is older than this, newer ones are waiting."""
HOLD_US = 10_000_000
"""After a start, and while records are waiting, the clock decides nothing for so long: they may say something else."""


class Judge(Deciding):
    """One partition of the judging; a `PartitionProcessor`.

    `working` is the calendar's working time, for rules that ask for it; `terms` are what people call things.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        alerts_topic: str,
        history_topic: str,
        *,
        durable: bool = True,
        working: BusinessTime | None = None,
        terms: Terms = NO_TERMS,
    ):
        self._ledger = Ledger(alerts_topic, history_topic, durable, working, terms)
        super().__init__(self._ledger, ClockHold(HOLD_US, HOLD_US), durable)
        self._cut = -1
        self._rules = dict(rules)
        self._routes = Routes(rules)
        self._working = working
        self._restored = Restored(read_saved)
        self._stats = dict.fromkeys(("records_judged", "records_outdated", "records_unreadable"), 0)

    @property
    def cut(self) -> int:
        """The offset on `crm.kpis` up to which the state is true; -1 when nothing was processed."""
        return self._cut

    # State

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order."""
        self._restored.take(items)

    def restored(self) -> None:
        """Take up what the changelog says."""
        restored, self._restored = self._restored, Restored(read_saved)
        self._cut = max(map(int, restored.cuts), default=-1)
        self._ledger.resume(
            [restored_cell(saved, self._rules) for saved in restored.saved.values()], self.cut
        )

    def snapshot(self) -> list[list[StateItem]]:
        """Serialise the cells that changed, then the cut. A call means that the one before is durable."""
        return self._ledger.snapshot(self.cut)

    def skip_to(self, offset: int) -> None:
        """Accept a gap in `crm.kpis`."""
        self._cut = offset - 1

    # Records

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        """Judge the KPI records that a rule is about; the others cost a look at their keys."""
        sends: list[Send] = []
        self._begin(now_us, sends)
        find = self._routes.of
        for record in records:
            key = record.key
            if key is not None:
                route = find(key)
                if route is not None:
                    self._take(key, route, record, now_us, sends)
        if records:
            self._cut = records[-1].offset
            read_until_us = records[-1].timestamp * 1000 + self.clock_ahead_us
            if self._durable and read_until_us < now_us - BEHIND_US:
                self._hold.is_behind(now_us)
        return sends

    def _take(self, key: bytes, route: Route, record: Record, now_us: int, sends: list[Send]) -> None:
        ledger, offset = self._ledger, record.offset
        cells = ledger.cells.get(key, ())
        if record.value is None:
            for cell in cells:
                if offset > cell.fence:
                    ledger.pass_time(cell, record.timestamp * 1000, sends)
                    ledger.move(cell, close(cell.state, Reason.KPI_GONE, record.timestamp * 1000), sends)
            self._forget(key, offset)
            return
        try:
            body = decode(record.value)
            watches = self._asked(key, route, body, cells)
            if not watches and not cells:
                return
            seen, over = observation(body, route.in_period)
            name = key.decode()
        except (msgspec.MsgspecError, ValueError):
            self._stats["records_unreadable"] += 1
            return
        steady = self._routes.steady
        for cell in cells:
            if offset <= cell.fence or seen.revision <= cell.state.kpi_revision:
                continue
            if not over and cell.rule is not None:
                state = steady[cell.name](cell.state, seen)
                if state is not None:
                    ledger.go_on(cell, state)
                    continue
            ledger.pass_time(cell, seen.at_us, sends)
            if over:
                ledger.move(cell, close(cell.state, Reason.PERIOD_OVER, seen.at_us), sends)
            elif cell.rule is not None and not _is_over(cell, seen, now_us):
                ledger.move(cell, observe(cell.rule, cell.state, seen, now_us, self._working), sends)
        if over:
            self._forget(key, offset)
            return
        for watch in watches:
            self._begin_cell(key, name, watch, seen, now_us, sends)

    def _asked(self, key: bytes, route: Route, body: Body, cells: Sequence[Cell]) -> list[Watch]:
        """Return the rules that remember nothing of a key and to which its new record may mean something."""
        self._stats["records_judged"] += 1
        newest, revision = self._ledger.revisions.get(key, -1), body.revision
        if revision <= newest or (cells and any(revision <= cell.state.kpi_revision for cell in cells)):
            self._stats["records_outdated"] += 1
        if revision <= newest:
            return []
        if route.in_period and body.final:
            self._ledger.drop_revision(key)
            return []
        self._ledger.note(key, revision)
        if not cells:
            return [watch for watch in route.watches if watch.matters(body)]
        here = {cell.name for cell in cells}
        return [watch for watch in route.watches if watch.name not in here and watch.matters(body)]

    def _begin_cell(
        self, key: bytes, name: str, watch: Watch, seen: Observation, now_us: int, sends: list[Send]
    ) -> None:
        """Remember something of a key, now that there is something to remember."""
        step = observe(watch.rule, State(), seen, now_us, self._working)
        if step[1] is not None or step[0].is_held:
            cell = Cell(watch.name, watch.rule, name, watch.hash)
            self._ledger.add(key, cell)
            self._ledger.move(cell, step, sends)

    def _forget(self, key: bytes, offset: int) -> None:
        self._ledger.forget(key, offset)
        self._ledger.drop_revision(key)

    # Rules

    def _change_rules(self, now_us: int, sends: list[Send]) -> None:
        ledger = self._ledger
        for cell in [cell for cells in ledger.cells.values() for cell in cells]:
            if cell.state.seen_us > now_us:
                cell.state = replace(cell.state, seen_us=now_us)
                ledger.touch(cell)
            if cell.rule is None:
                ledger.move(cell, close(cell.state, Reason.RULE_REMOVED, now_us), sends, by_clock=True)
            elif cell.rule_hash != self._routes.hashes[cell.name]:
                cell.rule_hash = self._routes.hashes[cell.name]
                ledger.touch(cell)
                step = change_rule(cell.rule, cell.state, now_us, self._working)
                ledger.move(cell, step, sends, by_clock=True)
            ledger.schedule(cell)

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters, steps by reason, and how many alerts there are in each state."""
        found = {
            **self._stats,
            "alerts_sent": self._ledger.telling.sent,
            **{f"transitions_{reason}": 0 for reason in Reason},
        }
        found |= {f"alerts_{state}_now": 0 for state in AlertState}
        for (_, reason), times in self.transitions.items():
            found[f"transitions_{reason}"] += times
        for (_, _, state), there in self.alerts.items():
            found[f"alerts_{state}_now"] += there
        return {**found, "watched_keys_now": self._ledger.watched_keys}


def _is_over(cell: Cell, seen: Observation, now_us: int) -> bool:
    """Say whether the period of an alert was over, so that a record of before its end means nothing any more.

    Not where that end is still to come: a clock that was ahead ended it.
    """
    return cell.state.reason is Reason.PERIOD_OVER and not (seen.end_us is not None and now_us < seen.end_us)
