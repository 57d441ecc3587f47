"""What a partition of tracking says of itself, and what follows of it after a rebuild."""

import orjson

from processors.decode import decode
from processors.track import Tracker
from processors.tracking.meta import KEY, NOTHING_TOLD, TrackMeta, read_meta
from tests.oracle.moments import instant
from tests.oracle.telling import event, rep_updated
from tests.processors.engine import PLAN
from tests.processors.tracked import TOPICS, WEEK_US, Desk, to


class Second(Desk):
    """A partition of the second generation."""

    def _new(self) -> Tracker:
        return Tracker(PLAN, 0, TOPICS, WEEK_US, 2)


def written(desk: Desk) -> TrackMeta:
    """Return what the latest checkpoint says."""
    desk.checkpoint()
    value = dict(desk.log)[KEY]
    assert value is not None
    return read_meta(value)


CALL = event("call.logged", "10:00", rep="ann")


def test_the_first_generation() -> None:
    """It says how far it is, and under which catalog; nobody was there before."""
    desk = Desk()
    desk.event(CALL)

    assert TrackMeta(0, instant("2026-03-04T10:00:00Z"), PLAN.name, NOTHING_TOLD) == written(desk)


def test_what_was_written_before_there_were_generations() -> None:
    """Is of the first."""
    assert TrackMeta(5, 7, "", NOTHING_TOLD) == read_meta(b"[5,7]")


def test_a_rebuild_tells_nothing_but_facts() -> None:
    """Dead letters, and what stands wrong, were published when they first came."""
    desk = Second()
    sends = [*desk.raw(b"{"), *desk.raw(orjson.dumps(CALL), key=b"wrong"), *desk.event(CALL)]

    assert [("facts", b"0@2")] == [(send.topic, send.key) for send in sends]
    assert (1, 1) == (desk.tracker.stats["dead_letters_bad_json"], desk.tracker.stats["rekeyed"])
    assert written(desk).quiet_until is None


def test_after_it_was_taken_over_it_tells_what_is_new() -> None:
    """Up to where the generation before was, nothing is published twice, restarts included."""
    desk = Second()
    desk.raw(b"{")
    desk.checkpoint()
    desk.restart()
    assert desk.tracker.quiet_until is None
    desk.tracker.take_over(2)
    assert [] == desk.raw(b"{1")
    assert 2 == written(desk).quiet_until
    desk.restart()

    assert [] == to("dead-letters", desk.raw(b"{2"))
    assert [b"{3"] == [send.value for send in to("dead-letters", desk.raw(b"{3"))]


def test_it_says_when_it_is_as_far_as_the_one_before() -> None:
    """Be there facts or none: the roll-up waits to hear it."""
    desk = Second()
    desk.tracker.take_over(1)
    assert [] == desk.raw(b"{")
    (send,) = desk.raw(b"{")

    assert ("facts", b"0@2", [0, 1, []]) == (send.topic, send.key, orjson.loads(send.value or b"")[:3])
    assert ["dead-letters"] == [send.topic for send in desk.raw(b"{")]


def test_an_update_learnt_ahead_explains_all() -> None:
    """As in a replay: the directory comes ahead of the activity."""
    desk = Second()
    desk.append(orjson.dumps(CALL))
    update = rep_updated("09:00", "ann", "north")
    desk.tracker.learn(decode(orjson.dumps(update)))
    (send,) = desk.process()

    assert "call|ann|north|" == orjson.loads(send.value or b"")[2][0][4]
