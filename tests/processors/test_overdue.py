"""A partition of overdue, as a timeline: events and minutes in, alerts out."""

from typing import Any

import pytest

from processors.overdue import HOLD_US, START_HOLD_US, Overdue
from processors.partition import PartitionProcessor
from schemas.alert import AlertState, Reason, alert_id
from schemas.waiting import BEHIND_US
from tests.processors.alert_sequences import ALERTS, HISTORY
from tests.processors.engine import PLAN, Rec
from tests.processors.overdue_floor import MINUTE_US, START_US, Floor, assert_trustworthy, rules_of, states

INQUIRY = "kind: inquiry, limits: {warning: 1h, critical: 24h}"
DAY = 24 * 60
WEEK = 7 * DAY
OVERDUE = ("firing", "warning", "overdue")


def floor(*, durable: bool = False, **rules: str) -> Floor:
    """Return both stages under these rules, the one about inquiries by default."""
    return Floor(rules_of(**(rules or {"late": INQUIRY})), durable=durable)


def received(place: Floor, minute: float = 0, **more: Any) -> None:
    """Let an inquiry come to Ann at a minute, which is now."""
    place.now_us = START_US + round(minute * MINUTE_US)
    data = {"conversation": "c1", "rep": "ann", "team": "north", "channel": "chat", **more}
    assert [] == place.event("inquiry.received", minute, **data)


def heard(place: Floor, at: float, kind: str, minute: float, **more: Any) -> list[tuple[str, str, str]]:
    """Hear at a minute of an event at another; return what was told."""
    place.now_us = START_US + round(at * MINUTE_US)
    return states(place.event(kind, minute, **{"conversation": "c1", "rep": "ann", "team": "north", **more}))


def test_it_is_a_partition_processor() -> None:
    """The shell can run it like any other stage."""
    stage: PartitionProcessor = Overdue({}, PLAN.business_time, ALERTS, HISTORY)

    assert -1 == stage.cut
    assert [] == stage.snapshot()
    assert [] == stage.tick(START_US)


def test_the_record() -> None:
    """It names rule, account, entity and who has it; it is about no KPI."""
    place = floor(late=f"{INQUIRY}, title: Call back, owner: heads, labels: {{desk: one}}")
    received(place)

    (message,) = place.clock(60)

    id_ = alert_id("late", "inquiry|account=acme,entity=c1")
    assert message.record == {
        "id": id_, "rule": "late", "severity": "warning", "state": "firing", "reason": "overdue",
        "kpi": "", "window": "", "period": None, "dims": {"rep": "ann", "team": "north"},
        "value": 3600, "threshold": 3600, "target": None, "n": 1, "unit": "seconds",
        "starts_at": "2026-11-23T10:00:00Z", "updated_at": "2026-11-23T10:00:00Z", "ends_at": None,
        "summary": "Call back: inquiry c1 of acme (ann, team north) has waited 1 h since 2026-11-23T09:00:00Z; the "
        "limit is 1 h.",
        "revision": 1795428000000, "labels": {"kind": "inquiry", "desk": "one"}, "owner": "heads",
        "limit": "", "renotify_s": None, "escalate_after_s": None, "cool_down_s": None,
        "account": "acme", "entity": "c1", "fired_at": "2026-11-23T10:00:00Z",
    }  # fmt: skip


def test_it_fires_at_the_limit_and_escalates() -> None:
    """Nothing before the hour; a warning then; critical after the day; resolved by the answer, told once each."""
    place = floor()
    received(place)

    assert [] == place.clock(59.99)
    assert [OVERDUE] == states(place.clock(60))
    assert [] == place.clock(DAY - 0.01)
    worse = place.clock(DAY)
    assert [("firing", "critical", "escalated")] == states(worse)
    assert worse[0].record is not None
    assert worse[0].record["fired_at"] == "2026-11-23T10:00:00Z"
    assert [] == place.clock(2 * DAY)
    assert [("resolved", "critical", "answered")] == heard(place, 2 * DAY, "inquiry.answered", 2 * DAY)
    assert [] == place.clock(3 * DAY)
    (alert,) = place.alerts.values()
    assert ("2026-11-23T10:00:00Z", "2026-11-25T09:00:00Z", 172800) == (
        alert["starts_at"], alert["ends_at"], alert["value"],
    )  # fmt: skip


