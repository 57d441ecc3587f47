"""Episodes from the records of the alerts' history."""

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.alerts.history import Told, episodes, read_told
from processors.notify.ends import Ends
from processors.publishing.records import rfc3339
from processors.reading.event_time import decode_time
from schemas.alert import AlertState, Reason
from schemas.severity import rank
from tests.processors.alerts_told import acknowledgement, alert

DAY = "2026-11-21T"


def told(state: str, at: str, since: str, revision: int | None = None, **fields: Any) -> Told:
    """Return a record told at a time of day, of the episode that began at another."""
    time = f"{DAY}{at}:00Z"
    reason = Reason.RECOVERED if state == "resolved" else Reason.ABOVE_THRESHOLD
    record = alert(
        state=AlertState(state),
        **{
            "reason": reason,
            "starts_at": f"{DAY}{since}:00Z",
            "updated_at": time,
            "ends_at": time if state == "resolved" else None,
            "revision": decode_time(time) // 1000 if revision is None else revision,
        }
        | fields,
    )
    return read_told(msgspec.json.encode(record))


ONE = [
    told("pending", "09:00", "09:00"),
    told("firing", "09:05", "09:00"),
    told("no_data", "09:30", "09:00", reason=Reason.NO_VALUE),
    told("firing", "09:40", "09:00", reason=Reason.NOT_RECOVERED),
    told("resolved", "10:05", "09:00"),
]


def test_an_episode_from_firing_to_its_end() -> None:
    """Times count from firing: before, nobody could know."""
    (one,) = episodes(ONE)

    assert (one.starts_at, one.fired_at, one.ends_at) == (
        f"{DAY}09:00:00Z",
        f"{DAY}09:05:00Z",
        f"{DAY}10:05:00Z",
    )
    assert (one.state, one.ended_by, one.steps) == ("resolved", "recovered", 5)
    assert (one.to_resolve_s, one.lasted_s, one.to_acknowledge_s) == (3600, 3600, None)
    assert (one.team, one.rule, one.reopened) == ("north", "slow-response", False)


def test_what_was_over_before_it_fired_took_no_time() -> None:
    """A late answer is dated before the firing; the KPI about the event that tells of it says the same."""
    over = told("resolved", "10:05", "09:00", ends_at=f"{DAY}09:02:00Z", fired_at=f"{DAY}09:05:00Z")
    (one,) = episodes([*ONE[:2], over])
    ends = Ends("activity")
    ends.take_alert(over.id, msgspec.json.encode(over), decode_time(over.updated_at))
    (event,) = ends.sends()

    assert (one.ends_at, one.to_resolve_s, one.lasted_s) == (f"{DAY}09:02:00Z", 0, 0)
    assert msgspec.json.decode(event.value or b"")["data"]["duration_s"] == one.to_resolve_s


def test_one_that_goes_on() -> None:
    """It has no end yet."""
    (one,) = episodes(ONE[:-1])

    assert (one.state, one.ends_at, one.ended_by, one.to_resolve_s, one.lasted_s) == (
        "firing", None, None, None, None,
    )  # fmt: skip


def test_what_never_fired_is_no_episode() -> None:
    """Nobody was told of it."""
    assert episodes(ONE[:1]) == []


def test_one_whose_firing_is_no_longer_kept() -> None:
    """The history goes 30 days back; of what began before, the end alone is no episode."""
    assert episodes(ONE[-1:]) == []


@pytest.mark.parametrize(
    ("at", "seconds"), [("09:02", 0), ("09:05", 0), ("09:15", 600)]
)  # while pending, at once, after ten minutes
def test_the_time_to_acknowledge(at: str, seconds: float) -> None:
    """From firing to when somebody first said so."""
    ack = acknowledgement(episode=f"{DAY}09:00:00Z", created_at=f"{DAY}{at}:00Z", author="lee")

    (one,) = episodes(ONE, [ack])

    assert (one.to_acknowledge_s, one.acknowledged_by, one.acknowledged_at) == (
        seconds, "lee", f"{DAY}{at}:00Z",
    )  # fmt: skip


