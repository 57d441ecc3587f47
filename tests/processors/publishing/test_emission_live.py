"""Live ticks: windows up to a day go out first, between the slices of whole ticks, and nothing is forgotten for it."""

from typing import Any

import orjson
import pytest

from processors.publishing import emission as module
from tests.oracle.moments import instant
from tests.processors.engine import Desk, fact

AT = "2026-03-04T10:00:00Z"
DAY = "calls|day:2026-03-04|"


def live(desk: Desk, at: str) -> dict[str, Any]:
    """Let it publish what is live; return the records by key."""
    found = {}
    while slice_ := live_slice(desk, at):
        found |= slice_
    return found


def live_slice(desk: Desk, at: str) -> dict[str, Any]:
    """Let it publish a slice of that."""
    sends = desk.rollup.tick_live(instant(at))
    return {send.key.decode(): orjson.loads(send.value or b"null") for send in sends if send.key is not None}


def test_live_ticks_publish_windows_up_to_a_day() -> None:
    """What is now, today and in the last 24 hours; the longer windows stay due for the whole tick."""
    desk = Desk()
    desk.take(AT, fact("call", AT), fact("inquiry_open", AT))

    found = live(desk, AT)
    assert {"now", "day:2026-03-04", "rolling_24h"} == {key.split("|")[1] for key in found}
    assert 1 == found[DAY]["value"]
    assert {} == live(desk, AT)
    rest = desk.tick(AT)
    assert 1 == desk.kpis["calls|month:2026-03|"]["value"]
    assert not {*found} & {*rest}


def test_days_that_are_over_are_not_live() -> None:
    """A history that was loaded has hundreds of them; nobody waits behind these. At midnight the next one begins."""
    desk = Desk()
    before, midnight = "2026-03-03T10:00:00Z", "2026-03-05T00:00:10Z"
    desk.take(AT, fact("call", AT), fact("call", before))

    assert "calls|day:2026-03-03|" not in live(desk, AT)
    assert 1 == desk.tick(AT)["calls|day:2026-03-03|"]["value"]
    desk.take(midnight, fact("call", midnight), fact("call", AT))
    found = live(desk, midnight)
    assert 1 == found["calls|day:2026-03-05|"]["value"]
    assert DAY not in found
    assert 2 == desk.tick(midnight)[DAY]["value"]


def test_live_ticks_come_between_the_slices_of_a_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event is on the day's record before the tick that was under way is over; at its end everything is true."""
    monkeypatch.setattr(module, "SENDS_MAX", 100)
    desk = Desk()
    desk.take(AT, *(fact("call", AT, rep=f"rep-{n}") for n in range(30)))
    sends = desk.rollup.tick(instant(AT))
    desk.take(AT, fact("call", AT, rep="rep-0"))
    later = "2026-03-04T10:05:00Z"

    found = live(desk, later)
    assert (31, later) == (found[DAY]["value"], found[DAY]["as_of"])
    assert "calls|week:2026-W10|" not in found
    while sends:
        sends = desk.rollup.tick(instant(later))
    desk.tick(later)
    assert 31 == desk.kpis["calls|week:2026-W10|"]["value"]


def test_longer_windows_that_look_at_live_ones_stay_due() -> None:
    """A customer of Sunday, heard of late, is among those at the week's start: the live tick does not forget it."""
    desk = Desk()
    sunday = fact("customer_active", "2026-03-01T10:00:00Z")
    desk.take(AT, sunday, fact("customer_active", AT))
    found = live(desk, AT)
    assert (0, 1) == (found["churn_rate|day:2026-03-04|"]["value"], found["churn_rate|day:2026-03-04|"]["n"])
    desk.tick(AT)
    assert (0, 1) == desk.shown("churn_rate|week:2026-W10|")
    desk.take(AT, sunday, fact("customer_active", AT))

    assert "churn_rate|week:2026-W10|" not in live(desk, AT)
    assert "churn_rate|week:2026-W10|" in desk.tick(AT)
    assert (0, 2) == desk.shown("churn_rate|week:2026-W10|")