def test_noticed_late_it_has_the_right_times_and_one_step() -> None:
    """A worker that was away fires at once with what is so now, by the moment when it became so."""
    place = floor()
    received(place)

    (message,) = place.clock(2 * DAY)

    assert message.record is not None
    assert ("critical", "overdue", "2026-11-23T10:00:00Z", "2026-11-24T09:00:00Z") == (
        message.record["severity"], message.reason, message.record["starts_at"], message.record["updated_at"],
    )  # fmt: skip


def test_answered_before_it_is_nothing() -> None:
    """No alert for what was answered within the limit, or was answered before anyone could tell of it."""
    place = floor()
    received(place)
    assert [] == heard(place, 30, "inquiry.answered", 30)
    received(place, 40, conversation="c2")
    assert [] == heard(place, 2 * DAY, "inquiry.answered", 2 * DAY, conversation="c2")

    assert [] == place.clock(3 * DAY)
    assert 0 == place.overdue.stats["inquiry_waiting_now"]


def test_a_late_answer_in_time_takes_it_back() -> None:
    """Fired, then heard that it had been answered at 40 minutes: resolved with its own reason, as if it never was."""
    place = floor()
    received(place)
    place.clock(61)

    assert [("resolved", "warning", "answered_in_time")] == heard(place, 62, "inquiry.answered", 40)
    (alert,) = place.alerts.values()
    assert (alert["starts_at"], 2400) == (alert["ends_at"], alert["value"])
    assert "was answered in time, after 40 min: the event came late" in alert["summary"]


def test_a_late_answer_after_the_limit_resolves_it() -> None:
    """Answered at 70 minutes, heard at 90: it was right, and is over since minute 70."""
    place = floor()
    received(place)
    place.clock(61)

    assert [("resolved", "warning", "answered")] == heard(place, 90, "inquiry.answered", 70)
    (alert,) = place.alerts.values()
    assert ("2026-11-23T10:10:00Z", "2026-11-23T10:30:00Z", 4200) == (
        alert["ends_at"], alert["updated_at"], alert["value"],
    )  # fmt: skip


def test_what_is_resolved_can_still_be_taken_back() -> None:
    """Answered late, so it seemed; then an earlier answer is heard of."""
    place = floor()
    received(place)
    place.clock(61)
    heard(place, 70, "inquiry.answered", 70)

    assert [("resolved", "warning", "answered_in_time")] == heard(place, 80, "inquiry.answered", 40)
    assert [] == heard(place, 81, "inquiry.answered", 41)


def test_answered_in_time_and_asked_again() -> None:
    """Taken back when the late events come, though something waits; that fires for itself, a new episode."""
    place = floor()
    received(place)
    place.clock(61)

    place.append("inquiry.answered", START_US + 40 * MINUTE_US, "acme", conversation="c1", rep="ann")
    assert [("resolved", "warning", "answered_in_time")] == heard(place, 62, "inquiry.received", 50)
    assert [] == place.clock(109)
    (message,) = place.clock(110)
    assert message.record is not None
    assert ("overdue", "2026-11-23T10:50:00Z") == (message.reason, message.record["starts_at"])


def test_a_late_inquiry_makes_it_older() -> None:
    """An earlier one that comes late fires at once, when that has waited for an hour."""
    place = floor()
    received(place, 30)
    place.clock(50)
    assert [] == heard(place, 50, "inquiry.received", -20)

    (message,) = place.clock(51)
    assert message.record is not None
    assert "2026-11-23T09:40:00Z" == message.record["starts_at"]


def test_a_late_answer_makes_it_less_severe() -> None:
    """Critical, but an answer to the first of two inquiries comes late: the second waits for less than a day."""
    place = floor()
    received(place)
    heard(place, 10, "inquiry.received", 10)
    place.clock(DAY + 1)

    place.append("inquiry.answered", START_US + 5 * MINUTE_US, "acme", conversation="c1", rep="ann")
    place.track()
    assert [("firing", "warning", "deescalated")] == states(place.judge())
    assert [("firing", "critical", "escalated")] == states(place.clock(DAY + 10))


