"""`today` is the day where a rep works, and the business's for everybody else."""

from typing import Any
from unittest import mock

import pytest

from processors.adding.own_days import OwnDays
from processors.calendar import Calendar
from processors.publishing import emission
from schemas.fact import PANE_US
from tests.oracle.moments import instant
from tests.oracle.telling import event, rep_updated
from tests.processors.engine import Desk, Engine, Shown, fact, plan

TODAY = plan("""
calendar: {timezone: Europe/Amsterdam, working_hours: "09:00-18:00"}
rolling: [rolling_24h, today]
prometheus: {windows: [day]}
""")
BOB, TEAM, COMPANY = "calls|today|rep=bob", "calls|today|team=north", "calls|today|"


def call(time: str, rep: str = "bob") -> dict[str, Any]:
    return event("call.logged", time, rep=rep, team="north", direction="outbound")


def floor(timezone: str) -> Engine:
    """Return an engine that knows where Bob works, by an update of the day before."""
    engine = Engine(TODAY)
    engine.say("2026-03-03T08:00:00Z", rep_updated("2026-03-03T08:00:00Z", "bob", "north", timezone=timezone))
    return engine


def first_pane(own_days: OwnDays, at: str, rep: str = "bob") -> int:
    return own_days.first_pane({"rep": rep}, instant(at) // PANE_US) * PANE_US


@pytest.mark.parametrize(
    ("timezone", "at", "midnight"),
    [
        (None, "2026-03-04T22:30:00Z", "2026-03-03T23:00:00Z"),
        ("Europe/Amsterdam", "2026-03-04T22:30:00Z", "2026-03-03T23:00:00Z"),
        ("Asia/Tokyo", "2026-03-04T15:00:00Z", "2026-03-04T15:00:00Z"),
        ("Asia/Tokyo", "2026-03-04T14:59:59Z", "2026-03-03T15:00:00Z"),
        ("Asia/Kathmandu", "2026-03-04T18:20:00Z", "2026-03-04T18:15:00Z"),
        ("America/Los_Angeles", "2026-11-02T07:59:00Z", "2026-11-01T07:00:00Z"),  # a day of 25 hours
        ("Mars/Olympus", "2026-03-04T22:30:00Z", "2026-03-03T23:00:00Z"),
        ("Europe", "2026-03-04T22:30:00Z", "2026-03-03T23:00:00Z"),
        ("../UTC", "2026-03-04T22:30:00Z", "2026-03-03T23:00:00Z"),
    ],
)
def test_midnight(timezone: str | None, at: str, midnight: str) -> None:
    """A day begins at midnight there; where there is no such place, at the business's."""
    own_days = OwnDays(Calendar("Europe/Amsterdam"))
    own_days.move("bob", timezone)

    assert first_pane(own_days, at) == instant(midnight)
    assert first_pane(own_days, at, "ann") == first_pane(OwnDays(Calendar("Europe/Amsterdam")), at)


def test_unknown_places_are_known_as_such() -> None:
    """As long as they are what the directory says of somebody."""
    own_days = OwnDays(Calendar())
    own_days.move("bob", "Mars/Olympus")
    own_days.move("ann", "Europe/Berlin")
    assert {"bob": "Mars/Olympus"} == own_days.unknown

    own_days.move("bob", None)
    assert {} == own_days.unknown


def test_a_rep_elsewhere_begins_his_day_at_his_midnight() -> None:
    """Midnight in Tokyo is 16:00 in Amsterdam: his team goes on counting."""
    engine = floor("Asia/Tokyo")
    engine.say("2026-03-04T14:58:00Z", call("14:57"), call("14:58"))
    assert [(2, 2)] * 3 == [engine.shown(key) for key in (BOB, TEAM, COMPANY)]
    record = engine.record(BOB)
    assert ("2026-03-03T15:00:00Z", "2026-03-04T15:00:00Z") == (record["start"], record["end"])
    assert (None, False) == (record["period"], record["final"])

    engine.tick("2026-03-04T15:00:00Z")
    assert [(0, 0), (2, 2), (2, 2)] == [engine.shown(key) for key in (BOB, TEAM, COMPANY)]
    assert "2026-03-04T15:00:00Z" == engine.record(BOB)["start"]

    # One that comes late for the day that is over there, and one of the new day.
    engine.say("2026-03-04T15:02:00Z", call("14:59"), call("15:01"))
    assert [(1, 1), (4, 4), (4, 4)] == [engine.shown(key) for key in (BOB, TEAM, COMPANY)]
    engine.tick("2026-03-04T23:00:00Z")
    assert [(1, 1), (0, 0), (0, 0)] == [engine.shown(key) for key in (BOB, TEAM, COMPANY)]

    # What came in the first five minutes of his day leaves with it too.
    engine.tick("2026-03-05T15:00:00Z")
    assert (0, 0) == engine.shown(BOB)


@pytest.mark.parametrize("restarted", [False, True])
def test_a_quiet_rep_says_0_for_a_week(restarted: bool) -> None:
    """From his midnight on, to the seventh thereafter, also when that falls into an hour."""
    engine = floor("Asia/Kolkata")
    engine.say("2026-03-04T10:00:00Z", call("10:00"))
    for at, expected in (
        ("2026-03-04T18:29:59Z", (1, 1)),
        ("2026-03-04T18:30:00Z", (0, 0)),
        ("2026-03-11T18:29:59Z", (0, 0)),
        ("2026-03-11T18:30:00Z", None),
    ):
        if restarted:
            engine.restart()
        engine.tick(at)
        assert expected == engine.shown(BOB), at


def test_who_moves_begins_the_day_anew() -> None:
    """His day is that of the place where he works now, from the moment on that the directory says so."""
    engine = floor("Asia/Tokyo")
    engine.say("2026-03-04T16:00:00Z", call("12:00"), call("15:30"))
    assert (1, 1) == engine.shown(BOB)

    engine.say("2026-03-04T16:01:00Z", rep_updated("16:01", "bob", "north", timezone="Europe/London"))
    assert (2, 2) == engine.shown(BOB)
    assert "2026-03-04T00:00:00Z" == engine.record(BOB)["start"]

    engine.say(
        "2026-03-04T16:02:00Z", rep_updated("16:02", "bob", "north")
    )  # wherever: as the business has it
    assert "2026-03-03T23:00:00Z" == engine.record(BOB)["start"]


def test_a_move_that_a_crash_kept_from_being_published() -> None:
    """The directory's word is written, what follows from it was not told: it is told after the restart."""
    engine = floor("Asia/Tokyo")
    engine.say("2026-03-04T16:00:00Z", call("12:00"), call("15:30"))
    engine.restart()  # so that cells say nothing that was not told
    engine.tick("2026-03-04T16:00:30Z")
    cluster, at = engine.cluster, instant("2026-03-04T16:01:00Z")
    cluster.publish([rep_updated("16:01", "bob", "north", timezone="UTC")], at)
    for stage in ("track", "rollup"):
        cluster.step(stage, 0, 1_000, at)
        cluster.checkpoint(stage, 0)
    cluster.restart("rollup", 0)
    assert (1, 1) == engine.shown(BOB)

    engine.tick("2026-03-04T16:02:00Z")
    assert (2, 2) == engine.shown(BOB)


def test_what_is_ahead_of_the_clock_waits() -> None:
    """Also when it is of the next day."""
    engine = floor("Asia/Tokyo")
    engine.say("2026-03-04T14:57:00Z", call("14:56"), call("15:01"))
    assert (1, 1) == engine.shown(BOB)
    engine.tick("2026-03-04T15:00:00Z")
    assert (1, 1) == engine.shown(BOB)
    assert "2026-03-04T15:00:00Z" == engine.record(BOB)["start"]


def test_reps_are_ranked_by_their_own_days() -> None:
    """Who has just begun his day is behind; a team's value is that of its own day."""
    engine = floor("Asia/Tokyo")
    engine.say("2026-03-04T14:00:00Z", rep_updated("13:00", "ann", "north"))
    engine.say("2026-03-04T14:00:00Z", call("13:10"), call("13:20"), call("13:30", "ann"))
    ranks = {rep: engine.record(f"calls|today|rep={rep}")["rank"] for rep in ("ann", "bob")}
    assert {"ann": 2, "bob": 1} == ranks

    engine.tick("2026-03-04T15:02:00Z")
    ranks = {rep: engine.record(f"calls|today|rep={rep}")["rank"] for rep in ("ann", "bob")}
    assert {"ann": 1, "bob": 2} == ranks
    assert 1.5 == engine.record("calls|today|rep=ann")["team_value"]


def test_a_worker_that_slept_over_midnight() -> None:
    """Facts that were appended before it was midnight, and are read after."""
    desk = Desk(TODAY)
    desk.tick("2026-03-04T22:00:00Z")
    desk.take("2026-03-04T22:10:00Z", fact("call", "2026-03-04T22:09:00Z", rep="bob"))
    desk.tick("2026-03-04T23:30:00Z")
    assert (0, 0) == desk.shown(BOB)


def test_where_nobody_asks_nothing_is_kept() -> None:
    """A catalog without `today` has no such records."""
    engine = Engine()
    engine.say("2026-03-04T08:00:00Z", rep_updated("08:00", "bob", "north", timezone="Asia/Tokyo"))
    engine.say("2026-03-04T10:00:00Z", call("10:00"))
    assert engine.shown("calls|rolling_24h|rep=bob") == (1, 1)
    assert engine.shown(BOB) is None


@pytest.mark.parametrize(
    ("at", "shown"),
    [("2026-03-11T18:30:00Z", (0, 0)), ("2026-03-12T18:29:00Z", (0, 0)), ("2026-03-12T18:30:00Z", None)],
)
def test_an_hour_with_midnight_in_it_is_of_both_days(at: str, shown: Shown | None) -> None:
    """A call a quarter of an hour after midnight in Kolkata is told of as 0 for a week after its day, no less or more."""
    engine = floor("Asia/Kolkata")
    engine.say("2026-03-04T18:50:00Z", call("18:45"))
    engine.tick("2026-03-05T18:30:00Z")
    engine.tick(at)
    assert shown == engine.shown(BOB)


def test_who_moves_while_the_worker_is_restored() -> None:
    """What was published of his old day is taken back, though its fact comes again only after the crash."""
    engine = floor("Asia/Tokyo")
    engine.say("2026-03-04T03:00:00Z", call("03:00", "ann"))
    engine.restart()
    engine.say("2026-03-04T04:00:00Z", call("2026-03-03T15:30:00Z"))
    assert (1, 1) == engine.shown(BOB)
    engine.cluster.restart("rollup", 0)
    moved = rep_updated("2026-03-04T04:00:30Z", "bob", "north", timezone="Europe/London")
    engine.say("2026-03-04T04:01:00Z", moved)
    assert engine.shown(BOB) in ((0, 0), None)


def test_facts_that_come_again_after_a_day() -> None:
    """They were published before the crash, and have left their windows since."""
    desk = Desk(TODAY)
    bob = fact("call", "2026-03-04T10:00:00Z", rep="bob")
    desk.take("2026-03-04T10:01:00Z", bob)
    desk.tick("2026-03-04T10:02:00Z")
    desk.restart()
    desk._offset = desk._source = -1
    desk.take("2026-03-04T10:01:00Z", bob)
    desk.take("2026-03-05T15:00:00Z", fact("call", "2026-03-05T15:00:00Z", rep="ann"))
    desk.tick("2026-03-05T15:01:00Z")

    assert [(0, 0), (0, 0)] == [desk.shown(key) for key in (BOB, "calls|rolling_24h|rep=bob")]


def test_a_crash_in_the_first_tick_after_midnight() -> None:
    """All that was told before is not written yet; its clock lets go of the panes that have left, and it ends there."""
    desk = Desk(
        plan("calendar: {timezone: UTC}\nrolling: [rolling_24h, today]\nprometheus: {windows: [day]}\n")
    )
    desk.tick("2026-03-04T00:31:00Z")
    bob, ann = fact("call", "2026-03-04T00:30:00Z", rep="bob"), fact("call", "2026-03-04T00:31:00Z")
    desk.take("2026-03-04T00:32:00Z", bob, ann)
    desk.tick("2026-03-04T00:33:00Z")
    desk.take("2026-03-04T23:49:00Z", fact("email_sent", "2026-03-04T23:48:00Z", rep="zoe", team="west"))
    desk.tick("2026-03-04T23:50:00Z")
    with mock.patch.multiple(emission, SENDS_MAX=1, LIVE_SENDS_MAX=1):
        desk.slice("2026-03-05T03:00:00Z")
    desk.checkpoint()
    desk.restart()
    desk.tick("2026-03-05T03:01:00Z")

    for rep in ("bob", "ann"):
        assert [(0, 0)] * 2 == [
            desk.shown(f"calls|{window}|rep={rep}") for window in ("today", "rolling_24h")
        ]


def test_what_comes_late_leaves_with_its_pane() -> None:
    """Also where the worker does not tick for a day, and hears of the next one at the same time."""
    desk = Desk(TODAY)
    desk.take("2026-03-04T10:01:00Z", fact("call", "2026-03-04T10:00:00Z", rep="bob"))
    desk.tick("2026-03-04T10:02:00Z")
    desk.take("2026-03-04T11:00:00Z", fact("call", "2026-03-04T09:50:00Z", rep="bob"))
    desk.take("2026-03-05T16:00:00Z", fact("call", "2026-03-05T16:00:00Z", rep="ann"))
    desk.tick("2026-03-05T16:01:00Z")
    assert [(0, 0), (0, 0)] == [desk.shown(key) for key in (BOB, "calls|rolling_24h|rep=bob")]
