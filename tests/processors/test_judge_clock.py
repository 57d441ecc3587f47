"""What the clock decides: told when it is durable, and not before what waits is read."""

from processors.judge import BEHIND_US, HOLD_US
from processors.publishing.records import rfc3339
from schemas.rule import Rule
from tests.processors.alert_sequences import MINUTE_US, kpi_body
from tests.processors.judge_timeline import NORTH, SLOW, Timeline, at, states


def test_for_elapses_with_no_record() -> None:
    """The clock fires an alert at the time it was due, however late it ticks."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)

    assert place.clock(4.9) == []
    (firing,) = place.clock(6)

    assert (firing.state, firing.revision) == ("firing", at(5) // 1000)


def test_what_the_clock_decides_is_told_only_when_it_is_durable() -> None:
    """A crash must not take back what was told: so it is written first, and told when that is sure."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.now_us = at(6)

    assert place.tick() == []
    place.unwritten = place.judge.snapshot()
    assert place.tick() == []
    place.write()
    place.unwritten = place.judge.snapshot()

    assert states(place.tick()) == [("firing", "above_threshold")]


def test_a_record_that_contradicts_waits_behind_the_clock() -> None:
    """Computed before the alert was due, read after: fired and resolved, in this order, or neither."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.now_us = at(6)
    place.tick()
    place.publish(NORTH, kpi_body(60, 31, at(4), at(6) // 1000))

    assert place.consume() == []
    assert states(place.settle()) == [("firing", "above_threshold"), ("resolved", "recovered")]


def test_a_crash_before_that_tells_neither() -> None:
    """What was decided and lost with the process was never told."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.now_us = at(6)
    place.tick()
    place.crash()
    place.publish(NORTH, kpi_body(60, 31, at(4), at(6) // 1000))

    assert states(place.consume()) == [("withdrawn", "breach_ended")]


def test_a_crash_after_that_tells_it() -> None:
    """What was decided and written is told after the restart, even if the process had not come to it."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.now_us = at(6)
    place.tick()
    place.unwritten = place.judge.snapshot()
    place.crash(written_groups=1)

    assert states(place.tick()) == [("firing", "above_threshold")]


def test_told_is_told() -> None:
    """Once a checkpoint has kept that the clock's decision was told, no restart tells it again."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    assert states(place.clock(6)) == [("firing", "above_threshold")]
    place.checkpoint()
    place.crash()

    assert place.clock(7) == []


def test_without_a_changelog_the_clock_is_told_at_once() -> None:
    """A replay has nothing to wait for."""
    place = Timeline({"slow-response": SLOW}, durable=False)
    place.value(0, 5400)
    place.now_us = at(5)

    assert states(place.tick()) == [("firing", "above_threshold")]


def test_the_clock_waits_after_a_start() -> None:
    """For ten seconds after a restart, records that came meanwhile have the first word."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.crash()

    assert place.clock(30) == []
    assert states(place.clock(30 + HOLD_US / MINUTE_US)) == [("firing", "above_threshold")]


def test_a_clock_that_is_ahead_of_the_records_is_no_sign_of_being_behind() -> None:
    """Else it would never decide, as long as records come."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.clock(1)
    place.judge.clock_ahead_us = 2 * BEHIND_US
    place.publish("other|rolling_24h|", kpi_body(1, 1, at(1), 1))
    place.now_us = at(8) + BEHIND_US
    place.log[-1] = place.log[-1]._replace(timestamp=(place.now_us - 2 * BEHIND_US) // 1000)
    place.consume()

    assert place.tick() == []
    assert place.judge.stats["alerts_firing_now"] == 1


def test_the_clock_waits_while_the_judge_is_behind() -> None:
    """While the records read are old, newer ones are waiting, and the clock decides nothing."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.clock(1)
    place.publish("other|rolling_24h|", kpi_body(1, 1, at(1), 1))
    place.now_us = at(8) + BEHIND_US
    place.consume()

    assert place.tick() == []
    assert place.judge.stats["alerts_pending_now"] == 1


DAY_MINUTES = 24 * 60


def test_a_clock_that_was_ahead_holds_nothing_up() -> None:
    """What was seen by it counts from when it is set back: nobody waits until its time comes again."""
    place = Timeline({"slow-response": SLOW})
    place.now_us = at(DAY_MINUTES)
    place.tick()
    place.publish(NORTH, kpi_body(5400, 31, at(0), at(0) // 1000))
    assert states(place.consume()) == [("pending", "above_threshold")]

    assert place.clock(1) == []
    assert states(place.clock(7)) == [("firing", "above_threshold")]


def test_a_start_by_a_clock_that_was_ahead_holds_nothing_up() -> None:
    """Ten seconds after a start are over ten seconds after it is set back."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.now_us = at(DAY_MINUTES)
    place.crash()
    place.tick()

    assert place.clock(30) == []
    assert states(place.clock(31)) == [("firing", "above_threshold")]


MONTH = "won_revenue|month:2026-11|"
BEHIND = Rule.model_validate({"kpi": "won_revenue", "window": "month", "below": 100})
PERIOD = {"start": rfc3339(at(-DAY_MINUTES)), "end": rfc3339(at(DAY_MINUTES))}


def test_a_period_that_a_clock_ended_too_soon_goes_on() -> None:
    """Else its rule would be silent until it is over."""
    place = Timeline({"behind": BEHIND})
    assert states(place.value(0, 60, key=MONTH, **PERIOD)) == [("firing", "below_threshold")]
    assert states(place.clock(2 * DAY_MINUTES)) == [("resolved", "period_over")]

    assert states(place.value(2, 70, key=MONTH, **PERIOD)) == [("firing", "below_threshold")]
    assert states(place.value(3, 100, key=MONTH, **PERIOD)) == [("resolved", "recovered")]


def test_a_record_from_before_the_end_of_a_period_means_nothing_after_it() -> None:
    """It was read late."""
    place = Timeline({"behind": BEHIND})
    place.value(0, 60, key=MONTH, **PERIOD)
    place.clock(DAY_MINUTES + 1)
    place.publish(MONTH, kpi_body(70, 31, at(DAY_MINUTES - 1), at(DAY_MINUTES) // 1000, **PERIOD))

    assert place.consume() == []
