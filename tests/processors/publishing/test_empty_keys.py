"""Keys at 0 in calendar periods and rolling windows: each has a week of its own."""

import pytest

from tests.processors.engine import Desk, fact

AT = "2025-11-03T09:00:00Z"
CALL = fact("call", AT, 60_000_000, channel="phone")
MAIL = fact("email_sent", AT, channel="e-mail")
CALLS, MAILS = "calls|day:2025-11-03|rep=ann", "emails_sent|day:2025-11-03|rep=ann"
BOTH = "activities|month:2025-11|rep=ann"


def back(row: list[object]) -> list[object]:
    """Return the fact taken back."""
    sign, *rest = row
    assert isinstance(sign, int)
    return [-sign, *rest]


def emptied(call_back: str, told: str) -> Desk:
    """Take the mail back on the 4th, and the call at a moment of the 11th, when the mail's week is over at 09:05."""
    desk = Desk()
    desk.take(AT, CALL, MAIL)
    desk.tick("2025-11-03T09:01:00Z")
    desk.take("2025-11-04T09:00:00Z", back(MAIL))
    desk.tick("2025-11-04T09:01:00Z")
    desk.take(call_back, back(CALL))
    desk.tick(told)
    return desk


def test_each_key_has_its_own_week() -> None:
    """A key does not leave with another of the same group and period, nor with one that shares facts with it."""
    desk = emptied("2025-11-11T08:57:00Z", "2025-11-11T08:58:00Z")
    assert [(0, 0), (0, 0), (0, 0)] == [desk.shown(key) for key in (CALLS, MAILS, BOTH)]

    desk.tick("2025-11-11T09:06:00Z")
    assert [(0, 0), None, (0, 0)] == [desk.shown(key) for key in (CALLS, MAILS, BOTH)]
    desk.tick("2025-11-18T08:54:00Z")
    assert [(0, 0), (0, 0)] == [desk.shown(key) for key in (CALLS, BOTH)]
    desk.tick("2025-11-18T09:06:00Z")
    assert [None, None] == [desk.shown(key) for key in (CALLS, BOTH)]


def test_a_key_that_filled_again_begins_a_new_week() -> None:
    """Its first week does not count when it is empty again."""
    desk = emptied("2025-11-11T08:57:00Z", "2025-11-11T08:58:00Z")
    desk.take("2025-11-12T09:00:00Z", CALL)
    desk.tick("2025-11-12T09:01:00Z")
    desk.take("2025-11-17T09:00:00Z", back(CALL))
    desk.tick("2025-11-17T09:01:00Z")

    desk.tick("2025-11-20T09:00:00Z")
    assert (0, 0) == desk.shown(CALLS)
    desk.tick("2025-11-24T09:06:00Z")
    assert None is desk.shown(CALLS)


def test_what_empties_at_the_moment_of_anothers_tombstone_says_so() -> None:
    """The last fact of a key is taken back in the very tick in which another's week is over."""
    desk = emptied("2025-11-11T09:05:00Z", "2025-11-11T09:06:00Z")

    assert [(0, 0), None, (0, 0)] == [desk.shown(key) for key in (CALLS, MAILS, BOTH)]


@pytest.mark.parametrize("at", ["2025-11-05T10:00:00Z", "2025-11-11T09:00:00Z"])
def test_a_restart_begins_the_week_anew(at: str) -> None:
    """Also of a key beside others that have facts: it says 0 a week longer, not for ever."""
    desk = Desk()
    desk.take(AT, CALL, MAIL)
    desk.tick("2025-11-03T09:01:00Z")
    desk.take("2025-11-04T09:00:00Z", back(MAIL))
    desk.tick("2025-11-04T09:01:00Z")
    desk.tick(at)
    desk.checkpoint()
    desk.restart()
    desk.tick("2025-11-11T09:06:00Z")
    assert [(1, 1), (0, 0)] == [desk.shown(key) for key in (CALLS, MAILS)]

    desk.tick("2025-11-19T09:06:00Z")
    assert [(1, 1), None, (1, 1)] == [desk.shown(key) for key in (CALLS, MAILS, BOTH)]


ROLLING = "emails_sent|rolling_30d|rep=ann"


def test_in_a_rolling_window_the_week_begins_when_the_fact_is_taken_back() -> None:
    """The pane that it was in stays in the window for much longer, and may leave it without a word."""
    desk = Desk()
    desk.take(AT, CALL, MAIL)
    desk.tick("2025-11-03T09:01:00Z")
    desk.take("2025-11-04T09:00:00Z", back(MAIL))
    desk.tick("2025-11-04T09:01:00Z")
    desk.tick("2025-11-11T08:58:00Z")
    assert (0, 0) == desk.shown(ROLLING)

    desk.tick("2025-11-11T09:06:00Z")
    assert None is desk.shown(ROLLING)
    for at in ("2025-11-20T09:00:00Z", "2025-12-03T10:01:00Z", "2025-12-10T10:01:00Z"):
        assert not desk.tick(at).get(ROLLING)


