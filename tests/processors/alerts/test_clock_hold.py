"""When the clock may decide."""

from processors.alerts.clock_hold import READ_MAX_US, ClockHold

START_US, BEHIND_US = 60, 10


def begun(last_offset: int = -1) -> ClockHold:
    """Return a hold that began at 0."""
    hold = ClockHold(START_US, BEHIND_US)
    hold.wait_for(last_offset)
    hold.begin(0)
    return hold


def test_without_a_start_there_is_nothing_to_wait_for() -> None:
    """Where nothing is ever restored the clock decides at once."""
    assert not ClockHold(START_US, BEHIND_US).lasts(-1, 0)


def test_it_lasts_a_while_after_the_start() -> None:
    """Even when there is nothing to read."""
    hold = begun()
    assert hold.lasts(-1, START_US - 1)
    assert not hold.lasts(-1, START_US)


def test_it_lasts_until_what_there_was_is_read() -> None:
    """Then, and not before; what comes after is not waited for, nor again what was read."""
    hold = begun(last_offset=7)
    assert hold.lasts(6, START_US)
    assert not hold.lasts(7, START_US)
    assert not hold.lasts(6, START_US)


def test_what_never_comes_is_waited_for_an_hour() -> None:
    """Compaction may have taken the last record: alerts must not wait for ever."""
    hold = begun(last_offset=7)
    assert hold.lasts(6, READ_MAX_US - 1)
    assert not hold.lasts(6, READ_MAX_US)


def test_old_records_are_a_sign_of_more() -> None:
    """Each prolongs the hold, and none shortens it."""
    hold = begun()
    hold.is_behind(START_US - BEHIND_US - 5)
    assert not hold.lasts(0, START_US)
    hold.is_behind(START_US)
    assert hold.lasts(0, START_US + BEHIND_US - 1)
    assert not hold.lasts(0, START_US + BEHIND_US)
