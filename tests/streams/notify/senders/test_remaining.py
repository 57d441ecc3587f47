"""Who is still to get a message."""

from streams.notify.sender import Fate, Outcome
from streams.notify.senders.remaining import MESSAGES_MAX, Remaining


def test_all_at_once() -> None:
    """When everybody has it, it is delivered, and nothing is kept."""
    remaining = Remaining(["a", "b"], "addresses")

    assert remaining.outcome("m", ["a", "b"], [], "", "thread") == Outcome(Fate.DELIVERED, thread="thread")
    assert remaining.of("m") == ("a", "b")


def test_some_wait() -> None:
    """Only those who have not got it are tried again."""
    remaining = Remaining(["a", "b", "c"], "addresses")

    assert remaining.outcome("m", ["a"], [], "answered 450") == Outcome(
        Fate.PARTLY, "2 of 3 addresses did not take it: answered 450"
    )
    assert remaining.outcome("n", [], ["b"], "answered 450").fate is Fate.LATER, "nobody has it"
    assert remaining.of("m") == ("b", "c")
    assert remaining.of("other") == ("a", "b", "c")
    assert remaining.outcome("m", ["b", "c"], [], "") == Outcome(Fate.DELIVERED)


def test_some_never_will() -> None:
    """It is delivered to the others, and said of whom not; it is refused when nobody took it."""
    remaining = Remaining(["a", "b"], "addresses")

    assert remaining.outcome("m", ["a"], ["b"], "answered 550") == Outcome(
        Fate.DELIVERED, "1 of 2 addresses refused it: answered 550"
    )
    assert remaining.outcome("n", [], ["b"], "answered 450").fate is Fate.LATER
    assert remaining.of("n") == ("a",)
    assert remaining.outcome("n", [], ["a"], "answered 550") == Outcome(
        Fate.REFUSED, "2 of 2 addresses refused it: answered 550"
    )


def test_memory_is_bounded() -> None:
    """Of many messages that wait the oldest begins anew."""
    remaining = Remaining(["a", "b"], "addresses")
    for number in range(MESSAGES_MAX + 1):
        remaining.outcome(str(number), ["a"], [], "")

    assert remaining.of("0") == ("a", "b")
    assert remaining.of("1") == ("b",)
