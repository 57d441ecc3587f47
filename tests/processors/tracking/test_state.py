"""What tracking writes of its entities, and how it reads them back."""

from typing import Any

import orjson
import pytest

from processors.entities.conversation import ANSWERED, RECEIVED, Conversation
from processors.entities.directory import Directory
from processors.entities.timeline import Timeline
from processors.tracking import state as track_state
from processors.tracking.state import Timelines, directory_items, restore_directory

ID = ("acme|%", 'c"é')
KEY = b"c|" + orjson.dumps(ID)


def event(minute: int, code: int) -> tuple[Any, ...]:
    """Write an event of a conversation down."""
    return (minute * 60_000_000, "s", f"{minute}", code, "ann", "north", None, "")


def digest(timeline: Timeline[Conversation], minute: int, code: int) -> list[Any]:
    """Return the facts of one more event."""
    facts: list[Any] = []
    timeline.digest(event(minute, code), Conversation, lambda _e, _o: "", facts)
    return facts


def written(*codes: int, cut: int) -> tuple[bytes, bytes | None]:
    """Return the changelog record of a conversation with these events."""
    timelines = Timelines(b"c")
    for minute, code in enumerate(codes):
        digest(timelines.get(ID), minute, code)
    timelines.touch(ID)
    (item,) = timelines.snapshot(cut)
    return item


def restored(*items: tuple[bytes, bytes | None]) -> Timelines:
    """Return what these changelog records give."""
    timelines = Timelines(b"c")
    for key, value in items:
        timelines.restore(key, value)
    timelines.restored()
    return timelines


def test_an_entity_comes_back() -> None:
    """Its events, its fence, and what the directory said of its owners."""
    timelines = Timelines(b"c")
    timeline = timelines.get(ID)
    digest(timeline, 0, RECEIVED)
    timeline.owner_teams = {("s", "0", "ann"): "north"}
    timelines.touch(ID)
    (item,) = timelines.snapshot(41)
    found = restored(item).get(ID)

    assert KEY == item[0]
    assert ([event(0, RECEIVED)], 41, {("s", "0", "ann"): "north"}) == (
        found.events,
        found.fence,
        found.owner_teams,
    )
    assert "response" in {fact[0] for fact in digest(found, 5, ANSWERED)}


