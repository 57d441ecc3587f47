"""The queue of one receiver: order, back-off, breaker, and the end of patience."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.notify.queue import (
    BACK_OFF_MAX_US,
    BACK_OFF_MIN_US,
    BACK_OFF_US,
    FAILURES_MAX,
    GIVE_UP_US,
    OPEN_US,
    RETRY_AFTER_MAX_US,
    Item,
    ReceiverQueue,
    back_off_us,
)
from schemas.delivery.route import RateLimit
from schemas.message import Message, Occasion
from schemas.notified import Queued

SECOND_US = 1_000_000


def item(group: str, number: int = 1, severity: str = "warning", since_us: int = 0) -> Item:
    """Return a message of a group."""
    message = Message(
        id=f"{group}-{number}", route="default", group=group, revision=number, occasion=Occasion.FIRING,
        severity=severity, title="t", text="t", alerts=(), created_at="2026-11-21T09:00:00Z",
    )  # fmt: skip
    return Item(group, Queued("sales", message, since_us))


def filled(*items: Item) -> ReceiverQueue:
    """Return a queue with these."""
    queue = ReceiverQueue()
    for one in items:
        queue.put(one)
    return queue


def test_one_at_a_time_the_worst_first() -> None:
    """While something is on its way nothing else is tried."""
    mild, bad = item("mild"), item("bad", severity="critical")
    queue = filled(mild, bad)

    assert queue.next(0) is bad
    assert queue.next(0) is None
    assert queue.due_us() is None
    queue.delivered(bad)
    assert queue.next(0) is mild
    queue.delivered(mild)
    assert len(queue) == 0
    assert queue.next(0) is None


def test_a_groups_messages_keep_their_order() -> None:
    """The second waits for the first, however severe it is; other groups don't."""
    first, second, other = item("g", 1), item("g", 2, severity="critical"), item("h")
    queue = filled(first, second, other)

    assert queue.next(0) is first
    assert queue.later(first, 0, 0.5)
    assert queue.next(0) is other
    queue.delivered(other)
    assert queue.next(0) is None
    assert queue.due_us() == BACK_OFF_US // 2
    assert queue.next(BACK_OFF_US // 2) is first
    queue.delivered(first)
    assert queue.next(BACK_OFF_US) is second


def test_retries_come_later_and_later() -> None:
    """Twice as long at most each time, up to five minutes, and never at once."""
    assert [back_off_us(BACK_OFF_US, times, 0.999999) // SECOND_US for times in (0, 1, 2, 3, 20, 10_000)] == [
        0, 1, 3, 7, 299, 299,
    ]  # fmt: skip
    assert back_off_us(BACK_OFF_US, 3, 0.0) == BACK_OFF_MIN_US


@pytest.mark.parametrize(
    ("asked_us", "waits_us"),
    [(90 * SECOND_US, 90 * SECOND_US), (10 * RETRY_AFTER_MAX_US, RETRY_AFTER_MAX_US)],
)
def test_a_receiver_that_wants_a_pause_gets_one(asked_us: int, waits_us: int) -> None:
    """All of its messages wait, but not for ever."""
    first, other = item("g"), item("h")
    queue = filled(first, other)

    assert queue.next(0) is first
    queue.later(first, 0, 0.0, asked_us)

    assert queue.due_us() == waits_us
    assert queue.next(waits_us - 1) is None
    assert queue.next(waits_us) is other


def test_a_receiver_that_fails_again_and_again_is_left_alone() -> None:
    """The breaker opens; then one try, and when that fails a longer pause; success closes it."""
    queue = filled(*(item(str(number)) for number in range(FAILURES_MAX + 3)))
    for _ in range(FAILURES_MAX):
        tried = queue.next(0)
        assert tried is not None
        queue.later(tried, 0, 0.9)

    assert queue.broken
    assert queue.due_us() == round(OPEN_US * 0.9)
    now_us = OPEN_US
    probe = queue.next(now_us)
    assert probe is not None
    queue.later(probe, now_us, 0.9)
    assert queue.due_us() == now_us + round(2 * OPEN_US * 0.9)
    now_us += 2 * OPEN_US
    probe = queue.next(now_us)
    assert probe is not None
    queue.delivered(probe)
    assert not queue.broken
    assert queue.due_us() == 0


def test_after_a_day_it_is_given_up() -> None:
    """By the attempt that fails then."""
    queue = filled(item("old"), item("young", since_us=1))
    old = queue.next(GIVE_UP_US)
    assert old is not None

    assert not queue.later(old, GIVE_UP_US, 0.5)
    young = queue.next(GIVE_UP_US)
    assert young is not None
    assert queue.later(young, GIVE_UP_US, 0.5)
    assert len(queue) == 1


def test_what_waits_for_a_receiver_that_is_not_to_be_reached_is_given_up_untried() -> None:
    """Else a day's queue would be tried one by one, half a minute each. Whom we reach gets what is late."""
    queue = filled(item("failing"), item("waiting"), item("young", since_us=1))
    assert queue.give_up(GIVE_UP_US) == []
    for times in range(FAILURES_MAX):
        tried = queue.next(times * BACK_OFF_MAX_US)
        assert tried is not None
        queue.later(tried, times * BACK_OFF_MAX_US, 0.5)

    assert {one.group for one in queue.give_up(GIVE_UP_US)} == {"failing", "waiting"}
    assert queue.give_up(GIVE_UP_US) == []
    assert len(queue) == 1


def test_what_is_replaced_is_not_tried() -> None:
    """Unless it is on its way."""
    first, second = item("g", 1), item("g", 2)
    queue = filled(first, second)

    assert queue.next(0) is first
    assert not queue.take_back("g", "g-1")
    assert queue.take_back("g", "g-2")
    assert not queue.take_back("g", "g-2")
    assert not queue.take_back("unknown", "x")
    queue.delivered(first)
    assert queue.next(0) is None


def test_the_oldest_message_tells_how_far_behind_a_receiver_is() -> None:
    """None when it has everything."""
    queue = filled(item("g", since_us=7), item("h", since_us=3))

    assert queue.oldest_us == 3
    assert ReceiverQueue().oldest_us is None


@given(
    st.lists(st.sampled_from(["put", "ok", "partly", "later", "no", "wait", "back"]), max_size=60), st.data()
)
def test_nothing_is_lost_or_doubled(steps: list[str], data: st.DataObject) -> None:
    """Whatever happens, each message ends once, those of a group in their order, and what waits has a time."""
    queue, put, ended, now_us = ReceiverQueue(), [], [], 0
    for number, step in enumerate(steps):
        match step:
            case "put":
                put.append(item(data.draw(st.sampled_from("abc")), number))
                queue.put(put[-1])
            case "wait":
                now_us += data.draw(st.integers(0, GIVE_UP_US // 4))
            case "back":
                waiting = [one for one in put if one not in ended and not one.in_flight]
                if waiting:
                    one = data.draw(st.sampled_from(waiting))
                    if queue.take_back(one.group, one.queued.message.id):
                        put.remove(one)
                    else:
                        assert one.reached
            case _:
                one = queue.next(now_us)
                if one is None:
                    due_us = queue.due_us()
                    assert (due_us is None) == (len(queue) == 0)
                    now_us = max(now_us, due_us or 0)
                    continue
                assert one is next(other for other in put if other.group == one.group and other not in ended)
                if step == "ok":
                    queue.delivered(one)
                    ended.append(one)
                elif step == "no":
                    queue.refused(one)
                    ended.append(one)
                elif step == "partly":
                    if not queue.partly(one, now_us, data.draw(st.floats(0, 0.999))):
                        ended.append(one)
                    passed = queue.passed_over(one.group)
                    if passed is not None:
                        assert passed is one
                        ended.append(passed)
                elif not queue.later(one, now_us, data.draw(st.floats(0, 0.999))):
                    ended.append(one)
        assert len(queue) == len(put) - len(ended)


def test_a_mailbox_that_is_full_is_no_receiver_that_fails() -> None:
    """The others have the message, so nothing waits for longer than a retry does, and it can't be taken back."""
    queue, now_us = filled(item("g")), 0
    for _ in range(2 * FAILURES_MAX):
        tried = queue.next(now_us)
        assert tried is not None
        queue.partly(tried, now_us, 0.9)
        now_us += BACK_OFF_MAX_US
    queue.put(item("other"))

    assert not queue.broken
    assert not queue.take_back("g", "g-1")
    assert queue.next(now_us) is not None


def test_something_newer_is_for_everybody() -> None:
    """Who was put off need not get the old message first, nor do the others wait for that."""
    queue = filled(item("g"))
    tried = queue.next(0)
    assert tried is not None
    queue.partly(tried, 0, 0.9)
    assert queue.passed_over("g") is None
    queue.put(item("g", 2))

    assert queue.passed_over("g") is tried
    newer = queue.next(0)
    assert newer is not None
    assert (newer.queued.message.id, len(queue)) == ("g-2", 1)


RATE = {"default": RateLimit.model_validate({"messages": 2, "per": "1h"})}
HOUR_US = 3_600 * SECOND_US


def test_what_piled_up_keeps_to_its_routes_rate() -> None:
    """Two an hour, wherever the hour begins, and the worst first."""
    queue, sent = ReceiverQueue(RATE), []
    for number in range(5):
        queue.put(item(f"g{number}", severity="critical" if number == 4 else "warning"))
    for second in range(0, 3 * 3_600, 60):
        while (found := queue.next(second * SECOND_US)) is not None:
            sent.append((second, found.group))
            queue.delivered(found)

    assert sent == [(0, "g4"), (0, "g0"), (3_600, "g1"), (3_600, "g2"), (7_200, "g3")]


def test_it_says_when_the_rate_lets_the_next_go() -> None:
    """Nobody need ask again before."""
    queue = ReceiverQueue(RATE)
    for at_us in (0, 10 * SECOND_US):
        queue.arrived("default", at_us)
    queue.put(item("g"))

    assert queue.next(20 * SECOND_US) is None
    assert queue.due_us() == HOUR_US
    assert queue.next(HOUR_US) is not None


def test_only_what_arrived_counts() -> None:
    """A failure is no message; nor is what is only sent again; another route has its own rate."""
    queue = ReceiverQueue(RATE)
    first, again = item("g"), Item("x", item("x").queued, kept=False)
    queue.put(first)
    assert queue.next(0) is first
    queue.later(first, 0, 0.0)
    for _ in range(3):
        queue.put(again)
        assert queue.next(0) is again
        queue.delivered(again)
    queue.arrived("other", 0)

    assert queue.next(SECOND_US) is first
    queue.delivered(first)
    queue.put(item("h"))
    assert queue.next(2 * SECOND_US) is not None