def test_it_moves_with_its_owner() -> None:
    """The alert is the same, and names the new rep and team."""
    place = floor(stuck="kind: deal, limits: {warning: 14d}")
    place.event("deal.created", 0, deal="d1", stage="new", rep="ann", team="north")
    place.clock(14 * DAY)
    place.now_us = START_US + 15 * DAY * MINUTE_US

    (message,) = place.event("deal.owner_changed", 15 * DAY, deal="d1", rep="bob", team="south")

    assert message.record is not None
    assert ("firing", "owner_changed", {"rep": "bob", "team": "south"}) == (
        message.state, message.reason, message.record["dims"],
    )  # fmt: skip
    assert "deal d1 of acme in stage new (bob, team south) has changed hands" in message.record["summary"]
    (message,) = place.event("deal.stage_changed", 15 * DAY, deal="d1", to_stage="offer", rep="eve")
    assert message.record is not None
    assert ("answered", {"rep": "bob", "team": "south"}) == (message.reason, message.record["dims"])


def test_what_the_rule_is_not_about() -> None:
    """Other values, other kinds: nothing; what leaves the choice is resolved, what comes back fires anew."""
    place = floor(stuck="kind: deal, limits: {warning: 1d}, where: {team: north}")
    place.event("deal.created", 0, deal="d1", stage="new", rep="ann", team="north")
    place.event("deal.created", 0, deal="d2", stage="new", rep="bob", team="south")
    assert 1 == len(place.clock(DAY))
    hour = 60 * MINUTE_US

    place.now_us += hour
    moved = place.event("deal.owner_changed", DAY + 60, deal="d1", rep="bob", team="south")
    assert [("resolved", "warning", "out_of_scope")] == states(moved)
    assert [] == place.clock(DAY + 119)
    place.now_us += hour
    assert [] == place.event("deal.owner_changed", DAY + 120, deal="d1", rep="ann", team="north")
    (message,) = place.clock(DAY + 180)
    assert message.record is not None
    assert ("overdue", "2026-11-24T10:00:00Z") == (message.reason, message.record["starts_at"])


def test_in_working_time() -> None:
    """An hour of work: what comes in the evening is due in the morning."""
    place = floor(late="kind: inquiry, business: true, limits: {warning: 1h}")
    received(place, 8 * 60)  # 17:00 UTC, where the day ends at 18:00
    received(place, 9 * 60, conversation="c2")

    assert [] == place.clock(9 * 60 - 0.01)
    assert 1 == len(place.clock(9 * 60))
    assert [] == place.clock(DAY + 59)
    (message,) = place.clock(DAY + 60)
    assert message.record is not None
    assert (3600, "2026-11-24T10:00:00Z") == (message.record["value"], message.record["starts_at"])
    assert "has waited 1 h of working time" in message.record["summary"]


def test_in_business_hours_only() -> None:
    """What is due in the night begins in the morning; who answers before work begins is in time."""
    place = floor(late="kind: inquiry, only_in_business_hours: true, limits: {warning: 1h}")
    received(place, 9 * 60)  # 18:00 UTC, when the day ends
    received(place, 9 * 60, conversation="c2")

    assert [] == heard(place, DAY - 60, "inquiry.answered", DAY - 60, conversation="c2")
    assert [] == place.clock(DAY - 0.01)
    (message,) = place.clock(DAY)
    assert message.record is not None
    assert "2026-11-24T09:00:00Z" == message.record["starts_at"]


def test_what_it_says_to_who_tells_of_it() -> None:
    """When to say it again, when to tell more people, and for how long to say nothing: in each record."""
    place = floor(late=f"{INQUIRY}, renotify: 4h, escalate_after: 2h, cool_down: 30m")
    received(place)

    (message,) = place.clock(60)
    assert message.record is not None
    said = (message.record[f"{name}_s"] for name in ("renotify", "escalate_after", "cool_down"))
    assert (14_400, 7_200, 1_800) == (*said,)


def test_several_rules_about_one_entity() -> None:
    """Each has its own alert and state."""
    place = floor(late=INQUIRY, chat="kind: inquiry, limits: {info: 10m}, where: {channel: chat}")
    received(place)
    received(place, 1, conversation="c2", channel="phone")

    assert [("firing", "info", "overdue")] == states(place.clock(11))
    assert [OVERDUE, OVERDUE] == states(place.clock(61))
    assert {"late c1", "late c2", "chat c1"} == set(place.alerts)
    assert 2 == len(heard(place, 62, "inquiry.answered", 62))


