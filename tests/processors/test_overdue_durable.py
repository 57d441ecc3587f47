"""What the clock decides is durable before it is told, over restarts and repeated messages."""

from processors.overdue import HOLD_US, START_HOLD_US
from schemas.waiting import BEHIND_US
from tests.processors.overdue_floor import MINUTE_US, START_US, Floor, assert_trustworthy, rules_of, states
from tests.processors.overdue_place import DAY, INQUIRY, OVERDUE, WEEK, floor, heard, received


def test_after_a_week_it_is_forgotten() -> None:
    """A resolved alert's record is withdrawn, and with it all that is kept."""
    place = floor(durable=True)
    received(place)
    place.clock(60)
    heard(place, 70, "inquiry.answered", 70)

    assert [] == place.clock(70 + WEEK - 0.01)
    assert [("withdrawn", "", "expired")] == states(place.clock(70 + WEEK))
    assert {"cut"} == {key.decode() for key, value in dict(place.overduing.changelog).items() if value}
    assert 0 == place.overdue.stats["inquiry_waiting_now"]


# Restarts


def test_the_clock_s_decision_is_told_when_it_is_durable() -> None:
    """Not before the checkpoint that holds it is written; what follows waits behind it."""
    place = floor(durable=True)
    received(place)
    place.now_us = START_US + 61 * MINUTE_US
    assert [] == place.tick()
    assert [] == heard(place, 62, "inquiry.answered", 62)
    place.checkpoint()
    assert [] == place.tick()
    place.checkpoint()

    assert [OVERDUE, ("resolved", "warning", "answered")] == states(place.tick())


def test_what_was_never_told_is_decided_again() -> None:
    """A crash before the checkpoint loses a decision that nobody has heard of."""
    place = floor(durable=True)
    received(place)
    place.checkpoint()
    place.now_us = START_US + 61 * MINUTE_US
    place.tick()
    place.crash_overdue()
    assert [] == heard(place, 62, "inquiry.answered", 62)

    place.settle()
    assert [] == place.messages


def test_a_restart_says_nothing_twice() -> None:
    """Restarted at any time, with the alert told or not, there is one alert and one end."""
    place = floor(durable=True)
    received(place)
    place.restart()
    place.settle()
    assert [OVERDUE] == states(place.clock(60))
    place.restart()
    place.settle()
    assert [] == place.clock(DAY - 1)
    assert [("firing", "critical", "escalated")] == states(place.clock(DAY))
    place.restart()
    heard(place, DAY + 1, "inquiry.answered", DAY + 1)
    place.crash_overdue()
    place.judge()
    place.settle()

    assert 4 == len(place.messages)
    assert place.messages[-1] == place.messages[-2]
    assert_trustworthy(place.messages)


def test_after_a_start_the_clock_waits() -> None:
    """Tracking may be restored at the same time and behind: for a minute nothing fires."""
    place = floor(durable=True)
    received(place)
    place.checkpoint()
    place.crash_overdue()
    place.now_us = START_US + 61 * MINUTE_US
    place.tick()
    place.now_us += START_HOLD_US - 1
    place.snapshot()
    place.tick()
    place.checkpoint()
    assert [] == place.tick()
    place.now_us += 1
    place.tick()
    for _ in range(2):
        place.checkpoint()

    assert [OVERDUE] == states(place.tick())


def test_while_tracking_is_behind_the_clock_waits() -> None:
    """An answer may be among what has not been read: ten seconds more from each sign of it."""
    place = floor(durable=True)
    received(place)
    place.clock(30)
    place.now_us = START_US + 61 * MINUTE_US
    place.append("call.logged", place.now_us, "acme")
    place.append("inquiry.answered", place.now_us - 2 * MINUTE_US, "acme", conversation="c1")
    place.now_us += BEHIND_US + 1000

    place.track(1)
    place.judge()
    assert [] == place.tick()
    place.now_us += HOLD_US - 1
    place.track()
    place.judge()
    place.now_us += 3 * HOLD_US
    place.settle()
    assert [] == place.messages


def test_a_clock_that_is_ahead_of_trackings_is_no_sign_that_it_is_behind() -> None:
    """Else nothing would ever be overdue, as long as there is something to do."""
    place = floor(durable=True)
    received(place)
    place.clock(30)
    place.now_us = START_US + 61 * MINUTE_US
    place.append("inquiry.received", place.now_us, "acme", conversation="c2")
    place.track()
    place.overdue.clock_ahead_us = 2 * BEHIND_US
    place.now_us += 2 * BEHIND_US
    place.judge()
    place.tick()
    for _ in range(2):
        place.checkpoint()

    assert [OVERDUE] == states(place.tick())


def test_repeated_rows_change_nothing() -> None:
    """What tracking says again after a crash is known; so is what a stale writer says of what is over."""
    place = floor()
    place.checkpoint()
    received(place)
    heard(place, 5, "inquiry.answered", 5)
    place.crash_tracker()
    place.track(1)
    place.judge()

    assert [] == place.clock(DAY)
    assert 1 <= place.overdue.stats["rows_repeated"]


def test_told_anew() -> None:
    """A rule that comes to what waits already fires by when that began; what waits no more is closed."""
    place = Floor(rules_of(d="kind: deal, limits: {warning: 1d}"))
    for conversation in ("c1", "c2"):
        place.append("inquiry.received", START_US, "acme", conversation=conversation, rep="ann", team="north")
    place.track()
    place.restart(rules_of(late=INQUIRY))
    place.now_us = START_US + 120 * MINUTE_US
    place.settle()

    assert {"late c1", "late c2"} == {
        key for key, alert in place.alerts.items() if alert["state"] == "firing"
    }

    # The state of tracking is made anew from a log that has lost the first inquiry: nobody will say that it is over.
    place.checkpoint()
    place.tracking.log[0] = place.tracking.log[0]._replace(value=b"{}")
    place.generation = 2
    place.tracking.changelog[:] = [(b"meta", b'[-1,0,"",-1]')]
    place.crash_tracker()
    place.tracker._activity.waiting.restored(0, ())  # type: ignore[union-attr]
    place.now_us += MINUTE_US
    place.track()
    place.tick_tracker()
    assert [("resolved", "warning", "answered")] == states(place.judge())
    assert "c1 of acme (ann, team north) was answered" in place.messages[-1].record["summary"]  # type: ignore[index]


# Changed rules
