"""Steps of alerts are told at once, or when a checkpoint holds them."""

from dataclasses import dataclass, field

from processors.alerts.telling import SLICE_MAX, Said, Telling
from processors.partition import Send
from schemas.alert import AlertState, Reason


def words(revision: int) -> Said:
    """Return a step that withdraws an alert."""
    return Said(None, Reason.EXPIRED, revision, "a")


@dataclass(eq=False)
class Holder:
    """What has one alert."""

    untold: list[Said] = field(default_factory=list)


def telling(durable: bool = True) -> Telling[Holder]:
    """Return what tells of holders."""
    return Telling(("alerts", "history"), durable)


def revisions(sends: list[Send]) -> list[int]:
    """Return the revisions that were told."""
    return [int(dict(send.headers)["revision"]) for send in sends]


def test_what_a_record_decides_is_told_at_once() -> None:
    """It would be decided again."""
    one, sends = telling(), list[Send]()
    one.say(Holder(), words(1), sends, by_clock=False)

    assert [1] == revisions(sends)
    assert 1 == one.sent


def test_what_the_clock_decides_is_told_after_the_second_snapshot() -> None:
    """The first has it, the second says that the first is durable; what follows waits behind it."""
    one, holder, sends = telling(), Holder(), list[Send]()
    one.say(holder, words(1), sends, by_clock=True)
    one.say(holder, words(2), sends, by_clock=False)
    one.snapshot()
    assert [] == one.tell(sends)
    one.snapshot()

    assert [holder] == one.tell(sends)
    assert [1, 2] == revisions(sends)
    assert [] == holder.untold


def test_one_decision_more_puts_it_off() -> None:
    """They are told together, in their order."""
    one, holder, sends = telling(), Holder(), list[Send]()
    one.say(holder, words(1), sends, by_clock=True)
    one.snapshot()
    one.say(holder, words(2), sends, by_clock=True)
    one.snapshot()
    assert [] == one.tell(sends)
    one.snapshot()

    assert [holder] == one.tell(sends)
    assert [1, 2] == revisions(sends)


def test_what_was_restored_untold_is_told() -> None:
    """It is durable, since it was read."""
    one, sends = telling(), list[Send]()
    one.resume(Holder())
    kept = Holder([words(7)])
    one.resume(kept)

    assert [kept] == one.tell(sends)
    assert [7] == revisions(sends)


def test_where_nothing_is_ever_restored_the_clock_is_told_at_once() -> None:
    """In a replay and in declared tests."""
    one, sends = telling(durable=False), list[Send]()
    one.say(Holder(), words(1), sends, by_clock=True)

    assert [1] == revisions(sends)


def test_a_tick_tells_a_slice() -> None:
    """Others get their turn."""
    one, sends = telling(), list[Send]()
    for _ in range(SLICE_MAX + 1):
        one.resume(Holder(untold=[words(1)]))
    assert SLICE_MAX == len(one.tell(sends))

    assert 1 == len(one.tell([]))


def test_alerts_are_counted_under_their_labels() -> None:
    """One leaves where it was, and is counted where it is."""
    one = telling()
    firing = ("r", "warning", AlertState.FIRING)
    one.count(None, firing)
    one.count(firing, ("r", "critical", AlertState.FIRING))

    assert 0 == one.alerts[firing]
    assert 1 == one.alerts["r", "critical", AlertState.FIRING]
