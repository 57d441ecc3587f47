"""How long alerts went on: what notify publishes of that, once for each episode."""

from typing import Any

import orjson

from processors.decode import decode
from processors.notify.ends import TOLD_US, Ends
from schemas.alert import Alert, Reason
from schemas.duration import DAY_US
from schemas.silence import Silence
from tests.processors.notify.timeline import acknowledgement, alert, at_us, encode


def fired(state: str = "firing", minute: float = 10, **more: Any) -> Alert:
    """Return an alert that began at 0 and fired at minute 10."""
    return alert(state=state, minute=minute, fired_at="2026-11-21T09:10:00Z", **more)


def told(ends: Ends, *what: Alert | Silence, minute: float = 60) -> list[tuple[str, str, float]]:
    """Take records; return type, time and duration of the events."""
    for one in what:
        take = ends.take_alert if isinstance(one, Alert) else ends.take_silence
        take(one.id, encode(one), at_us(minute))
    events = [orjson.loads(send.value or b"") for send in ends.sends()]
    return [(one["type"], one["time"][11:16], one["data"]["duration_s"]) for one in events]


def test_a_recovery_is_told_with_its_time() -> None:
    """From firing, not from the beginning of the breach, to its end; an event that tracking can read."""
    ends = Ends("activity")
    over = fired("resolved", 40, team="north", rep="ann")
    ends.take_alert(over.id, encode(over), at_us(41))
    (send,) = ends.sends()

    event = decode(send.value or b"", ())
    assert (send.topic, send.partition, send.key) == ("activity", None, over.id.encode())
    assert (event.type, event.t_us) == ("crm.alert.resolved", at_us(40))
    assert (event.data.duration_s, event.data.team, event.data.rep) == (1800.0, "north", "ann")  # type: ignore[union-attr]
    assert ends.sends() == []


def test_what_ended_otherwise_is_not_told() -> None:
    """The period was over, the rule was removed, or it never was an alert: nobody resolved it."""
    for reason in (Reason.PERIOD_OVER, Reason.RULE_REMOVED, Reason.ANSWERED_IN_TIME, Reason.KPI_GONE):
        assert told(Ends("activity"), fired("resolved", 40, reason=reason)) == []


def test_what_did_not_fire_is_not_told() -> None:
    """A pending alert, and one of a worker that did not say when it fired."""
    assert told(Ends("activity"), alert(state="pending"), alert(state="resolved", minute=9)) == []


def test_an_acknowledgement_is_told_once() -> None:
    """Said again it has the same beginning; whether it is over is another matter."""
    ends = Ends("activity")
    said = acknowledgement(fired(), 25)

    assert told(ends, fired(), said) == [("crm.alert.acknowledged", "09:25", 900.0)]
    assert told(ends, said) == []
    assert told(ends, fired("resolved", 40)) == [("crm.alert.resolved", "09:40", 1800.0)]


def test_who_took_care_before_it_fired_took_no_time() -> None:
    """It is told when it fires, whichever record comes first."""
    pending = alert(state="pending")
    said = acknowledgement(pending, 5)

    ends = Ends("activity")
    assert told(ends, pending, said) == []
    assert told(ends, fired()) == [("crm.alert.acknowledged", "09:10", 0.0)]


def test_an_acknowledgement_is_of_one_episode() -> None:
    """The next episode has its own times."""
    ends = Ends("activity")
    told(ends, fired(), acknowledgement(fired(), 25), fired("resolved", 40))
    again = fired(minute=50, began=45)

    assert told(ends, again) == []
    assert [one[0] for one in told(ends, fired("resolved", 55, began=45))] == ["crm.alert.resolved"]


def test_a_new_process_tells_the_same_again_under_the_same_ids() -> None:
    """Tracking drops the copies; what is older than its memory of them is not told."""
    records = (fired("resolved", 40), acknowledgement(fired(), 25))

    def ids(now_us: int) -> set[str]:
        ends = Ends("activity")
        ends.take_silence("ack", encode(records[1]), now_us)
        ends.take_alert("a", encode(records[0]), now_us)
        return {orjson.loads(send.value or b"")["id"] for send in ends.sends()}

    assert ids(at_us(41)) == ids(at_us(60)) == {
        "slow||2026-11-21T09:00:00Z|acknowledged", "slow||2026-11-21T09:00:00Z|resolved",
    }  # fmt: skip
    assert ids(at_us(41) + TOLD_US) == set()


def test_where_copies_are_known_for_a_shorter_time_less_is_told_again() -> None:
    """A start after that would count what was counted."""
    for days, again in ((1.0, False), (7.0, True)):
        ends = Ends("activity", round(days * DAY_US))
        assert bool(told(ends, fired("resolved", 40), minute=40 + 24 * 60)) is again


def test_a_clock_that_is_ahead_of_ours_gives_no_event_from_the_future() -> None:
    """It would be refused; how long it went on is known all the same."""
    assert told(Ends("activity"), fired("resolved", 100), minute=60) == [
        ("crm.alert.resolved", "10:00", 5400.0)
    ]


def test_what_is_withdrawn_is_forgotten() -> None:
    """Nothing is kept of alerts and acknowledgements that are gone, nor of what can't be read."""
    ends = Ends("activity")
    told(ends, fired())
    ends.take_alert(fired().id, None, at_us(60))
    ends.take_alert("x", b"{", at_us(60))
    ends.take_silence("x", b"{", at_us(60))
    ends.take_silence("y", None, at_us(60))

    assert told(ends, acknowledgement(fired(), 25)) == []
