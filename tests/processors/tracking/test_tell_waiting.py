"""What tracking tells of what waits."""

from typing import Any

import pytest

from processors.tracking import tell_waiting
from schemas.waiting import BEHIND_US, WaitingMessage
from tests.processors.overdue_floor import MINUTE_US, START_US, Floor, rules_of

INQUIRY = "kind: inquiry, limits: {warning: 1h}"
DEAL = "kind: deal, limits: {warning: 14d}"
ALL = rules_of(i=INQUIRY, q="kind: quote, limits: {info: 1d}", l="kind: lead, limits: {info: 1d}", d=DEAL)


def at(minute: float) -> int:
    """Return the microsecond of a minute of the test."""
    return START_US + round(minute * MINUTE_US)


def rows(messages: list[WaitingMessage]) -> list[tuple[Any, ...]]:
    """Return kind, id, since and until in minutes, rep of all rows."""
    return [
        (row.kind, row.id, *[[None if t is None else (t - START_US) / MINUTE_US for t in span] for span in row.spans], row.rep)
        for message in messages
        for row in message.rows
    ]  # fmt: skip


def test_each_kind() -> None:
    """An entity is told of when it begins to wait and when it waits no more, with who has it."""
    floor = Floor(ALL)
    events = [
        ("inquiry.received", {"conversation": "c1", "rep": "ann"}),
        ("quote.requested", {"quote": "q1", "rep": "ann"}),
        ("lead.created", {"lead": "acme", "contact": {}, "rep": "ann"}),
        ("deal.created", {"deal": "d1", "stage": "new", "rep": "ann"}),
    ]
    for kind, data in events:
        floor.append(kind, at(1), "acme", **data)

    assert [
        ("inquiry", "c1", [1, None], "ann"), ("quote", "q1", [1, None], "ann"),
        ("lead", "acme", [1, None], "ann"), ("deal", "d1", [1, None], "ann"),
    ] == rows(floor.track())  # fmt: skip

    for kind, data in (
        ("inquiry.answered", {"conversation": "c1"}),
        ("quote.sent", {"quote": "q1"}),
        ("call.logged", {}),
        ("deal.stage_changed", {"deal": "d1", "to_stage": "offer"}),
    ):
        floor.append(kind, at(4), "acme", **data)

    assert [
        ("inquiry", "c1", [1, 4], "ann"), ("quote", "q1", [1, 4], "ann"),
        ("lead", "acme", [1, 4], "ann"), ("deal", "d1", [1, 4], [4, None], "ann"),
    ] == rows(floor.track())  # fmt: skip


def test_only_what_is_asked_for() -> None:
    """Without a rule nothing is told; with one, nothing of other kinds; what can't wait gives no row."""
    silent, some = Floor({}), Floor(rules_of(d=DEAL))
    for floor in (silent, some):
        floor.append("inquiry.received", at(1), "acme", conversation="c1")
        floor.append("quote.requested", at(1), "acme", quote="q1")
        floor.append("call.logged", at(1), "acme")

        assert [] == floor.track()
        assert [] == floor.tick_tracker()

    assert some.tracker.stats["waiting_rows"] == 0


def test_once_a_slice() -> None:
    """What was asked and answered in one slice is told once, as it is at its end, under the slice's last offset."""
    floor = Floor(ALL)
    floor.append("inquiry.received", at(1), "acme", conversation="c1")
    floor.append("inquiry.answered", at(2), "acme", conversation="c1")
    floor.append("call.logged", at(2), "other")

    (message,) = floor.track()

    assert [("inquiry", "c1", [1, 2], None)] == rows([message])
    assert (1, 2, False) == (message.generation, message.offset, message.anew)


def test_copies_say_nothing_new() -> None:
    """A copy of an event changes nothing, so nothing is told."""
    floor = Floor(ALL)
    for _ in range(2):
        floor.append("inquiry.received", at(1), "acme", name="one", conversation="c1")

    assert 1 == len(floor.track(1))
    assert [] == floor.track()


def test_a_crash_repeats_what_was_said() -> None:
    """From the state before, the same events give the same rows under the same offsets."""
    floor = Floor(ALL)
    floor.checkpoint()
    floor.append("inquiry.received", at(1), "acme", conversation="c1", rep="ann")
    first = floor.track()
    floor.crash_tracker()

    assert first == floor.track()


