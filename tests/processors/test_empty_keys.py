"""Keys at 0 in calendar periods: each has a week of its own."""

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