def test_after_a_week_it_is_forgotten() -> None:
    """A resolved alert's record is withdrawn, and with it all that is kept."""
    place = floor(durable=True)
    received(place)
    place.clock(60)
    heard(place, 70, "inquiry.answered", 70)

    assert [] == place.clock(70 + WEEK - 0.01)
    assert [("withdrawn", "", "expired")] == states(place.clock(70 + WEEK))
    assert {"cut"} == {key.decode() for key, value in dict(place.overduing.changelog).items() if value}
    assert 0 == place.overdue.stats["inquiry_waiting_now"]


# Restarts


def test_the_clock_s_decision_is_told_when_it_is_durable() -> None:
    """Not before the checkpoint that holds it is written; what follows waits behind it."""
    place = floor(durable=True)
    received(place)
    place.now_us = START_US + 61 * MINUTE_US
    assert [] == place.tick()
    assert [] == heard(place, 62, "inquiry.answered", 62)
    place.checkpoint()
    assert [] == place.tick()
    place.checkpoint()

    assert [OVERDUE, ("resolved", "warning", "answered")] == states(place.tick())


def test_what_was_never_told_is_decided_again() -> None:
    """A crash before the checkpoint loses a decision that nobody has heard of."""
    place = floor(durable=True)
    received(place)
    place.checkpoint()
    place.now_us = START_US + 61 * MINUTE_US
    place.tick()
    place.crash_overdue()
    assert [] == heard(place, 62, "inquiry.answered", 62)

    place.settle()
    assert [] == place.messages


def test_a_restart_says_nothing_twice() -> None:
    """Restarted at any time, with the alert told or not, there is one alert and one end."""
    place = floor(durable=True)
    received(place)
    place.restart()
    place.settle()
    assert [OVERDUE] == states(place.clock(60))
    place.restart()
    place.settle()
    assert [] == place.clock(DAY - 1)
    assert [("firing", "critical", "escalated")] == states(place.clock(DAY))
    place.restart()
    heard(place, DAY + 1, "inquiry.answered", DAY + 1)
    place.crash_overdue()
    place.judge()
    place.settle()

    assert 4 == len(place.messages)
    assert place.messages[-1] == place.messages[-2]
    assert_trustworthy(place.messages)


def test_after_a_start_the_clock_waits() -> None:
    """Tracking may be restored at the same time and behind: for a minute nothing fires."""
    place = floor(durable=True)
    received(place)
    place.checkpoint()
    place.crash_overdue()
    place.now_us = START_US + 61 * MINUTE_US
    place.tick()
    place.now_us += START_HOLD_US - 1
    place.snapshot()
    place.tick()
    place.checkpoint()
    assert [] == place.tick()
    place.now_us += 1
    place.tick()
    for _ in range(2):
        place.checkpoint()

    assert [OVERDUE] == states(place.tick())


def test_while_tracking_is_behind_the_clock_waits() -> None:
    """An answer may be among what has not been read: ten seconds more from each sign of it."""
    place = floor(durable=True)
    received(place)
    place.clock(30)
    place.now_us = START_US + 61 * MINUTE_US
    place.append("call.logged", place.now_us, "acme")
    place.append("inquiry.answered", place.now_us - 2 * MINUTE_US, "acme", conversation="c1")
    place.now_us += BEHIND_US + 1000

    place.track(1)
    place.judge()
    assert [] == place.tick()
    place.now_us += HOLD_US - 1
    place.track()
    place.judge()
    place.now_us += 3 * HOLD_US
    place.settle()
    assert [] == place.messages


def test_repeated_rows_change_nothing() -> None:
    """What tracking says again after a crash is known; so is what a stale writer says of what is over."""
    place = floor()
    place.checkpoint()
    received(place)
    heard(place, 5, "inquiry.answered", 5)
    place.crash_tracker()
    place.track(1)
    place.judge()

    assert [] == place.clock(DAY)
    assert 1 <= place.overdue.stats["rows_repeated"]


