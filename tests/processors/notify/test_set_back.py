"""A clock that was ahead for a while, and was set back: nobody waits until the time that it showed comes again."""

import pytest

from schemas.message import Message, Occasion
from tests.processors.notify.timeline import FILE, MINUTE_US, START_US, Timeline, alert

YEAR_US = 365 * 24 * 60 * MINUTE_US

TOGETHER = FILE.replace("[rule, team]", "[]")
FILES = {
    "an interval": (TOGETHER, 6),
    "a rate": (FILE + "  rate_limit: {messages: 1, per: 10m}\n", 11),
    "reminders": (FILE.replace("[rule, team]", "[id]") + "  repeat_interval: 20m\n", 1),
    "a digest": (TOGETHER + '  digest: "08:00"\n', 24 * 60),
}


def told(line: Timeline, minutes: float) -> list[Message]:
    """Let time pass; return what is told meanwhile."""
    before = len(line.got)
    for _ in range(round(minutes * 6)):
        line.now_us += MINUTE_US // 6
        line.deliver()
    return [message for _, _, message in line.got[before:]]


def ahead(file: str) -> Timeline:
    """Return an installation that told of an alert while its clock was a year ahead, and is right again."""
    line = Timeline(file)
    line.now_us += YEAR_US
    line.publish(alert(team="north"))
    assert told(line, 24 * 60 if "digest" in file else 1)
    line.now_us = START_US
    return line


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("what", FILES)
def test_what_begins_is_told_as_soon_as_the_route_says(what: str, restarts: bool) -> None:
    """Also after a restart, which reads what was noted while the clock was ahead."""
    file, within_minutes = FILES[what]
    line = ahead(file)
    if restarts:
        line.start()
    south = alert(team="south", minute=1)
    line.publish(south)

    assert south.id in {one.id for message in told(line, within_minutes) for one in message.alerts}


def test_a_rate_makes_no_room() -> None:
    """What was sent while the clock was ahead counts as sent when it was set back."""
    line = ahead(FILES["a rate"][0])
    line.publish(alert(team="south", minute=1))

    assert told(line, 9) == []


def test_reminders_go_on() -> None:
    """The next one comes an interval after the clock was set back."""
    line = ahead(FILES["reminders"][0])

    assert told(line, 19) == []
    assert [message.occasion for message in told(line, 2)] == [Occasion.REMINDER]


def test_what_is_over_is_quiet_for_as_long_as_the_route_says() -> None:
    """Not until the year is over."""
    line = ahead(FILE.replace("group_interval: 5m", "group_interval: 1m") + "  cool_down: 5m\n")
    line.now_us += YEAR_US
    line.publish(alert(state="resolved", minute=1, team="north"))
    assert [message.occasion for message in told(line, 2)] == [Occasion.RESOLVED]
    line.now_us = START_US
    line.publish(alert(minute=2, began=2, team="north"))

    assert told(line, 4) == []
    assert [message.occasion for message in told(line, 2)] == [Occasion.FIRING]


def test_what_failed_is_tried_again() -> None:
    """Soon, though the time of the next try lies ahead; and its day begins when the clock is set back."""
    line = Timeline()
    line.publish(alert(team="north"))
    line.now_us += YEAR_US
    line.decide()
    line.save()
    item = line.attempt("sales")
    assert item is not None
    line.notifier.fates.later("sales", item, "busy", line.now_us, 0.9, 3_600_000_000)
    line.now_us = START_US + MINUTE_US
    line.decide()

    assert line.notifier.queues["sales"].oldest_us == line.now_us
    line.now_us += 61 * MINUTE_US
    assert line.attempt("sales") is item


def test_a_clock_that_is_held_in_step_changes_nothing() -> None:
    """Records are not written anew for parts of a second."""
    line = Timeline()
    line.publish(alert(team="north"))
    told(line, 1)
    line.now_us -= 900_000
    line.decide()

    assert line.save() == []
