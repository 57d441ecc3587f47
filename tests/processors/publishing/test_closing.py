"""Corrections of closed periods: a day's cell says so until it is told that they are final again."""

from processors.adding.group import Group
from processors.calendar import Period
from processors.panes import Panes
from processors.publishing.closing import Closing
from processors.publishing.records import LATENESS_US
from tests.oracle.moments import instant
from tests.processors.engine import PLAN

CALLED = PLAN.bits.of("call")
NOW_US = instant("2026-03-10T12:00:00Z")


class Case:
    """A rep with calls on some days."""

    def __init__(self, *days: str):
        self.panes = Panes(PLAN)
        self.closing = Closing(self.panes)
        self.rep = self.panes.group({"rep": "ann"})
        for day in days:
            for period in self.panes.calendar.periods_of(self.day(day)):
                self.panes.restore_period(self.rep, period, {})

    def day(self, text: str) -> Period:
        """Return a day."""
        return self.panes.calendar.day_at(instant(f"{text}T00:00:00Z"))

    def month(self, text: str) -> Period:
        """Return the month of a day."""
        return next(one for one in self.panes.calendar.periods_of(self.day(text)) if one.name == "month")

    def correct(self, period: Period, at_us: int, group: Group | None = None) -> bool:
        """Note that a call more is in a period; say whether that is a correction."""
        return self.closing.note_correction(group or self.rep, period, CALLED, at_us)

    def said(self, *days: str) -> list[int]:
        """Return what the cells of days say."""
        return [self.closing.corrected_us(self.rep, self.day(day)) for day in days]


def test_a_running_period_is_not_corrected() -> None:
    """What counts in it is no correction, nor in one whose records were not final yet."""
    case = Case("2026-03-10")
    assert not case.correct(case.day("2026-03-10"), NOW_US)
    assert not case.correct(case.day("2026-03-10"), instant("2026-03-11T00:59:00Z"))
    assert [0] == case.said("2026-03-10")


def test_the_latest_day_of_the_period_says_so() -> None:
    """A month's correction stands with the last day that has anything; the latest correction counts."""
    case = Case("2026-02-02", "2026-02-05")
    assert case.correct(case.day("2026-02-02"), NOW_US)
    assert case.correct(case.month("2026-02-02"), NOW_US + 1)
    assert case.correct(case.day("2026-02-05"), NOW_US + 2)

    assert [NOW_US, NOW_US + 2, 0] == case.said("2026-02-02", "2026-02-05", "2026-02-06")
    assert 0 == case.closing.corrected_us(case.panes.group({"rep": "bob"}), case.day("2026-02-05"))


def test_another_day_takes_it_over() -> None:
    """Once the period has a later day, the earlier one's cell says it no more."""
    case = Case("2026-02-02")
    case.correct(case.month("2026-02-02"), NOW_US)
    assert [NOW_US, 0] == case.said("2026-02-02", "2026-02-05")

    case.panes.restore_period(case.rep, case.day("2026-02-05"), {})
    case.correct(case.month("2026-02-05"), NOW_US + 1)
    assert [0, NOW_US + 1] == case.said("2026-02-02", "2026-02-05")


def test_it_is_said_until_final_again() -> None:
    """An hour after its own last correction, however old the first is."""
    case = Case("2026-02-02", "2026-02-03")
    case.correct(case.day("2026-02-02"), NOW_US)
    case.correct(case.day("2026-02-03"), NOW_US + 1)
    case.correct(case.day("2026-02-02"), NOW_US + 2)

    case.closing.settle(NOW_US + LATENESS_US)
    assert [NOW_US + 2, NOW_US + 1] == case.said("2026-02-02", "2026-02-03")
    case.closing.settle(NOW_US + 1 + LATENESS_US)
    assert [NOW_US + 2, 0] == case.said("2026-02-02", "2026-02-03")
    case.closing.settle(NOW_US + 2 + LATENESS_US)
    assert [0, 0] == case.said("2026-02-02", "2026-02-03")
