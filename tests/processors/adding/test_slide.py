"""Rolling windows move with the clock, with no event arriving."""

import pytest

from processors.publishing.records import rfc3339
from schemas.duration import DAY_US
from tests.oracle.moments import instant
from tests.processors.engine import Desk, fact, plan

AT = "2026-03-04T10:02:00Z"


def desk_with_a_call(yaml: str = "") -> Desk:
    """Return a roll-up that published one call."""
    desk = Desk(plan(yaml))
    desk.take(AT, fact("call", AT))
    desk.tick(AT)
    return desk


@pytest.mark.parametrize(
    ("window", "last_in", "out", "last_zero", "gone"),
    [
        # the pane of 10:00 to 10:05 leaves 288 panes later
        (
            "rolling_24h",
            "2026-03-05T09:59:59Z",
            "2026-03-05T10:00:00Z",
            "2026-03-12T09:59:00Z",
            "2026-03-12T10:00:00Z",
        ),
        # the hour of 10 leaves 168 and 720 hours later
        (
            "rolling_7d",
            "2026-03-11T09:59:59Z",
            "2026-03-11T10:00:00Z",
            "2026-03-18T09:59:00Z",
            "2026-03-18T10:00:00Z",
        ),
        (
            "rolling_30d",
            "2026-04-03T09:59:59Z",
            "2026-04-03T10:00:00Z",
            "2026-04-10T09:59:00Z",
            "2026-04-10T10:00:00Z",
        ),
        # the longest that is made of hours; 45 days and seven more are beyond the hours' retention
        (
            "rolling_45d",
            "2026-04-18T09:59:59Z",
            "2026-04-18T10:00:00Z",
            "2026-04-25T09:59:00Z",
            "2026-04-26T10:00:00Z",
        ),
        # the day leaves 365 days later
        (
            "rolling_365d",
            "2027-03-03T23:59:59Z",
            "2027-03-04T00:00:00Z",
            "2027-03-10T23:59:00Z",
            "2027-03-11T00:00:00Z",
        ),
        (
            "rolling_2h",
            "2026-03-04T11:59:59Z",
            "2026-03-04T12:00:00Z",
            "2026-03-11T11:59:00Z",
            "2026-03-11T12:00:00Z",
        ),
    ],
)
@pytest.mark.parametrize("restarted", [False, True])
def test_a_quiet_key(window: str, last_in: str, out: str, last_zero: str, gone: str, restarted: bool) -> None:
    """A call leaves its window on the clock: then the record says 0, and seven days later it gets a tombstone."""
    desk = desk_with_a_call("rolling: [rolling_2h, rolling_24h, rolling_7d, rolling_30d, rolling_45d, rolling_365d]\n"
                            "prometheus: {windows: [day]}\n")  # fmt: skip
    key = f"calls|{window}|rep=ann"

    for at, expected in ((last_in, (1, 1)), (out, (0, 0)), (last_zero, (0, 0)), (gone, None)):
        if restarted:
            desk.checkpoint()
            desk.restart()
        desk.tick(at)
        assert expected == desk.shown(key), at
    assert (key, None) in desk.said
    desk.tick("2028-01-01T00:00:00Z")
    assert (key, None) not in desk.said
    assert (1, 1) == desk.shown("calls|all_time|rep=ann")


def test_ratios_decay_to_null() -> None:
    """A rate with nothing left below the line says null with n 0, not 0."""
    desk = Desk()
    desk.take(AT, fact("deal_created", AT), fact("response", AT, 60_000_000))
    desk.tick(AT)
    assert (0.0, 1) == desk.shown("win_rate|rolling_24h|")

    desk.tick("2026-03-05T10:00:00Z")
    assert (None, 0) == desk.shown("win_rate|rolling_24h|")
    assert (None, 0) == desk.shown("response_time_p90|rolling_24h|")
    assert (None, 0) == desk.shown("response_time_mean|rolling_24h|")


def test_only_what_moved_is_published() -> None:
    """With one call in 24 h nothing is said until it leaves; what did not change is not said again.

    Of reps the next day says what places they gained since it began, in the longer periods.
    """
    desk = desk_with_a_call()

    for at in ("2026-03-04T10:03:00Z", "2026-03-04T10:05:00Z", "2026-03-04T22:00:00Z"):
        assert {} == desk.tick(at)
    keys = desk.tick("2026-03-05T10:00:00Z")
    assert {"rolling_24h", "day:2026-03-04"} == {key.split("|")[1] for key in keys if "|rep=" not in key}
    ranked = {"week:2026-W10", "month:2026-03", "quarter:2026-Q1", "year:2026"}
    assert ranked == {key.split("|")[1] for key in keys if "|rep=" in key} - {"rolling_24h", "day:2026-03-04"}


