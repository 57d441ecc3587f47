"""What becomes of a message that some of a receiver's people have."""

from processors.notify.queue import BACK_OFF_MAX_US, GIVE_UP_US
from tests.processors.notify.timeline import MINUTE_US, Timeline, alert, at_us


def told(line: Timeline) -> Timeline:
    """Let it be decided what is said, and written."""
    line.decide()
    line.save()
    return line


def begun() -> Timeline:
    """Return an installation in which some of `sales` have heard of an alert."""
    line = Timeline()
    line.publish(alert(team="north"))
    line.now_us = at_us(1)
    item = told(line).attempt("sales")
    assert item is not None
    line.notifier.fates.partly("sales", item, "1 of 2 did not take it", "thread", line.now_us, 0.99)
    line.save()
    return line


def test_who_heard_of_it_hears_of_its_end_at_once() -> None:
    """It is not taken back for the sake of the others, whose retry nobody waits for; the thread goes on."""
    line = begun()
    line.publish(alert(state="resolved", minute=2, team="north"))
    line.now_us = at_us(10)
    item = told(line).attempt("sales")

    assert item is not None
    assert item.queued.message.occasion.value == "resolved"
    assert line.notifier.fates.thread_of("sales", item) == "thread"
    line.notifier.fates.delivered("sales", item, None)
    line.save()
    assert len(line.notifier.queues["sales"]) == 0


def test_what_comes_during_a_retry_waits_for_that_one_only() -> None:
    """Also when the retry finds nobody there."""
    line = begun()
    line.now_us = at_us(9)
    retried = told(line).attempt("sales")
    assert retried is not None
    line.publish(alert(state="resolved", minute=2, team="north"))
    line.now_us = at_us(10)
    told(line)
    line.notifier.fates.later("sales", retried, "no connection", line.now_us, 0.99, None)
    item = line.attempt("sales")

    assert item is not None
    assert item.queued.message.occasion.value == "resolved"


def test_the_others_are_tried_again() -> None:
    """Until they have it, too; then nothing is left."""
    line = begun()
    line.now_us += BACK_OFF_MAX_US
    item = told(line).attempt("sales")

    assert item is not None
    assert item.queued.message.occasion.value == "firing"
    line.notifier.fates.delivered("sales", item, "thread")
    assert len(line.notifier.queues["sales"]) == 0


def test_after_a_crash_all_get_it_again_and_its_end_all_the_same() -> None:
    """Who has it is not written; that somebody has is."""
    line = begun()
    line.start()
    line.publish(alert(state="resolved", minute=2, team="north"))
    line.now_us = at_us(10)
    told(line)
    occasions = []
    while (item := line.attempt("sales")) is not None:
        occasions.append(item.queued.message.occasion.value)
        line.notifier.fates.delivered("sales", item, "thread")
        line.save()

    assert occasions[-1] == "resolved"


def test_what_was_not_tried_for_a_day_is_given_up() -> None:
    """Its receiver failed with another message, and is not to be reached; both are kept elsewhere."""
    line = Timeline()
    line.publish(alert(team="north"))
    line.now_us = at_us(1)
    told(line)
    while not line.notifier.queues["sales"].broken:
        line.now_us += MINUTE_US
        if (item := line.attempt("sales")) is not None:
            line.notifier.fates.later("sales", item, "busy", line.now_us, 0.5, None)
    line.publish(alert(team="south"))
    line.now_us += MINUTE_US
    assert [] == told(line).letters
    line.now_us += GIVE_UP_US

    assert {"busy", "not tried: the receiver was not to be reached"} == {
        letter.why for letter in told(line).letters if letter.reason == "given_up"
    }
    assert 0 == len(line.notifier.queues["sales"])


def test_who_never_takes_it_is_given_up_after_a_day() -> None:
    """The message is kept elsewhere then, with the reason."""
    line = begun()
    while not line.letters:
        line.now_us += GIVE_UP_US // 100
        item = told(line).attempt("sales")
        if item is not None:
            line.notifier.fates.partly("sales", item, "1 of 2 did not take it", None, line.now_us, 0.5)
            line.save()

    assert [(letter.reason.value, letter.why) for letter in line.letters] == [
        ("given_up", "1 of 2 did not take it")
    ]