def test_an_acknowledgement_of_another_episode_counts_for_that() -> None:
    """The alert's id is not enough."""
    (one,) = episodes(ONE, [acknowledgement(episode=f"{DAY}08:00:00Z")])

    assert one.acknowledged_by is None


@pytest.mark.parametrize(
    "reason", [Reason.PERIOD_OVER, Reason.KPI_GONE, Reason.RULE_CHANGED, Reason.RULE_REMOVED]
)
def test_an_end_that_nobody_brought_about(reason: Reason) -> None:
    """It lasted, but was not resolved."""
    (one,) = episodes([*ONE[:-1], told("resolved", "10:05", "09:00", reason=reason)])

    assert (one.ended_by, one.lasted_s, one.to_resolve_s) == (reason, 3600, None)


def test_words_of_a_newer_version_are_read() -> None:
    """A state or reason that is not known yet is no reason to know nothing."""
    record = msgspec.json.decode(msgspec.json.encode(ONE[-1])) | {"reason": "answered_in_time", "new": 1}

    (one,) = episodes([*ONE[:-1], read_told(msgspec.json.encode(record))])

    assert (one.ended_by, one.to_resolve_s) == ("answered_in_time", None)


def test_severity_is_the_worst_it_had() -> None:
    """Whoever looks back wants to know how bad it was; what it was while pending was told to nobody."""
    steps = [
        told("pending", "09:00", "09:00", severity="critical"),
        told("firing", "09:05", "09:00", severity="info"),
        told("firing", "09:10", "09:00", severity="warning"),
        told("resolved", "09:15", "09:00", severity="info"),
    ]

    assert [one.severity for one in episodes(steps)] == ["warning"]


def test_an_alert_that_fires_again_within_the_hour_flaps() -> None:
    """By the end of the last episode that fired, not of one that didn't."""
    again = [
        told("pending", "10:10", "10:10"),  # came to nothing
        told("firing", "11:05", "11:05"),
        told("resolved", "11:10", "11:05"),
        told("firing", "12:11", "12:11"),
    ]

    assert [one.reopened for one in episodes([*ONE, *again])] == [False, True, False]
    assert [one.reopened for one in episodes([*ONE, *again], flap_us=59 * 60_000_000)] == [False] * 3


def test_the_team_of_an_alert_about_a_rep() -> None:
    """A dimension, else the rule's label."""
    rep = {"dims": {"rep": "ann"}}
    (labeled,) = episodes([told("firing", "09:05", "09:00", **rep)])
    (without,) = episodes([told("firing", "09:05", "09:00", labels={}, **rep)])

    assert (labeled.team, without.team) == ("label", None)


@given(st.data())
def test_order_and_repeats_change_nothing(data: st.DataObject) -> None:
    """Episodes follow from the set of records; each begins after the one before it ended."""
    minutes = data.draw(st.lists(st.integers(1, 1_000), min_size=1, max_size=12, unique=True))
    records, since = [], None
    for minute in sorted(minutes):
        at = rfc3339(decode_time(f"{DAY}00:00:00Z") + minute * 60_000_000)
        since = since or at
        state = data.draw(st.sampled_from(("firing", "resolved", "no_data")))
        fields = {"starts_at": since, "updated_at": at, "revision": minute}
        records.append(
            read_told(
                msgspec.json.encode(
                    alert(state=AlertState(state), ends_at=at if state == "resolved" else None, **fields)
                )
            )
        )
        if state == "resolved":
            since = None
    shuffled = data.draw(st.permutations(records + records[::2]))

    found = episodes(records)

    assert episodes(shuffled) == found
    for one, following in pairwise(found):
        assert one.ends_at is not None
        assert decode_time(one.ends_at) <= decode_time(following.fired_at)
    assert all(one.lasted_s is None or one.lasted_s >= 0 for one in found)
    assert [rank(one.severity) for one in found] == [rank("warning")] * len(found)
