"""The pace of ticks follows their cost and the backlog."""

import pytest

from streams.agents.pace import (
    BEHIND_S,
    CAUGHT_UP_S,
    EVERYTHING_S,
    LIVE_REST,
    REST_MAX_S,
    UPSTREAM_PAUSE_S,
    Pace,
)
from streams.status import Backlog


def test_live_ticks_begin_at_the_shortest_interval() -> None:
    """Every tenth of a second, whatever they take of it; at once after one that took longer."""
    pace = Pace(0.1, 10.0)

    assert 0.1 == pace.live("rollup", 0.0)
    assert 0.046 == pytest.approx(pace.live("rollup", 0.04))
    assert 0.0 == pace.live("rollup", 0.1)
    assert 0.0 == pace.live("rollup", 60.0)


def test_live_ticks_take_three_quarters_of_the_time_at_most() -> None:
    """After each slice, a third of what it took is for chunks, and less where these don't need it."""
    pace = Pace(0.1, 10.0)

    assert 0.021 == pytest.approx(pace.rest_live(Backlog(1.0), 0.06))
    assert 0.01 == pytest.approx(pace.rest_live(Backlog(0.005), 0.06))
    assert 0.0018 == pytest.approx(pace.rest_live(Backlog(0.0, upstream_s=9.0), 0.06))


def test_what_changes_all_the_time_is_told_in_each_live_tick() -> None:
    """So far apart as the longest of any stage takes, with its rests; and as often as there are ticks when it is cheap."""
    pace = Pace(0.1, 10.0)
    assert 0.1 == pace.interval_s
    pace.live("rollup", 0.4)
    pace.live("judge", 0.0)
    assert 0.54 == pytest.approx(pace.interval_s)
    pace.live("rollup", 0.01)

    assert 0.1 == pace.interval_s


def test_whole_ticks_take_a_fifth_of_the_time_at_most() -> None:
    """They rest after each slice, where live ticks need it; then the next begins soon."""
    pace = Pace(0.1, 10.0)

    assert 0.0 == pace.rest(0.03, 0.05)
    pace.live("rollup", 0.01 / (1 + LIVE_REST))
    assert 0.04 == pytest.approx(pace.rest(0.03, 0.05))
    pace.live("rollup", 0.07)
    pace.live("judge", 0.0)
    assert 0.2 == pytest.approx(pace.rest(0.03, 0.05)), "whichever stage's needs it"
    assert 0.1 == pace.whole(Backlog(0.0))


def test_whole_ticks_take_a_tenth_where_live_records_wait_for_their_turn() -> None:
    """Until what changes all the time is told as often as it may be again."""
    pace = Pace(0.1, 10.0)
    pace.live("rollup", 3.0)
    assert 0.45 == pytest.approx(pace.rest(0.03, 0.05))
    pace.live("rollup", 0.07)

    assert 0.2 == pytest.approx(pace.rest(0.03, 0.05))


def test_backlog_makes_the_interval_long_until_it_is_worked_off() -> None:
    """Values of a backlog are old when they are read; with some slack, so that the pace does not flutter."""
    pace = Pace(0.1, 10.0)
    between_s = (CAUGHT_UP_S + BEHIND_S) / 2

    assert 0.1 == pace.whole(Backlog(between_s))
    assert 10.0 == pace.whole(Backlog(BEHIND_S + 0.1))
    assert 10.0 == pace.whole(Backlog(between_s))
    assert 0.1 == pace.whole(Backlog(CAUGHT_UP_S - 0.1))


def test_while_behind_making_values_takes_a_tenth_of_the_time() -> None:
    """A backlog is worked off first. What chunks had while the slice waited for the broker is theirs already."""
    pace = Pace(0.1, 10.0)
    pace.live("rollup", 3.0)
    pace.look(Backlog(BEHIND_S + 0.1))

    assert 0.27 == pytest.approx(pace.rest(0.03, 0.03))
    assert 0.1 == pytest.approx(pace.rest(0.03, 0.2))
    assert 0.0 == pace.rest(0.03, 0.4)
    assert pace.rest(2.0, 2.0) == REST_MAX_S, (
        "not ten times as long as it takes to bring a month into the panes"
    )
    pace.look(Backlog(CAUGHT_UP_S))
    assert 0.45 == pytest.approx(pace.rest(0.03, 0.05))


def test_while_behind_everything_is_told_once_a_minute() -> None:
    """Else what the backlog does not change again; it begins with that, and the minute begins when all was told."""
    pace = Pace(0.1, 10.0)
    assert not pace.settled_only(now_s=100.0)
    pace.look(Backlog(BEHIND_S + 0.1))
    assert [True, True, False] == [
        pace.settled_only(now_s) for now_s in (100.0, 99.9 + EVERYTHING_S, 100.0 + EVERYTHING_S)
    ]
    pace.told_everything(now_s=180.0)
    assert [True, False] == [pace.settled_only(now_s) for now_s in (180.1, 180.0 + EVERYTHING_S)]
    pace.look(Backlog(0.0))
    assert not pace.settled_only(now_s=190.0)


def test_where_another_process_is_behind_nobody_needs_the_rests() -> None:
    """Who adds up faster than the other tracks tells meanwhile what is settled; values are old all the same."""
    pace = Pace(0.1, 10.0)
    pace.live("rollup", 3.0)

    behind = Backlog(0.0, upstream_s=BEHIND_S + 0.1)
    assert [UPSTREAM_PAUSE_S, 2.0, 10.0] == [pace.whole(behind, tick_s) for tick_s in (0.1, 4.0, 30.0)]
    assert 0.0 == pace.rest(0.03, 0.05)
    pace.look(Backlog(BEHIND_S, upstream_s=BEHIND_S))
    assert 0.25 == pytest.approx(pace.rest(0.03, 0.05))
