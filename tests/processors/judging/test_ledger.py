"""Telling, writing and forgetting, for many cells at once."""

from random import Random
from typing import Never

from processors.alerts.telling import SLICE_MAX
from processors.judging.cell import Cell
from processors.judging.ledger import Ledger
from processors.judging.observation import Observation
from processors.judging.rule_state import Phase, State
from processors.judging.rule_time import SETTLE_US
from processors.partition import Send
from processors.rules import close, observe
from schemas.alert import Reason
from schemas.rule import Rule
from tests.processors.alert_sequences import ALERTS, HISTORY, MINUTE_US

RULE = Rule.model_validate({"kpi": "k", "window": "rolling_24h", "for_each": "rep", "above": 1, "for": "5m"})


def many(ledger: Ledger, count: int) -> list[Cell]:
    """Let so many reps breach at time 0; return their cells."""
    cells = []
    for number in range(count):
        cell = Cell("r", RULE, f"k|rolling_24h|rep={number}")
        ledger.add(cell.kpi_key.encode(), cell)
        ledger.move(cell, observe(RULE, State(), Observation(0, 1, 2, 1), 0), [])
        cells.append(cell)
    return cells


def test_steps_of_the_clock_come_in_slices() -> None:
    """However many alerts are due at once, a tick takes so many, and the next ones the rest."""
    ledger = Ledger(ALERTS, HISTORY, durable=False)
    cells = many(ledger, SLICE_MAX + 5)

    sends: list[Send] = []
    ledger.move_clock(5 * MINUTE_US, sends)
    assert len(sends) == 2 * SLICE_MAX
    ledger.move_clock(5 * MINUTE_US, sends)

    assert len(sends) == 2 * (SLICE_MAX + 5)
    assert {cell.state.phase for cell in cells} == {Phase.FIRING}


def test_telling_comes_in_slices() -> None:
    """What became durable at once is told a slice at a time, nothing twice."""
    ledger = Ledger(ALERTS, HISTORY, durable=True)
    many(ledger, SLICE_MAX)
    ledger.move_clock(5 * MINUTE_US, [])
    ledger.snapshot(0)
    ledger.snapshot(0)

    told: list[list[Send]] = []
    while not told or told[-1]:
        told.append([])
        ledger.tell(told[-1])

    assert [len(sends) for sends in told] == [SLICE_MAX, SLICE_MAX, 0]
    assert len({send.key for sends in told for send in sends}) == SLICE_MAX


def test_a_second_decision_holds_back_the_first() -> None:
    """Two decisions of the clock are told together, when the later one is durable."""
    ledger = Ledger(ALERTS, HISTORY, durable=True)
    (cell,) = many(ledger, 1)
    ledger.move_clock(5 * MINUTE_US, [])
    ledger.snapshot(0)
    ledger.snapshot(0)
    ledger.move(cell, close(cell.state, Reason.PERIOD_OVER, 6 * MINUTE_US), [], by_clock=True)

    sends: list[Send] = []
    ledger.tell(sends)
    assert sends == []
    ledger.snapshot(0)
    ledger.snapshot(0)
    ledger.tell(sends)

    assert len(sends) == 4
    ledger.tell(sends)
    assert len(sends) == 4


def test_only_what_changed_is_written() -> None:
    """A checkpoint costs what changed since the last one; with nothing new there is nothing to write."""
    ledger = Ledger(ALERTS, HISTORY, durable=True)
    many(ledger, 3)

    assert [len(group) for group in ledger.snapshot(7)] == [3, 1]
    assert ledger.snapshot(7) == []
    assert ledger.snapshot(8) == [[(b"cut", b"8")]]


def test_a_key_without_alerts_is_forgotten() -> None:
    """Cells that never said anything go with their key; one that did keeps its key until it is forgotten."""
    ledger = Ledger(ALERTS, HISTORY, durable=True)
    (cell,) = many(ledger, 1)
    quiet = Cell("r", RULE, "k|rolling_24h|rep=quiet")
    ledger.cells[b"quiet"] = [quiet]

    ledger.forget(b"quiet", 0)
    ledger.forget(cell.kpi_key.encode(), 0)

    assert [*ledger.cells] == [cell.kpi_key.encode()]


def test_a_step_is_scheduled_once() -> None:
    """The queue does not grow with confirmations of what is known."""
    ledger = Ledger(ALERTS, HISTORY, durable=True)
    (cell,) = many(ledger, 1)
    for revision in range(2, 50):
        ledger.move(cell, observe(RULE, cell.state, Observation(revision, revision, 2, 1), 0), [])
        ledger.schedule(cell)

    assert len(ledger._queue) == 1


def test_a_deadline_that_moves_on_is_in_the_queue_once() -> None:
    """Each record of a key whose silence would be an alert moves the deadline; memory does not grow with them."""
    rule = Rule.model_validate({"kpi": "k", "window": "day", "no_data": "4h"})
    ledger = Ledger(ALERTS, HISTORY, durable=False)
    cell = Cell("r", rule, "k|day:2026-11-21|")
    for revision in range(50):
        seen = Observation(revision * MINUTE_US, revision, revision, revision)
        ledger.move(cell, observe(rule, cell.state, seen, seen.at_us), [])
    assert len(ledger._queue) == 1

    sends: list[Send] = []
    ledger.move_clock(289 * MINUTE_US, sends)
    assert (len(sends), len(ledger._queue)) == (0, 1)
    ledger.move_clock(289 * MINUTE_US + SETTLE_US, sends)

    assert (len(sends), cell.state.phase) == (2, Phase.FIRING)


def test_watched_keys_are_counted_as_they_come_and_go() -> None:
    """Whatever happens to cells and revisions in which order; nothing is gone through for it."""
    ledger, random = Ledger(ALERTS, HISTORY, durable=False), Random(7)
    for step in range(2_000):
        key = b"k|rolling_24h|rep=%d" % random.randrange(20)
        match random.randrange(5):
            case 0:
                ledger.note(key, step)
            case 1:
                ledger.drop_revision(key)
            case 2:
                ledger.add(key, Cell("r", RULE, key.decode()))
            case 3:
                ledger.forget(key, step)
            case 4:
                ledger.resume([Cell("r", RULE, key.decode())], step)
                ledger.snapshot(step)
        assert ledger.watched_keys == len({*ledger.cells, *ledger.revisions})
    ledger.cells, ledger.revisions = Counted(ledger.cells), Counted(ledger.revisions)
    assert ledger.watched_keys > 0


class Counted(dict):  # type: ignore[type-arg]
    """Knows how many there are, and is not gone through."""

    def __iter__(self) -> Never:
        raise AssertionError("it was gone through")