def test_a_key_that_is_gone_is_not_brought_back_by_what_is_left_in_another_pane() -> None:
    """Of two facts that were taken back the first leaves the week behind the window while the other is in it."""
    desk = Desk()
    desk.take(AT, MAIL, fact("email_sent", "2025-11-20T09:00:00Z", channel="e-mail"))
    desk.tick("2025-11-20T09:01:00Z")
    desk.take(
        "2025-11-20T09:02:00Z",
        back(MAIL),
        fact("email_sent", "2025-11-20T09:00:00Z", sign=-1, channel="e-mail"),
    )
    desk.tick("2025-11-20T09:03:00Z")
    assert (0, 0) == desk.shown(ROLLING)

    desk.tick("2025-11-27T09:11:00Z")
    assert None is desk.shown(ROLLING)
    for at in ("2025-12-03T10:01:00Z", "2025-12-10T10:01:00Z", "2025-12-20T10:01:00Z"):
        assert not desk.tick(at).get(ROLLING)

    desk.take("2025-12-20T10:02:00Z", fact("email_sent", "2025-12-20T10:00:00Z", channel="e-mail"))
    desk.tick("2025-12-20T10:03:00Z")
    assert (1, 1) == desk.shown(ROLLING)


def test_after_a_restart_it_goes_from_rolling_windows_too() -> None:
    """A week later, not when its pane has left the window."""
    desk = Desk()
    desk.take(AT, MAIL)
    desk.tick("2025-11-03T09:01:00Z")
    desk.take("2025-11-04T09:00:00Z", back(MAIL))
    desk.tick("2025-11-04T09:01:00Z")
    desk.checkpoint()
    desk.restart()
    desk.tick("2025-11-11T08:58:00Z")
    assert (0, 0) == desk.shown(ROLLING)

    desk.tick("2025-11-12T09:06:00Z")
    assert None is desk.shown(ROLLING)


def test_what_was_taken_back_stands_nowhere_in_the_team() -> None:
    """In a rolling window as in a period: whoever was told of it later compares with the same."""
    desk = Desk()
    desk.take(AT, CALL, fact("call", AT, 60_000_000, rep="bob", channel="phone"))
    desk.tick("2025-11-03T09:01:00Z")
    assert 2 == desk.kpis["calls|rolling_7d|rep=ann"]["of"]
    desk.take("2025-11-03T09:02:00Z", back(CALL))
    desk.tick("2025-11-03T09:03:00Z")

    for window in ("rolling_24h", "rolling_7d", "rolling_365d", "day:2025-11-03"):
        ann, bob = (desk.kpis[f"calls|{window}|rep={rep}"] for rep in ("ann", "bob"))
        assert "rank" not in ann
        assert (1, 1, 0.5) == (bob["rank"], bob["of"], bob["team_value"])


def test_what_left_the_window_stands_in_the_team_at_0() -> None:
    """Who made no call for a day is the last of the day, and no reason to go without a rank."""
    desk = Desk()
    desk.take(AT, CALL, fact("call", "2025-11-04T08:00:00Z", 60_000_000, rep="bob", channel="phone"))
    desk.tick("2025-11-04T08:01:00Z")
    desk.tick("2025-11-04T09:06:00Z")

    ann, bob = (desk.kpis[f"calls|rolling_24h|rep={rep}"] for rep in ("ann", "bob"))
    assert (0, 2, 2) == (ann["value"], ann["rank"], ann["of"])
    assert (1, 2) == (bob["rank"], bob["of"])


@pytest.mark.parametrize("again", [False, True])
def test_what_left_a_window_while_nobody_was_there_says_0_for_a_week(again: bool) -> None:
    """Also where the first to come was stopped before it had told all."""
    desk, begin = Desk(), "2026-11-17T10:00:00Z"
    gone = [fact("email_sent", begin, sign=sign) for sign in (1, -1)]
    desk.take(begin, fact("call", begin), *gone)
    desk.tick(begin)
    desk.checkpoint()
    desk.restart()
    back = "2026-11-18T13:00:00Z"
    desk.take(back, fact("call", back, rep="bob"))
    desk.tick(back, "live")
    desk.checkpoint()
    if again:
        desk.restart()

    for at in ("2026-11-18T13:00:10Z", "2026-11-18T14:00:10Z"):
        desk.tick(at)
        assert (0, 0) == desk.shown("calls|rolling_24h|rep=ann")
