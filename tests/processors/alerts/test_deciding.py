"""What stages that make alerts have in common."""

from typing import Any

from processors.alerts.clock_hold import ClockHold
from processors.alerts.deciding import Deciding
from processors.alerts.telling import Telling
from processors.judge import Judge
from processors.overdue import Overdue
from processors.partition import Send

HOLD_US = 10
CHANGED, TOLD, MOVED = (Send("alerts", None, name, None) for name in (b"changed", b"told", b"moved"))


class _Steps:
    """Always has something to tell, and a step due."""

    def __init__(self) -> None:
        self.telling: Telling[Any] = Telling(("a", "h"), True)

    def tell(self, sends: list[Send]) -> None:
        sends.append(TOLD)

    def move_clock(self, now_us: int, sends: list[Send]) -> None:
        sends.append(MOVED)


class _Stage(Deciding):
    def __init__(self, *, durable: bool = True) -> None:
        super().__init__(_Steps(), ClockHold(HOLD_US, HOLD_US), durable)

    cut = 3

    def _change_rules(self, now_us: int, sends: list[Send]) -> None:
        sends.append(CHANGED)


def test_both_stages_are_such() -> None:
    """So whoever starts them asks for nothing else."""
    assert issubclass(Judge, Deciding)
    assert issubclass(Overdue, Deciding)


def test_changed_rules_are_looked_at_once_and_first() -> None:
    """They may end alerts that records would otherwise be judged by."""
    stage = _Stage()
    assert stage.tick(0) == [CHANGED, TOLD]
    assert stage.tick(1) == [TOLD]


def test_the_clock_waits_and_telling_does_not() -> None:
    """What is told was decided before and is durable."""
    stage = _Stage()
    stage.tick(0)
    assert stage.tick(HOLD_US - 1) == [TOLD]
    assert stage.tick_live(HOLD_US) == [TOLD, MOVED]


def test_the_clock_waits_for_records_that_there_were_at_the_start() -> None:
    """A predecessor may have read them."""
    stage = _Stage()
    stage.wait_for(4)
    stage.tick(0)
    assert stage.tick(HOLD_US) == [TOLD]
    stage.cut = 4
    assert stage.tick(HOLD_US) == [TOLD, MOVED]


def test_where_nothing_is_restored_the_clock_decides_at_once() -> None:
    """As in a replay."""
    assert _Stage(durable=False).tick(0) == [CHANGED, TOLD, MOVED]