def test_what_the_clock_alone_moved_is_left_to_whole_ticks() -> None:
    """Every five minutes that is everybody at once; whoever makes a call then waits behind none of them."""
    desk = Desk()
    desk.take(AT, fact("call", AT), fact("call", AT, rep="bob", team="south"))
    desk.tick(AT)
    later = "2026-03-05T10:05:00Z"
    assert {} == live(desk, later)
    desk.take(later, fact("email_sent", later))

    found = live(desk, later)
    ann, bob = (f"calls|rolling_24h|rep={rep}" for rep in ("ann", "bob"))
    assert (1, 0) == (found["emails_sent|day:2026-03-05|rep=ann"]["value"], found[ann]["value"])
    assert bob not in found
    rest = desk.tick(later)
    assert 0 == rest[bob]["value"]
    assert ann not in rest


def test_what_the_clock_moved_is_due_after_a_crash_in_the_middle_of_a_tick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A call leaves its window; the checkpoint of an unfinished tick must not say that this was told."""
    monkeypatch.setattr(module, "SENDS_MAX", 100)
    desk = Desk()
    desk.take(AT, *(fact("call", AT, rep=f"rep-{n}", channel=f"line-{n}") for n in range(30)))
    desk.tick(AT)
    desk.checkpoint()
    later = "2026-03-05T10:05:00Z"
    desk.rollup.tick(instant(later))
    desk.take(later, fact("email_sent", later, rep="bob"))
    live(desk, later)
    desk.checkpoint()
    desk.restart()

    desk.tick(later)
    assert {(0, 0)} == {desk.shown(f"calls|rolling_24h|channel=line-{n}") for n in range(30)}


def test_what_comes_between_two_slices_is_told_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of who is still to be told; who was, is told in the next tick."""
    monkeypatch.setattr(module, "LIVE_SENDS_MAX", 1)
    desk = Desk()
    ann, bob = ("calls|day:2026-03-04|rep=ann", "calls|day:2026-03-04|rep=bob")
    desk.take(AT, fact("call", AT), fact("call", AT, rep="bob", team="south"))
    told = dict[str, Any]()
    while ann not in told:
        found = live_slice(desk, AT)
        assert found
        told |= found
    assert bob not in told
    desk.take(AT, fact("call", AT), fact("call", AT, rep="bob", team="south"))

    rest = live(desk, AT)
    assert 2 == rest[bob]["value"]
    assert ann not in rest
    assert 2 == live(desk, AT)[ann]["value"]


def test_reps_stand_among_what_is_told_where_not_all_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who overtakes in the same tick is told later: whom that moves is told when everything is."""
    desk = Desk()
    ann, bob = (f"calls|day:2026-03-04|rep={rep}" for rep in ("ann", "bob"))
    desk.take(AT, *(fact("call", AT, rep=rep) for rep in ("ann", "bob", "bob")))
    found = live(desk, AT)
    assert (2, 1) == (found[ann]["rank"], found[bob]["rank"]), "all of them can be told at once"

    monkeypatch.setattr(module, "LIVE_SENDS_MAX", 1)
    desk.take(AT, *(fact("call", AT, rep=rep) for rep in ("ann", "ann", "bob", "bob", "bob")))
    found = live(desk, AT)
    assert (3, 5) == (found[ann]["value"], found[bob]["value"])
    assert (1, 1) == (found[ann]["rank"], found[bob]["rank"])
    rest = desk.tick(AT)
    assert 2 == rest[ann]["rank"]
    assert bob not in rest


def test_whom_a_rep_overtakes_is_told_though_the_team_has_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two calls of Ann's turn out to be Bob's: the team's number stays, and Cem is third."""
    desk = Desk()
    ann, bob, cem = (f"calls|day:2026-03-04|rep={rep}" for rep in ("ann", "bob", "cem"))
    desk.take(AT, *(fact("call", AT, rep=rep) for rep in ("ann",) * 5 + ("cem",) * 2 + ("bob",)))
    desk.tick(AT)
    assert [1, 2, 3] == [desk.kpis[key]["rank"] for key in (ann, cem, bob)]
    monkeypatch.setattr(module, "LIVE_SENDS_MAX", 1)
    moved = [fact("call", AT, rep="ann", sign=-1), fact("call", AT, rep="bob")] * 2
    desk.take(AT, *moved)
    assert cem not in live(desk, AT)

    assert 3 == desk.tick("2026-03-04T10:01:00Z")[cem]["rank"]
