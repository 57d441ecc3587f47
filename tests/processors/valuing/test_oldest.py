"""The oldest that is open: on whatever days there was or is something else. Ages of panes are in test_view.py."""

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.calendar import Period
from processors.planning.vector import Vector
from processors.valuing.oldest import OpenDays
from tests.processors.engine import PLAN

SLOT = 4_096
FIRST = 739_000


def day(number: int) -> Period:
    return PLAN.calendar.day(FIRST + number)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(-2, 2), st.booleans()), max_size=60),
    st.integers(-1, 3),
)
def test_what_is_known_of_days_never_misleads(steps: list[tuple[int, int, bool]], after: int) -> None:
    """Days that came, went, or have nothing open for a while: as if all were looked at."""
    periods: dict[Period, Vector] = {PLAN.calendar.all_time: {SLOT: 99}}
    known = OpenDays()
    for number, amount, goes in steps:
        cell = periods.setdefault(day(number), {})
        cell[SLOT] = max(cell.get(SLOT, 0) + amount, 0)
        if goes:
            del periods[day(number)]
        is_open = {one: cell[SLOT] for one, cell in periods.items() if one.name == "day" and cell[SLOT] > 0}
        kept = {one: n for one, n in is_open.items() if one.ordinal > FIRST + after}

        assert kept == known.counts(periods, SLOT, sum(is_open.values()), FIRST + after)


def test_days_are_looked_at_once() -> None:
    """A group has a day for each of its years, and few of them have anything open."""
    looked = list[Period]()

    class Noted(dict[Period, Vector]):
        def __getitem__(self, period: Period) -> Vector:
            looked.append(period)
            return super().__getitem__(period)

    periods = Noted({day(number): {SLOT: int(number in {3, 700})} for number in range(800)})
    known = OpenDays()
    first = known.counts(periods, SLOT, 2, 0)
    looked.clear()

    assert first == known.counts(periods, SLOT, 2, 0) == {day(3): 1, day(700): 1}
    assert {day(3), day(700)} == {*looked}