@pytest.mark.parametrize("kind_told", [True, False])
def test_a_new_rule_is_told_all_that_waits(kind_told: bool) -> None:
    """A kind that was not asked for before is told whole: what waits, not what is over; once."""
    before = ALL if kind_told else rules_of(d=DEAL)
    floor = Floor(before)
    for number in (1, 2, 3):
        floor.append("inquiry.received", at(number), "acme", conversation=f"c{number}")
    floor.append("inquiry.answered", at(4), "acme", conversation="c2")
    floor.track()
    floor.restart(ALL)

    told = floor.tick_tracker()
    by_kind = {kind: since for message in told for kind, since in message.complete.items()}

    if kind_told:
        assert [] == told
        return
    assert [("inquiry", "c1", [1, None], None), ("inquiry", "c3", [3, None], None)] == sorted(rows(told))
    assert {"inquiry": 3, "quote": 3, "lead": 3} == by_kind
    assert all(message.anew for message in told)
    floor.restart()
    assert [] == floor.tick_tracker()


def test_until_it_is_complete_it_begins_again() -> None:
    """A crash before the checkpoint that knows of it has all told anew once more."""
    floor = Floor({})
    floor.append("inquiry.received", at(1), "acme", conversation="c1")
    floor.track()
    floor.restart(ALL)
    first = floor.tick_tracker()
    floor.crash_tracker()

    assert first == floor.tick_tracker()


def test_a_kind_that_nobody_asks_for_is_forgotten() -> None:
    """When a rule comes back all is told anew, for overdue has forgotten it meanwhile."""
    floor = Floor(ALL)
    floor.append("inquiry.received", at(1), "acme", conversation="c1")
    floor.track()
    floor.restart(rules_of(d=DEAL))
    floor.restart(ALL)

    assert [("inquiry", "c1", [1, None], None)] == rows(floor.tick_tracker())


def test_changes_while_all_is_told() -> None:
    """Nothing is said of a kind before its turn, everything from then on."""
    floor = Floor({})
    floor.append("inquiry.received", at(1), "acme", conversation="c1")
    floor.track()
    floor.restart(ALL)
    floor.append("inquiry.answered", at(2), "acme", conversation="c1")

    assert [] == rows(floor.track())
    assert [] == rows(floor.tick_tracker())
    floor.append("inquiry.received", at(3), "acme", conversation="c1")
    assert [("inquiry", "c1", [1, 2], [3, None], None)] == rows(floor.track())


def test_changes_between_two_parts_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told of already is told again as it is then: nobody looks at it once more."""
    monkeypatch.setattr(tell_waiting, "ANEW_MAX", 1)
    floor = Floor(rules_of(d=DEAL))
    for number in (1, 2):
        floor.append("inquiry.received", at(1), "acme", conversation=f"c{number}")
    floor.track()
    floor.restart(rules_of(i=INQUIRY))
    ((_, first, *_),) = rows(floor.tick_tracker(1))
    floor.append("inquiry.answered", at(3), "acme", conversation=first)

    assert [("inquiry", first, [1, 3], None)] == rows(floor.track())
    assert 1 == len(rows(floor.tick_tracker()))


def test_after_a_rebuild_all_is_told_anew_once_it_is_as_far() -> None:
    """State of a new generation tells all that waits, but not before it knows what the one before knew."""
    floor = Floor(ALL)
    floor.append("inquiry.received", at(1), "acme", conversation="c1")
    floor.append("inquiry.answered", at(2), "acme", conversation="c1")
    floor.append("inquiry.received", at(3), "acme", conversation="c2")
    floor.track()
    floor.generation = 2
    floor.tracking.changelog[:] = [(b"meta", b'[0,0,"",null]')]  # as a rebuild writes it: no kind was told
    floor.crash_tracker()

    assert [] == floor.tick_tracker()
    floor.tracker.take_over(2)
    floor.track(1)
    assert [] == floor.tick_tracker()
    floor.track()
    told = floor.tick_tracker()
    assert [("inquiry", "c2", [3, None], None)] == rows(told)
    assert {2} == {message.generation for message in told}


def test_while_behind_it_says_so() -> None:
    """Old records tell overdue that an answer may be still to be read, be there nothing else to tell."""
    floor = Floor(ALL)
    floor.append("call.logged", at(0), "acme")
    floor.now_us += BEHIND_US + 1_000

    (message,) = floor.track()

    assert ([], START_US // 1000) == (message.rows, message.appended_ms)