def test_told_anew() -> None:
    """A rule that comes to what waits already fires by when that began; what waits no more is closed."""
    place = Floor(rules_of(d="kind: deal, limits: {warning: 1d}"))
    for conversation in ("c1", "c2"):
        place.append("inquiry.received", START_US, "acme", conversation=conversation, rep="ann", team="north")
    place.track()
    place.restart(rules_of(late=INQUIRY))
    place.now_us = START_US + 120 * MINUTE_US
    place.settle()

    assert {"late c1", "late c2"} == {
        key for key, alert in place.alerts.items() if alert["state"] == "firing"
    }

    # The state of tracking is made anew from a log that has lost the first inquiry: nobody will say that it is over.
    place.checkpoint()
    place.tracking.log[0] = place.tracking.log[0]._replace(value=b"{}")
    place.generation = 2
    place.tracking.changelog[:] = [(b"meta", b'[-1,0,"",-1]')]
    place.crash_tracker()
    place.tracker._activity.waiting.restored(0, ())  # type: ignore[union-attr]
    place.now_us += MINUTE_US
    place.track()
    place.tick_tracker()
    assert [("resolved", "warning", "answered")] == states(place.judge())
    assert "c1 of acme (ann, team north) was answered" in place.messages[-1].record["summary"]  # type: ignore[index]


# Changed rules


CRITICAL_SOON = "kind: inquiry, limits: {warning: 30m, critical: 45m}"


@pytest.mark.parametrize(
    ("change", "told", "later"),
    [
        ({"late": INQUIRY}, [], ["escalated"]),
        ({"late": "kind: inquiry, limits: {warning: 2h}"}, [("resolved", "warning", "rule_changed")], ["overdue"]),
        ({"late": CRITICAL_SOON}, [("firing", "critical", "rule_changed")], []),
        ({"late": f"{INQUIRY}, where: {{team: south}}"}, [("resolved", "warning", "rule_changed")], ["expired"]),
        ({"late": "kind: quote, limits: {warning: 2h}"}, [("resolved", "warning", "rule_removed")], ["expired"]),
        ({}, [("resolved", "warning", "rule_removed")], ["expired"]),
    ],
)  # fmt: skip
def test_a_changed_rule(change: dict[str, str], told: list[tuple[str, str, str]], later: list[str]) -> None:
    """An open alert is judged again by what the rule says now; without a rule it is closed, and in a week forgotten."""
    place = floor(durable=True)
    received(place)
    place.clock(61)
    place.restart(rules_of(**change))
    before = len(place.messages)

    place.settle()
    assert told == states(place.messages[before:])
    assert later == [message.reason for message in place.clock(61 + WEEK + 5)]
    assert_trustworthy(place.messages)


def test_a_rule_that_is_gone_and_comes_back() -> None:
    """What waits still fires again, as another episode, though no event came in between."""
    place = floor(durable=True)
    received(place)
    place.clock(61)
    place.restart({})
    place.settle()
    place.restart(rules_of(late=INQUIRY))
    place.settle()
    place.settle()

    assert ["overdue", "rule_removed", "overdue"] == [message.reason for message in place.messages]
    assert_trustworthy(place.messages)


def test_after_a_change_an_answer_is_judged_by_the_new_limit() -> None:
    """Fired at an hour, now the limit is two: an answer at three hours was too late."""
    place = floor(durable=True)
    received(place)
    place.clock(121)
    place.restart(rules_of(late="kind: inquiry, limits: {warning: 2h}"))
    place.settle()

    assert [("resolved", "warning", "answered")] == heard(place, 180, "inquiry.answered", 180)


# What is odd


def test_what_can_t_be_read_is_counted() -> None:
    """A message that is no message of tracking's, and one without a value, do no harm."""
    place = floor()
    log = place.overduing.log
    log += [Rec(0, 0, None, b"{"), Rec(1, 0, None, None), Rec(2, 0, None, b'{"generation": "x"}')]

    assert [] == place.judge()
    assert (2, 2) == (place.overdue.cut, place.overdue.stats["messages_unreadable"])


def test_a_gap_is_accepted() -> None:
    """The shell says where the log goes on."""
    place = floor(durable=True)
    place.overdue.skip_to(7)

    assert 6 == place.overdue.cut


def test_numbers() -> None:
    """Alerts by rule, severity and state now, and steps by state and reason since the start."""
    place = floor()
    received(place)
    received(place, 1, conversation="c2")
    place.clock(62)
    heard(place, 63, "inquiry.answered", 63)

    assert {("late", "warning", AlertState.FIRING): 1, ("late", "warning", AlertState.RESOLVED): 1} == {
        label: count for label, count in place.overdue.alerts.items() if count
    }
    assert {(AlertState.FIRING, Reason.OVERDUE): 2, (AlertState.RESOLVED, Reason.ANSWERED): 1} == dict(
        place.overdue.transitions
    )
    assert 3 == place.overdue.stats["alerts_sent"]