def test_a_long_sleep_is_one_step() -> None:
    """A worker that slept for weeks says at once what is true now, with tombstones for what is long gone."""
    desk = desk_with_a_call()
    desk.tick("2026-05-20T12:00:00Z")

    assert [None, None, None, (1, 1)] == [
        desk.shown(f"calls|{window}|")
        for window in ("rolling_24h", "rolling_7d", "rolling_30d", "rolling_365d")
    ]


def test_a_new_call_brings_the_key_back() -> None:
    """After zeros and a tombstone the key exists again as soon as there is a fact."""
    desk = desk_with_a_call()
    desk.tick("2026-03-05T10:00:00Z")
    assert (0, 0) == desk.shown("calls|rolling_24h|")
    desk.tick("2026-03-12T10:00:00Z")
    assert None is desk.shown("calls|rolling_24h|")
    desk.take("2026-03-12T10:01:00Z", fact("call", "2026-03-12T10:01:00Z"))
    desk.tick("2026-03-12T10:01:00Z")

    assert (1, 1) == desk.shown("calls|rolling_24h|")
    assert (2, 2) == desk.shown("calls|rolling_30d|")


def test_the_zeros_end_by_the_last_fact() -> None:
    """A second call an hour later keeps the key an hour longer: seven days count from when the last one left."""
    desk = desk_with_a_call()
    desk.take("2026-03-04T11:02:00Z", fact("call", "2026-03-04T11:02:00Z"))
    expected = {
        "2026-03-05T10:00:00Z": (1, 1),
        "2026-03-05T11:00:00Z": (0, 0),
        "2026-03-12T10:00:00Z": (0, 0),
        "2026-03-12T10:55:00Z": (0, 0),
        "2026-03-12T11:00:00Z": None,
    }

    for at, shown in expected.items():
        desk.tick(at)
        assert shown == desk.shown("calls|rolling_24h|"), at


def test_the_clock_never_goes_back() -> None:
    """A clock set back moves nothing: what left stays away."""
    desk = desk_with_a_call()
    desk.tick("2026-03-05T10:00:00Z")
    desk.tick("2026-03-04T12:00:00Z")

    assert (0, 0) == desk.shown("calls|rolling_24h|")
    desk.take("2026-03-04T12:00:00Z", fact("call", "2026-03-05T09:59:00Z"))
    desk.tick("2026-03-04T12:00:01Z")
    assert (1, 1) == desk.shown("calls|rolling_24h|")


def test_days_of_the_business_time_zone() -> None:
    """The rolling year moves at local midnight."""
    desk = Desk(plan("calendar: {timezone: America/New_York}\n"))
    desk.take("2026-03-04T03:00:00Z", fact("call", "2026-03-04T03:00:00Z"))  # the 3rd in New York
    desk.tick("2027-03-03T04:55:00Z")
    assert (1, 1) == desk.shown("calls|rolling_365d|")

    desk.tick("2027-03-03T05:00:00Z")
    assert (0, 0) == desk.shown("calls|rolling_365d|")


@pytest.mark.parametrize("window", ["rolling_2h", "rolling_24h", "rolling_7d", "rolling_365d", "today"])
@pytest.mark.parametrize("days", [2, 6, 366])
def test_what_comes_late_and_has_left_says_0(window: str, days: int) -> None:
    """A window that has left a fact when it comes says what it says where the fact came in time, or after a restart."""
    yaml = "rolling: [rolling_2h, rolling_24h, rolling_7d, rolling_365d, today]\n"
    early, late, restarted = (Desk(plan(yaml)) for _ in range(3))
    at = instant(AT)
    now = rfc3339(at + days * DAY_US)
    early.take(AT, fact("call", AT, channel="fax"))
    for desk in (early, late, restarted):
        for moment in (AT, now):
            desk.take(moment, fact("email_sent", moment))
            desk.tick(moment)
    late.take(now, fact("call", AT, channel="fax"))
    late.tick(now)
    restarted.take(now, fact("call", AT, channel="fax"))
    restarted.checkpoint()
    restarted.restart()
    restarted.tick(now)

    for key in (f"calls|{window}|rep=ann", f"calls|{window}|channel=fax"):
        assert early.shown(key) == late.shown(key) == restarted.shown(key)


def test_what_a_predecessor_told_of_and_was_taken_back_before_the_clock_got_there() -> None:
    """Its clock was ahead of what it wrote last: the call comes again with its correction, and the clock with both."""
    desk, at, later = Desk(), "2026-03-04T10:04:00Z", "2026-03-04T10:06:00Z"
    desk.take(at, fact("email_sent", at))
    desk.tick(at)
    desk.checkpoint()
    before = desk._offset, desk._source
    desk.take(later, fact("call", later))
    desk.tick(later, "live")
    assert (1, 1) == desk.shown("calls|rolling_24h|rep=ann")
    desk.restart()
    desk._offset, desk._source = before

    desk.take(later, fact("call", later))
    desk.take(later, fact("call", later, sign=-1))
    desk.tick(later)
    assert (0, 0) == desk.shown("calls|rolling_24h|rep=ann")
