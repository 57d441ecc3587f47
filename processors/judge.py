"""Judge: rules over KPI records, and the alerts they make. One partition of `crm.kpis`."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from processors.event_time import decode_time
from processors.judge_cell import Cell, Label, Restored, rule_hash
from processors.judge_ledger import Ledger
from processors.partition import Record, Send, StateItem
from processors.rules import Observation, change_rule, close, observe
from schemas.alert import AlertState, Reason
from schemas.rule import Rule

BEHIND_US = 60_000_000
"""When the last KPI record read is older than this, newer ones are waiting."""
HOLD_US = 10_000_000
"""After a start, and while records are waiting, the clock decides nothing for so long: they may say else."""

ROUTES_MAX = 100_000


class _Body(msgspec.Struct):
    """The part of a KPI record that is looked at."""

    value: int | float | None
    n: int
    as_of: str
    revision: int
    end: str | None = None
    final: bool = False
    unit: str = ""
    target: int | float | None = None


_decode = msgspec.json.Decoder(_Body).decode


class Judge:
    """One partition of the judging; a `PartitionProcessor`.

    `durable` is False where nothing is ever restored (replay, declared tests): then the clock's decisions
    are told at once.
    """

    def __init__(
        self,
        rules: Mapping[str, Rule],
        partition: int,
        alerts_topic: str,
        history_topic: str,
        *,
        durable: bool = True,
    ):
        self.cut = -1
        self._rules = dict(rules)
        self._hashes = {name: rule_hash(rule) for name, rule in rules.items()}
        self.partition = partition
        self._durable = durable
        self._restored = Restored()
        self._ledger = Ledger(alerts_topic, history_topic, durable)
        self._routes: dict[bytes, dict[bytes, list[str]]] = {}
        """By a KPI key up to its dims: names of dimensions -> rules about them. Nearly all have none."""
        self._begun = False
        self._hold_until_us = 0
        self._stats = dict.fromkeys(("records_judged", "records_outdated", "records_unreadable"), 0)

    # State

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order."""
        self._restored.take(items)

    def restored(self) -> None:
        """Take up what the changelog says."""
        self.cut = self._restored.cut
        self._ledger.resume(self._restored.cells(self._rules), self.cut)
        self._restored = Restored()

    def snapshot(self) -> list[list[StateItem]]:
        """Serialise the cells that changed, then the cut. A call means that the one before is durable."""
        return self._ledger.snapshot(self.cut)

    def skip_to(self, offset: int) -> None:
        """Accept a gap in `crm.kpis`."""
        self.cut = offset - 1

    # Records

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        """Judge the KPI records that a rule is about; the others cost a look at their keys."""
        sends: list[Send] = []
        self._begin(now_us, sends)
        routes = self._routes
        for record in records:
            key = record.key
            if key is None:
                continue
            bar = key.rfind(b"|")
            route = routes.get(key[:bar])
            if route is None:
                route = self._route(key[:bar])
            if route:
                names = route.get(_dimensions(key[bar + 1 :]))
                if names:
                    self._take(key, names, record, now_us, sends)
        if records:
            self.cut = records[-1].offset
            if self._durable and records[-1].timestamp * 1000 < now_us - BEHIND_US:
                self._hold_until_us = now_us + HOLD_US
        return sends

    def _route(self, prefix: bytes) -> dict[bytes, list[str]]:
        """Find the rules about a KPI and window (and period) seen for the first time."""
        kpi, _, window = prefix.decode(errors="replace").partition("|")
        watched = (kpi, window.partition(":")[0])
        if len(self._routes) >= ROUTES_MAX:
            self._routes.clear()
        route = self._routes[prefix] = {}
        for name, rule in self._rules.items():
            if (rule.kpi, rule.window) == watched:
                route.setdefault(",".join(rule.dimensions).encode(), []).append(name)
        return route

    def _take(self, key: bytes, names: list[str], record: Record, now_us: int, sends: list[Send]) -> None:
        ledger, offset = self._ledger, record.offset
        if record.value is None:
            for cell in ledger.cells.get(key, ()):
                if offset > cell.fence:
                    ledger.pass_time(cell, record.timestamp * 1000, sends)
                    ledger.move(cell, close(cell.state, Reason.KPI_GONE, record.timestamp * 1000), sends)
            ledger.forget(key, offset)
            return
        cells = ledger.cells.get(key)
        if cells is None:
            text = key.decode()
            cells = ledger.cells[key] = [
                Cell(name, self._rules[name], text, self._hashes[name]) for name in names
            ]
        try:
            seen, over = _observation(record.value, cells[0].period is not None)
        except (msgspec.MsgspecError, ValueError):
            self._stats["records_unreadable"] += 1
            return
        self._stats["records_judged"] += 1
        for cell in cells:
            if offset <= cell.fence:
                continue
            if seen.revision <= cell.state.kpi_revision:
                self._stats["records_outdated"] += 1
                continue
            ledger.pass_time(cell, seen.at_us, sends)
            if over:
                ledger.move(cell, close(cell.state, Reason.PERIOD_OVER, seen.at_us), sends)
            elif cell.rule is not None and cell.state.reason is not Reason.PERIOD_OVER:
                ledger.move(cell, observe(cell.rule, cell.state, seen, now_us), sends)
        if over:
            ledger.forget(key, offset)

    # Time

    def tick(self, now_us: int) -> list[Send]:
        """Take the steps that the clock made due, and tell those that are durable: at most a slice."""
        sends: list[Send] = []
        self._begin(now_us, sends)
        self._ledger.tell(sends)
        if now_us >= self._hold_until_us:
            self._ledger.move_clock(now_us, sends)
        return sends

    def _begin(self, now_us: int, sends: list[Send]) -> None:
        """At the first call: what a change of the rules means for the alerts there are."""
        if self._begun:
            return
        self._begun = True
        if self._durable:
            self._hold_until_us = now_us + HOLD_US
        ledger = self._ledger
        for key, cells in ledger.cells.items():
            for cell in cells:
                if cell.rule is None:
                    ledger.move(cell, close(cell.state, Reason.RULE_REMOVED, now_us), sends, by_clock=True)
                elif cell.rule_hash != self._hashes[cell.name]:
                    cell.rule_hash = self._hashes[cell.name]
                    ledger.touch(cell)
                    ledger.move(cell, change_rule(cell.rule, cell.state, now_us), sends, by_clock=True)
                ledger.schedule(cell)
            here = {cell.name for cell in cells}
            bar = key.rfind(b"|")
            for name in self._route(key[:bar]).get(_dimensions(key[bar + 1 :]), ()):
                if name not in here:
                    cells.append(Cell(name, self._rules[name], key.decode(), self._hashes[name]))

    @property
    def alerts(self) -> Mapping[Label, int]:
        """How many alerts there are now by rule, severity and state."""
        return self._ledger.alerts

    @property
    def transitions(self) -> Mapping[tuple[AlertState | None, Reason], int]:
        """How many steps were taken since the start, by state entered (None: withdrawn) and reason."""
        return self._ledger.transitions

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters, steps by reason, and how many alerts there are in each state."""
        found = {
            **self._stats,
            "alerts_sent": self._ledger.sent,
            **{f"transitions_{reason}": 0 for reason in Reason},
        }
        found |= {f"alerts_{state}_now": 0 for state in AlertState}
        for (_, reason), times in self.transitions.items():
            found[f"transitions_{reason}"] += times
        for (_, _, state), there in self.alerts.items():
            found[f"alerts_{state}_now"] += there
        return {**found, "watched_keys_now": len(self._ledger.cells)}


def _dimensions(dims: bytes) -> bytes:
    """Return the names of a key's dimensions: `rep=ann` -> `rep`."""
    if b"," in dims:
        return b",".join(part[: part.find(b"=")] for part in dims.split(b","))
    return dims[: dims.find(b"=")] if dims else dims


def _observation(value: bytes, in_period: bool) -> tuple[Observation, bool]:
    """Return what a KPI record says, and whether its period is over. Raises ValueError, MsgspecError."""
    body = _decode(value)
    at_us = decode_time(body.as_of)
    end_us = decode_time(body.end) if in_period and body.end is not None else None
    over = in_period and (body.final or (end_us is not None and end_us <= at_us))
    return Observation(at_us, body.revision, body.value, body.n, body.unit, body.target, end_us), over
