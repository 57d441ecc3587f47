"""The cells of a judge: their steps, what is told of them (`alerts.telling`), what is written of them."""

from processors.alerts.due_queue import DueQueue
from processors.alerts.restored import CUT
from processors.alerts.telling import SLICE_MAX, Telling
from processors.judging.cell import Cell
from processors.judging.rule_state import State, alert_state
from processors.judging.rule_time import due_us as due_of
from processors.judging.terms import NO_TERMS, Terms
from processors.partition import Send, StateItem
from processors.rules import Step, pass_time
from processors.working_time.business_time import BusinessTime


class Ledger:
    """All cells of one partition. `durable`, `working` and `terms`: see `Judge`."""

    def __init__(
        self,
        alerts_topic: str,
        history_topic: str,
        durable: bool,
        working: BusinessTime | None = None,
        terms: Terms = NO_TERMS,
    ):
        self.telling: Telling[Cell] = Telling((alerts_topic, history_topic), durable)
        self._working = working
        self._terms = terms
        self.cells: dict[bytes, list[Cell]] = {}
        """By KPI key: those that have something to remember. Most rules have nothing to say of most keys."""
        self.revisions: dict[bytes, int] = {}
        """Of the latest record of each watched key."""
        self._both = 0
        """Keys with cells and a revision: what is asked with every scrape must not go through all keys."""
        self._queue: DueQueue[Cell] = DueQueue()
        """When the clock may make a next step."""
        self._dirty: dict[Cell, None] = {}
        self._ended: dict[Cell, None] = {}
        """With nothing to keep: their records go, but not before the cut is past the last one for sure."""
        self._written_cut = -1

    # Cells

    @property
    def watched_keys(self) -> int:
        """How many keys there are of which something is known."""
        return len(self.cells) + len(self.revisions) - self._both

    def note(self, key: bytes, revision: int) -> None:
        """Note the revision of a key's latest record."""
        if key not in self.revisions and key in self.cells:
            self._both += 1
        self.revisions[key] = revision

    def drop_revision(self, key: bytes) -> None:
        """Know no record of a key any more."""
        if self.revisions.pop(key, None) is not None and key in self.cells:
            self._both -= 1

    def add(self, key: bytes, cell: Cell) -> None:
        """Begin to remember something of a key."""
        found = self.cells.get(key)
        if found is not None:
            found.append(cell)
            return
        self.cells[key] = [cell]
        self._both += key in self.revisions

    def resume(self, cells: list[Cell], cut: int) -> None:
        """Take up restored cells. What was decided and not told is durable now, so it can be told."""
        self._written_cut = cut
        for cell in cells:
            self.add(cell.kpi_key.encode(), cell)
            self.telling.count(None, cell.label)
            self.telling.resume(cell)
            if not cell.must_be_kept:
                self._ended[cell] = None

    def forget(self, key: bytes, offset: int) -> None:
        """Drop the cells of a key that have nothing to say after `offset`; those that must be kept stay."""
        left = [
            cell
            for cell in self.cells.get(key, ())
            if cell.must_be_kept or cell in self._dirty or cell in self._ended or cell.fence > offset
        ]
        if left:
            self.cells[key] = left
        elif self.cells.pop(key, None) is not None:
            self._both -= key in self.revisions

    def touch(self, cell: Cell) -> None:
        """Have the cell written with the next snapshot."""
        self._dirty[cell] = None

    def snapshot(self, cut: int) -> list[list[StateItem]]:
        """Serialise the cells that changed, then the cut. A call means that the one before is durable."""
        self.telling.snapshot()
        if not self._dirty and not self._ended and cut == self._written_cut:
            return []
        items = [cell.saved(cut) for cell in self._dirty]
        ended = [cell for cell in self._ended if not cell.must_be_kept and cell not in self._dirty]
        # A fence beyond the cut is still needed: records that the cell has seen will come again.
        gone = [cell for cell in ended if cell.fence <= cut]
        items += [(cell.id.encode(), None) for cell in gone]
        self._ended = {cell: None for cell in self._dirty if not cell.must_be_kept}
        self._ended |= {cell: None for cell in ended if cell.fence > cut}
        self._dirty = {}
        self._written_cut = cut
        for cell in gone:
            self.forget(cell.kpi_key.encode(), cut)
        last: list[StateItem] = [(CUT, b"%d" % cut)]
        return [items, last] if items else [last]

    # Steps

    def move(self, cell: Cell, step: Step, sends: list[Send], *, by_clock: bool = False) -> None:
        """Bring a cell to its next state, and tell the step when it has a reason."""
        state, reason = step
        was = cell.state
        if state.phase is not was.phase or state.severity != was.severity:
            before, cell.state = cell.label, state
            self.telling.count(before, cell.label)
        cell.state = state
        if reason is None:
            self._keep(cell, was)
            return
        self._dirty[cell] = None
        self.telling.transitions[alert_state(state.phase), reason] += 1
        said = cell.say(reason, self._terms, self._working)
        self.telling.say(cell, said, sends, by_clock=by_clock)
        self.schedule(cell)

    def go_on(self, cell: Cell, state: State) -> None:
        """Note a record after which an open alert is as it was, and waits for nothing that it did not wait for."""
        cell.state = state
        self._dirty[cell] = None

    def _keep(self, cell: Cell, was: State) -> None:
        """See to what is written, and to what the clock does next, after a step that is not told."""
        state = cell.state
        if cell.is_open or state.is_held or was.is_held:
            self._dirty[cell] = None
        elif was.revision > 0 and not state.revision:
            self._ended[cell] = None
        waited = (was.turns_us, was.worse_us, was.seen_us, was.revision)
        if waited != (state.turns_us, state.worse_us, state.seen_us, state.revision):
            self.schedule(cell)

    def pass_time(self, cell: Cell, at_us: int, sends: list[Send], *, by_clock: bool = False) -> None:
        """Take all steps of a cell that time alone made due."""
        rule, working = cell.rule, self._working
        while (step := pass_time(rule, cell.state, at_us, by_clock=by_clock, working=working)) is not None:
            self.move(cell, step, sends, by_clock=by_clock)

    def schedule(self, cell: Cell) -> None:
        """Put the cell's next step of the clock into the queue."""
        self._queue.put(cell, due_of(cell.rule, cell.state, working=self._working))

    def move_clock(self, now_us: int, sends: list[Send]) -> None:
        """Take the steps that are due by the clock, at most a slice."""
        for cell in self._queue.take(now_us, SLICE_MAX):
            self.pass_time(cell, now_us, sends, by_clock=True)

    def tell(self, sends: list[Send]) -> None:
        """Tell what the clock decided and a checkpoint has kept, at most a slice."""
        for cell in self.telling.tell(sends):
            self._dirty[cell] = None
