"""A partition of the judge, as a timeline: KPI records and minutes in, alerts out."""

from typing import Any

import orjson
import pytest

from processors.judge import BEHIND_US, HOLD_US, Judge
from processors.partition import PartitionProcessor
from processors.records import rfc3339
from schemas.alert import AlertState, Reason, alert_id
from schemas.rule import Rule
from tests.processors.alert_sequences import (
    ALERTS,
    HISTORY,
    MINUTE_US,
    START_US,
    Installation,
    Kafka,
    Told,
    kpi_body,
    told,
)

SLOW = Rule.model_validate(
    {
        "title": "Customers wait too long",
        "severity": "critical",
        "kpi": "response_time_p90",
        "window": "rolling_24h",
        "for_each": "team",
        "above": 3600,
        "recover": 2700,
        "for": "5m",
        "min_n": 10,
    }
)
NORTH = "response_time_p90|rolling_24h|team=north"
MONTH = Rule.model_validate({"kpi": "win_rate", "window": "month", "below": 0.2})
NOVEMBER, DECEMBER = "win_rate|month:2026-11|", "win_rate|month:2026-12|"


def at(minute: float) -> int:
    """Return the microsecond of a minute of the test."""
    return START_US + int(minute * MINUTE_US)


class Timeline(Installation):
    """An installation at which values come at minutes."""

    def value(
        self, minute: float, value: float | None, n: int = 31, key: str = NORTH, **more: Any
    ) -> list[Told]:
        """Publish and consume a value that was computed at a minute; return what was told."""
        self.now_us = at(minute)
        self.publish(key, kpi_body(value, n, self.now_us, self.now_us // 1000, **more))
        return self.consume()

    def clock(self, minute: float) -> list[Told]:
        """Tick at a minute, with a checkpoint before and after as often as it takes to tell all."""
        self.now_us = at(minute)
        found = self.tick()
        for _ in range(3):
            self.checkpoint()
            found += self.tick()
        return found


def states(messages: list[Told]) -> list[tuple[str, str]]:
    """Return state and reason of messages."""
    return [(message.state, message.reason) for message in messages]


def test_it_is_a_partition_processor() -> None:
    """The shell can run it like any other stage."""
    judge: PartitionProcessor = Judge({}, 0, ALERTS, HISTORY)

    assert judge.cut == -1
    assert judge.snapshot() == []
    assert judge.tick(START_US) == []


def test_the_whole_record() -> None:
    """An alert says everything that the contract lists, and one step is one record with all of it."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    (firing,) = place.value(6, 5400.5, target=1800)

    assert firing.record == {
        "id": alert_id("slow-response", NORTH),
        "rule": "slow-response",
        "severity": "critical",
        "state": "firing",
        "reason": "above_threshold",
        "kpi": "response_time_p90",
        "window": "rolling_24h",
        "period": None,
        "dims": {"team": "north"},
        "value": 5400,
        "threshold": 3600.0,
        "target": None,
        "n": 31,
        "unit": "seconds",
        "starts_at": "2026-11-21T09:00:00Z",
        "updated_at": "2026-11-21T09:05:00Z",
        "ends_at": None,
        "summary": "Customers wait too long: Response time p90 over the last 24 hours for team north is "
        "1 h 30 min, above 1 h (31 samples).",
        "revision": at(5) // 1000,
        "labels": {},
        "owner": "",
        "limit": "above 1 h",
        "renotify_s": None,
        "escalate_after_s": None,
        "cool_down_s": None,
        "account": None,
        "entity": None,
        "fired_at": "2026-11-21T09:05:00Z",
    }


def test_one_alert_a_key() -> None:
    """Each team has an alert of its own; reps and the company are not asked."""
    place = Timeline({"slow-response": SLOW})
    messages = place.value(0, 5400)
    messages += place.value(1, 5400, key=NORTH.replace("north", "south"))
    messages += place.value(1, 5400, key="response_time_p90|rolling_24h|rep=ann")
    messages += place.value(1, 5400, key="response_time_p90|rolling_24h|")
    messages += place.value(1, 5400, key="response_time_p90|rolling_24h|channel=mail,team=north")
    messages += place.value(1, 5400, key="response_time_p90|rolling_7d|team=north")
    messages += place.value(1, 5400, key="response_time_p50|rolling_24h|team=north")

    assert [message.record and message.record["dims"] for message in messages] == [
        {"team": "north"},
        {"team": "south"},
    ]


def test_several_rules_about_one_key() -> None:
    """Rules don't know of each other."""
    warning = SLOW.model_copy(update={"above": 1800.0, "recover": None, "for_us": 0, "severity": "warning"})
    place = Timeline({"slow-response": SLOW, "slowish": warning})

    messages = place.value(0, 5400)

    assert {(m.record or {})["rule"]: m.state for m in messages} == {
        "slow-response": "pending",
        "slowish": "firing",
    }


def test_a_rule_about_several_dimensions_together() -> None:
    """`for_each: [from_stage, to_stage]` watches the keys that have exactly both."""
    rule = Rule.model_validate(
        {
            "kpi": "stage_conversion",
            "window": "rolling_30d",
            "for_each": ["to_stage", "from_stage"],
            "below": 0.1,
        }
    )
    place = Timeline({"leak": rule})

    messages = place.value(0, 0.05, key="stage_conversion|rolling_30d|from_stage=a%2Cb,to_stage=c")
    messages += place.value(0, 0.05, key="stage_conversion|rolling_30d|from_stage=a,rep=x,to_stage=c")

    assert [(m.record or {})["dims"] for m in messages] == [{"from_stage": "a,b", "to_stage": "c"}]


def test_for_elapses_with_no_record() -> None:
    """The clock fires an alert at the time it was due, however late it ticks."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)

    assert place.clock(4.9) == []
    (firing,) = place.clock(6)

    assert (firing.state, firing.revision) == ("firing", at(5) // 1000)


def test_what_the_clock_decides_is_told_only_when_it_is_durable() -> None:
    """A crash must not take back what was told: so it is written first, and told when that is sure."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.now_us = at(6)

    assert place.tick() == []
    place.unwritten = place.judge.snapshot()
    assert place.tick() == []
    place.write()
    place.unwritten = place.judge.snapshot()

    assert states(place.tick()) == [("firing", "above_threshold")]


def test_a_record_that_contradicts_waits_behind_the_clock() -> None:
    """Computed before the alert was due, read after: fired and resolved, in this order, or neither."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.now_us = at(6)
    place.tick()
    place.publish(NORTH, kpi_body(60, 31, at(4), at(6) // 1000))

    assert place.consume() == []
    assert states(place.settle()) == [("firing", "above_threshold"), ("resolved", "recovered")]


def test_a_crash_before_that_tells_neither() -> None:
    """What was decided and lost with the process was never told."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.now_us = at(6)
    place.tick()
    place.crash()
    place.publish(NORTH, kpi_body(60, 31, at(4), at(6) // 1000))

    assert states(place.consume()) == [("withdrawn", "breach_ended")]


def test_a_crash_after_that_tells_it() -> None:
    """What was decided and written is told after the restart, even if the process had not come to it."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.now_us = at(6)
    place.tick()
    place.unwritten = place.judge.snapshot()
    place.crash(written_groups=1)

    assert states(place.tick()) == [("firing", "above_threshold")]


def test_told_is_told() -> None:
    """Once a checkpoint has kept that the clock's decision was told, no restart tells it again."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    assert states(place.clock(6)) == [("firing", "above_threshold")]
    place.checkpoint()
    place.crash()

    assert place.clock(7) == []


def test_without_a_changelog_the_clock_is_told_at_once() -> None:
    """A replay has nothing to wait for."""
    place = Timeline({"slow-response": SLOW}, durable=False)
    place.value(0, 5400)
    place.now_us = at(5)

    assert states(place.tick()) == [("firing", "above_threshold")]


def test_a_restart_goes_on() -> None:
    """Pending and firing alerts survive; nothing is told twice, and the revision rises."""
    place = Timeline({"slow-response": SLOW})
    (pending,) = place.value(0, 5400)
    place.checkpoint()
    place.crash()
    (firing,) = place.value(5, 5400)
    place.checkpoint()
    place.crash()
    assert place.value(6, 5400) == []
    (resolved,) = place.value(7, 60)

    assert [m.state for m in (pending, firing, resolved)] == ["pending", "firing", "resolved"]
    assert pending.revision < firing.revision < resolved.revision
    assert (resolved.record or {})["starts_at"] == "2026-11-21T09:00:00Z"
    assert (resolved.record or {})["ends_at"] == "2026-11-21T09:07:00Z"


def test_a_repeated_record_says_the_same_again() -> None:
    """Replayed from the log after a crash, a record gives the same bytes; read twice, it gives nothing."""
    place = Timeline({"slow-response": SLOW})
    first = place.value(0, 5400)
    place.crash()
    assert place.consume() == first

    place.publish(NORTH, place.log[0].value)
    assert place.consume() == []
    assert place.judge.stats["records_outdated"] == 1


def test_an_older_record_is_ignored() -> None:
    """A record with a lower revision than one seen is a stale writer's."""
    place = Timeline({"slow-response": SLOW})
    place.value(10, 5400)
    place.publish(NORTH, kpi_body(60, 31, at(11), at(9) // 1000))

    assert place.consume() == []
    assert place.judge.stats["alerts_pending_now"] == 1


def test_a_corrected_value() -> None:
    """A late event that changes the value is a value like any other: the alert follows it."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.value(6, 5400)

    assert states(place.value(7, 1200)) == [("resolved", "recovered")]


def test_the_clock_waits_after_a_start() -> None:
    """For ten seconds after a restart, records that came meanwhile have the first word."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.crash()

    assert place.clock(30) == []
    assert states(place.clock(30 + HOLD_US / MINUTE_US)) == [("firing", "above_threshold")]


def test_the_clock_waits_while_the_judge_is_behind() -> None:
    """While the records read are old, newer ones are waiting, and the clock decides nothing."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.clock(1)
    place.publish("other|rolling_24h|", kpi_body(1, 1, at(1), 1))
    place.now_us = at(8) + BEHIND_US
    place.consume()

    assert place.tick() == []
    assert place.judge.stats["alerts_pending_now"] == 1


def test_a_key_that_is_gone() -> None:
    """A tombstone resolves what fires and withdraws what is pending."""
    place = Timeline({"slow-response": SLOW})
    south = NORTH.replace("north", "south")
    place.value(0, 5400)
    place.value(6, 5400)
    place.value(6, 5400, key=south)
    for key in (NORTH, south, "other|rolling_24h|"):
        place.publish(key, None)

    assert states(place.consume()) == [("resolved", "kpi_gone"), ("withdrawn", "kpi_gone")]


def test_periods() -> None:
    """A month's alert ends with the month; the next month is judged for itself, under an id of its own."""
    place = Timeline({"month": MONTH})
    end = rfc3339(at(60))
    (november,) = place.value(0, 0.1, key=NOVEMBER, end=end)
    (december,) = place.value(61, 0.1, key=DECEMBER, end=rfc3339(at(9999)))
    over = place.value(61, 0.11, key=NOVEMBER, end=end)

    assert (november.record or {})["period"] == "2026-11"
    assert november.id != december.id
    assert [(m.id, m.state, m.reason) for m in over] == [(november.id, "resolved", "period_over")]
    assert (over[0].record or {})["ends_at"] == end


def test_the_clock_ends_a_period() -> None:
    """No record has to come for a month to be over."""
    place = Timeline({"month": MONTH})
    place.value(0, 0.1, key=NOVEMBER, end=rfc3339(at(60)))

    assert states(place.clock(59)) == []
    assert states(place.clock(60)) == [("resolved", "period_over")]


def test_closed_periods_are_not_judged() -> None:
    """History that is loaded, corrected or final wakes nobody."""
    place = Timeline({"month": MONTH})
    end = rfc3339(at(60))

    assert place.value(60, 0.1, key=NOVEMBER, end=end) == []
    assert place.value(130, 0.1, key=NOVEMBER, end=end, final=True) == []
    assert place.value(140, 0.05, key=NOVEMBER, end=end) == []
    assert place.value(140, 0.05, key=DECEMBER, final=True) == []
    assert place.judge.stats["watched_keys_now"] == 0


def test_a_late_record_of_a_period_that_is_over() -> None:
    """Computed before the end, read after the clock closed the month: too late."""
    place = Timeline({"month": MONTH})
    place.value(0, 0.1, key=NOVEMBER, end=rfc3339(at(60)))
    place.clock(60)
    place.publish(NOVEMBER, kpi_body(0.05, 9, at(59), at(61) // 1000, end=rfc3339(at(60))))

    assert place.settle() == []


def test_a_removed_rule() -> None:
    """Alerts of a rule that is no longer in the file are closed, with what is left to say of them."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.value(6, 5400)
    place.checkpoint()
    place.crash(rules={})
    (closed,) = place.clock(9)

    assert (closed.state, closed.reason) == ("resolved", "rule_removed")
    assert (closed.record or {})["severity"] == "critical"
    assert (closed.record or {})["ends_at"] == "2026-11-21T09:09:00Z"
    place.crash(rules={})
    assert place.clock(10) == []


def test_a_rule_that_watches_something_else_now() -> None:
    """To watch another KPI is to be another rule."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.value(6, 5400)
    place.checkpoint()
    place.crash(rules={"slow-response": SLOW.model_copy(update={"window": "rolling_7d"})})

    assert states(place.clock(9)) == [("resolved", "rule_removed")]
    assert states(place.value(10, 9999)) == []
    assert states(place.value(10, 9999, key=NORTH.replace("24h", "7d"))) == [("pending", "above_threshold")]


def test_a_changed_rule() -> None:
    """An open alert is judged again at the start; told once, it is not told at the next."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.value(6, 5400)
    place.checkpoint()
    stricter = SLOW.model_copy(update={"severity": "warning", "above": 3000.0})
    place.crash(rules={"slow-response": stricter})
    (changed,) = place.clock(9)
    place.checkpoint()
    place.crash()

    assert (changed.state, changed.reason) == ("firing", "rule_changed")
    assert [(changed.record or {})[name] for name in ("severity", "threshold")] == ["warning", 3000.0]
    assert place.clock(10) == []
    assert place.judge.alerts == {("slow-response", "warning", AlertState.FIRING): 1}


def test_a_new_rule_about_a_watched_key() -> None:
    """A key with restored alerts is watched by a rule that is new, too."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.checkpoint()
    place.crash(rules={"slow-response": SLOW, "new": SLOW.model_copy(update={"for_us": 0})})

    messages = place.value(1, 5400)

    assert [(m.record or {})["rule"] for m in messages] == ["new"]


def test_old_alerts_leave_topic_and_changelog() -> None:
    """A resolved alert's record is withdrawn after 7 days, its state forgotten after 7 more."""
    place = Timeline({"slow-response": SLOW.model_copy(update={"for_us": 0})})
    place.value(0, 5400)
    place.value(1, 60)
    assert states(place.clock(7 * 1440 + 1)) == [("withdrawn", "expired")]
    assert place.clock(14 * 1440 + 1) == []

    latest = dict(place.changelog)
    assert latest[alert_id("slow-response", NORTH).encode()] is None
    place.publish(NORTH, None)
    assert place.consume() == []
    assert place.judge.stats["watched_keys_now"] == 0


def test_garbage_is_counted() -> None:
    """A KPI record that can't be read changes nothing and stops nothing."""
    place = Timeline({"slow-response": SLOW})
    bodies = (b"", b"[]", b"{}", b"{", kpi_body(5400, 31, at(0), 1).replace(b"2026-11", b"2026-99"))
    for body in bodies:
        place.publish(NORTH, body)
    place.log.append(Kafka(len(place.log), 0, None, b"{}"))

    assert place.consume() == []
    assert place.judge.stats["records_unreadable"] == len(bodies)
    assert place.judge.cut == len(bodies)


def test_odd_keys_are_of_no_interest() -> None:
    """Whatever another writer puts on the topic, keys that are no KPI's are passed over."""
    place = Timeline({"slow-response": SLOW})
    for key in (
        b"",
        b"|",
        b"\xff\xfe|x|",
        b"response_time_p90|rolling_24h",
        b"||||",
        b"response_time_p90|rolling_24h|team",
    ):
        place.log.append(Kafka(len(place.log), 0, key, b"{}"))

    assert place.consume() == []


@pytest.mark.parametrize("offset", [0, 7])
def test_gaps(offset: int) -> None:
    """A gap in the log that is real moves the cut, and the cut is written."""
    place = Timeline({})
    place.judge.skip_to(offset + 1)

    assert place.judge.cut == offset
    assert place.judge.snapshot() == [[(b"cut", b"%d" % offset)]]
    assert place.judge.snapshot() == []


def test_stats() -> None:
    """Alerts are counted by state, steps by reason, and by what the metrics' labels want."""
    place = Timeline({"slow-response": SLOW})
    place.value(0, 5400)
    place.value(6, 5400)
    place.value(6, 5400, key=NORTH.replace("north", "south"))

    stats = place.judge.stats
    assert [stats[f"alerts_{state}_now"] for state in AlertState] == [1, 1, 0, 0]
    assert stats["transitions_above_threshold"] == 3
    assert stats["records_judged"] == 3
    assert stats["alerts_sent"] == 3
    assert place.judge.transitions == {
        (AlertState.PENDING, Reason.ABOVE_THRESHOLD): 2,
        (AlertState.FIRING, Reason.ABOVE_THRESHOLD): 1,
    }
    assert place.judge.alerts[("slow-response", "critical", AlertState.FIRING)] == 1


def test_alerts_go_to_both_topics_under_their_id() -> None:
    """The compacted topic has the latest of an alert, the history every step; a withdrawal is a tombstone."""
    judge = Judge({"slow-response": SLOW}, 0, ALERTS, HISTORY)
    judge.restored()
    records = [
        Kafka(0, at(0) // 1000, NORTH.encode(), kpi_body(5400, 31, at(0), 1)),
        Kafka(1, at(1) // 1000, NORTH.encode(), kpi_body(60, 31, at(1), 2)),
    ]

    sends = judge.process(records, at(1))

    assert [(send.topic, send.partition, send.key) for send in sends] == [
        (topic, None, alert_id("slow-response", NORTH).encode()) for topic in (ALERTS, HISTORY, ALERTS)
    ]
    assert sends[0].value == sends[1].value
    assert orjson.loads(sends[0].value or b"")["state"] == "pending"
    assert sends[2].value is None
    assert dict(sends[2].headers) == {"reason": b"breach_ended", "revision": b"%d" % (at(1) // 1000)}
    assert [message.reason for message in told(sends)] == ["above_threshold", "breach_ended"]
