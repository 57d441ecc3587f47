"""How far a machine's clock is ahead: what comes when all before it were read has just been appended."""

from collections.abc import Sequence

import pytest

from streams.process.clock_difference import OFF_US, SAMPLES, ClockDifference, HearsClock
from streams.settings import Settings
from streams.topology import stages
from tests.processors.engine import PLAN

NOW_MS = 1_795_251_600_000


def after(ages_ms: Sequence[int], *, all_read: bool = True) -> ClockDifference:
    """Return what is known after records that seemed to be so old when they came."""
    clock = ClockDifference()
    for age_ms in ages_ms:
        clock.read(all_read)
        clock.comes(NOW_MS - age_ms, NOW_MS * 1000)
    return clock


@pytest.mark.parametrize("ahead_ms", [120_000, 20, -90_000])
def test_the_least_age_is_the_difference(ahead_ms: int) -> None:
    """On their way all records grow a little older."""
    ages = [ahead_ms + way_ms for way_ms in (5, 300, 0, 40, 7)]

    assert after(ages).ahead_us == ahead_ms * 1000


def test_few_records_say_nothing() -> None:
    """One may have waited while the process was stopped."""
    assert after([600_000] * (SAMPLES - 1)).ahead_us is None
    assert after([600_000, *[10] * (SAMPLES - 1)]).ahead_us == 10_000


def test_what_waited_says_nothing() -> None:
    """It may be as old as it seems."""
    assert after([600_000] * 9, all_read=False).ahead_us is None


def test_a_clock_that_is_set_is_found_out() -> None:
    """Backwards at once, forwards when the records before that are forgotten."""
    assert after([0] * SAMPLES + [-60_000]).ahead_us == -60_000_000
    assert after([0] * SAMPLES + [60_000] * SAMPLES).ahead_us == 60_000_000


@pytest.mark.parametrize("sign", [1, -1])
def test_it_is_said_once_that_clocks_are_too_far_apart(sign: int) -> None:
    """And once more when they were right meanwhile."""
    clock, said = ClockDifference(), []
    for off in (False, True, True, False, True):
        for _ in range(SAMPLES):
            clock.read(True)
            said.append(clock.comes(NOW_MS - sign * off * OFF_US // 1000, NOW_MS * 1000))

    assert said.count(True) == 2


def test_who_compares_times_hears_of_it() -> None:
    """The real ones do; a renamed attribute would leave them by their own clock."""
    made = {stage.name: stage.make(0) for stage in stages(Settings(), PLAN, {})}

    assert {name for name, one in made.items() if isinstance(one, HearsClock)} == {
        "track",
        "judge",
        "overdue",
    }