def test_only_what_was_touched_is_written() -> None:
    """An entity that was only asked for is not written; one that changed, once."""
    timelines = Timelines(b"c")
    timelines.get(ID)
    assert [] == timelines.snapshot(1)
    timelines.touch(ID)
    timelines.touch(ID)

    assert [1, 0] == [len(timelines.snapshot(cut)) for cut in (2, 3)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_highest_fence_counts(order: tuple[int, int]) -> None:
    """A stale writer's record, last in the log or not, takes nothing back."""
    items = [written(RECEIVED, cut=5), written(RECEIVED, RECEIVED, cut=9)]

    assert (9, 2) == (lambda t: (t.fence, len(t.events)))(restored(*(items[n] for n in order)).get(ID))


def test_a_tombstone() -> None:
    """What was forgotten is not there after a restart; a stale older record does not bring it back."""
    item = written(RECEIVED, cut=5)

    assert 0 == len(restored(item, (item[0], None)))
    assert [] == restored(item, (item[0], None), written(RECEIVED, cut=4)).get(ID).events


def test_entities_wait_as_bytes() -> None:
    """All are counted, and each is read when asked for, once."""
    timelines = restored(written(RECEIVED, cut=5))

    assert 1 == len(timelines)
    assert timelines.get(ID) is timelines.get(ID)
    assert 1 == len(timelines)


def test_forgetting() -> None:
    """What ended before a time goes, with a tombstone once no replay needs it; what did not end, or later, stays."""
    timelines = Timelines(b"c")
    for name, minute in (("old", 1), ("open", 1), ("young", 9)):
        digest(timelines.get(("a", name)), minute, RECEIVED)
        timelines.touch(("a", name))
    timelines.forget_before(5 * 60_000_000, lambda events: events is not timelines.get(("a", "open")).events)

    assert 2 == len(timelines)
    assert {b'c|["a","open"]', b'c|["a","young"]'} == {key for key, _ in timelines.snapshot(7)}
    assert [(b'c|["a","old"]', None)] == timelines.snapshot(8)
    assert [] == timelines.snapshot(9)


def test_what_is_written_as_not_ended_is_not_forgotten() -> None:
    """An entity that ended since the last snapshot is written first: restored without its end it would be open."""
    timelines = Timelines(b"c")
    digest(timelines.get(ID), 1, RECEIVED)
    timelines.touch(ID)
    timelines.snapshot(1)
    timelines.touch(ID)
    timelines.forget_before(5 * 60_000_000, lambda _events: True)
    assert [KEY] == [key for key, value in timelines.snapshot(2) if value]

    timelines.forget_before(5 * 60_000_000, lambda _events: True)
    assert [[], [(KEY, None)]] == [timelines.snapshot(cut) for cut in (3, 4)]


@pytest.mark.parametrize("snapshots", [0, 1])
def test_what_comes_back_gets_no_tombstone(snapshots: int) -> None:
    """An entity that was forgotten and has an event again is written, and stays."""
    timelines = Timelines(b"c")
    digest(timelines.get(ID), 1, RECEIVED)
    timelines.touch(ID)
    timelines.snapshot(1)
    timelines.forget_before(5 * 60_000_000, lambda _events: True)
    for cut in range(snapshots):
        assert [] == timelines.snapshot(2 + cut)
    digest(timelines.get(ID), 9, RECEIVED)
    timelines.touch(ID)

    assert [KEY] == [key for cut in (5, 6, 7) for key, value in timelines.snapshot(cut) if value]
    assert [] == [key for cut in (8, 9) for key, _ in timelines.snapshot(cut)]


def test_forgetting_reads_a_record_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays bytes is read when its first event is old enough to ask, and not at every turn again."""
    read: list[bytes] = []
    reading = track_state._read
    monkeypatch.setattr(track_state, "_read", lambda raw: (read.append(raw), reading(raw))[1])
    timelines = Timelines(b"c")
    for name, *minutes in (("over", 1, 7), ("open", 1, 2), ("young", 6, 7), ("back", 1, 7), ("gone", 1, 2)):
        events = [event(minute, RECEIVED if name == "open" else ANSWERED) for minute in minutes]
        timelines.restore(b'c|["a","%b"]' % name.encode(), orjson.dumps((5, events, [])))
    timelines.restore(b'c|["a","nothing"]', orjson.dumps((5, [], [["s", "0", "ann", "north"]])))
    timelines.restored()

    def forget(minute: int) -> tuple[int, list[str]]:
        """Return how many records are read, and what is left."""
        read.clear()
        timelines.forget_before(minute * 60_000_000, lambda events: events[-1][3] == ANSWERED)
        return len(read), sorted(name for _, name in timelines.ids())

    assert (0, ["back", "gone", "nothing", "open", "over", "young"]) == forget(1)
    assert (4, ["back", "nothing", "open", "over", "young"]) == forget(5)
    assert (0, ["back", "nothing", "open", "over", "young"]) == forget(6)
    digest(timelines.get(("a", "back")), 9, ANSWERED)
    timelines.touch(("a", "back"))
    assert (1, ["back", "nothing", "open"]) == forget(9)
    assert (0, ["back", "nothing", "open"]) == forget(9)


def test_the_directory() -> None:
    """A rep's updates are one record; those known already come once."""
    directory, again = Directory(), Directory()
    for offset, team in ((3, "north"), (8, "south")):
        directory.learn("é|ann", (offset, "s", f"{offset}", team, offset))
    ((key, value),) = directory_items(directory, {"é|ann"}, 9)
    assert value is not None
    for _ in range(2):
        restore_directory(again, key, value)

    assert directory.updates == again.updates
    assert ["north", "south"] == [again.team("é|ann", 100, offset) for offset in (7, 8)]


def test_the_largest_amounts_come_back() -> None:
    """Money of a single deal fits, in millionths, and is the same integer after a restart."""
    timelines = Timelines(b"d")
    most = 9_000_000_000_000 * 1_000_000
    timelines.get(ID).events.append((1, "s", "1", 4, None, None, None, None, most, None, None, None, ""))
    timelines.touch(ID)
    again = Timelines(b"d")
    for item in timelines.snapshot(1):
        again.restore(*item)

    assert most == again.get(ID).events[0][8]
