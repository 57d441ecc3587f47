"""A partition of overdue, as a timeline: events and minutes in, alerts out."""

import gc

from processors.overdue import Overdue
from processors.partition import PartitionProcessor
from processors.waiting.case import Case
from schemas.alert import AlertState, Reason, alert_id
from tests.processors.alert_sequences import ALERTS, HISTORY
from tests.processors.engine import PLAN, Rec
from tests.processors.overdue_floor import MINUTE_US, START_US, states
from tests.processors.overdue_place import DAY, INQUIRY, OVERDUE, floor, heard, received


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
        "summary": "Call back: inquiry c1 of acme (ann, team north) has waited 1 h since 09:00; the limit is 1 h.",
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


def test_what_was_answered_takes_no_memory() -> None:
    """The entry that waits for its limit, which may be weeks away, does not hold what is known of it."""
    place = floor()
    received(place, conversation="answered")
    assert "answered" in known()

    heard(place, 1, "inquiry.answered", 1, conversation="answered")

    assert "answered" not in known()


def known() -> set[str]:
    """Return the ids of all cases in memory."""
    gc.collect()
    return {case.row.id for case in gc.get_objects() if isinstance(case, Case)}


def test_answered_before_it_is_nothing() -> None:
    """No alert for what was answered within the limit, or was answered before anyone could tell of it."""
    place = floor()
    received(place)
    assert [] == heard(place, 30, "inquiry.answered", 30)
    received(place, 40, conversation="c2")
    assert [] == heard(place, 2 * DAY, "inquiry.answered", 2 * DAY, conversation="c2")

    assert [] == place.clock(3 * DAY)
    assert 0 == place.overdue.stats["inquiry_waiting_now"]


def test_how_many_wait_is_counted_by_kind() -> None:
    """Also after a restart."""
    place = floor(late=INQUIRY, stuck="kind: deal, limits: {warning: 14d}")
    received(place)
    received(place, conversation="c2")
    place.event("deal.created", 0, deal="d1", stage="new", rep="ann", team="north")
    place.restart()
    heard(place, 30, "inquiry.answered", 30)

    stats = place.overdue.stats
    assert (1, 1, 0) == tuple(stats[f"{kind}_waiting_now"] for kind in ("inquiry", "deal", "lead"))


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
