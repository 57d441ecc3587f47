"""A partition of the judge, as a timeline: KPI records and minutes in, alerts out."""

import orjson
import pytest

from processors.judge import Judge
from processors.judging.terms import Terms
from processors.partition import PartitionProcessor
from schemas.alert import AlertState, Reason, alert_id
from schemas.rule import Rule
from tests.processors.alert_sequences import ALERTS, HISTORY, START_US, Kafka, kpi_body, told
from tests.processors.judge_timeline import NORTH, SLOW, Timeline, at


def test_it_is_a_partition_processor() -> None:
    """The shell can run it like any other stage."""
    judge: PartitionProcessor = Judge({}, ALERTS, HISTORY)

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


def test_a_summary_says_what_people_say() -> None:
    """It calls the KPI by its label, as wallboards do, and money by its currency; the record's unit is the KPI's."""
    rule = Rule.model_validate({"kpi": "arpu", "window": "day", "below": 80, "recover": 90})
    judge = Judge({"poor": rule}, ALERTS, HISTORY, terms=Terms({"arpu": "Revenue per customer"}, "EUR"))
    judge.restored()
    body = kpi_body(72.5, 31, at(0), 1, unit="currency")

    (sent, _) = judge.process([Kafka(0, at(0) // 1000, b"arpu|day:2026-11-21|", body)], at(0))
    said = orjson.loads(sent.value or b"")
    assert said["summary"] == (
        "Revenue per customer on 2026-11-21 for the company is 72.50 EUR, below 80 EUR (31 samples)."
    )
    assert (said["limit"], said["unit"]) == ("below 80 EUR", "currency")


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


def test_a_key_that_is_no_text_is_counted() -> None:
    """Its record may be as good as any that a rule is about."""
    place = Timeline({"slow-response": SLOW})
    body = kpi_body(5400, 31, at(0), 1)
    place.log.append(Kafka(0, at(0) // 1000, NORTH.encode().replace(b"north", b"\xff"), body))

    assert place.consume() == []
    assert place.judge.stats["records_unreadable"] == 1


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
    assert (stats["records_judged"], stats["records_outdated"]) == (3, 0)
    assert stats["alerts_sent"] == 3
    assert place.judge.transitions == {
        (AlertState.PENDING, Reason.ABOVE_THRESHOLD): 2,
        (AlertState.FIRING, Reason.ABOVE_THRESHOLD): 1,
    }
    assert place.judge.alerts[("slow-response", "critical", AlertState.FIRING)] == 1


def test_alerts_go_to_both_topics_under_their_id() -> None:
    """The compacted topic has the latest of an alert, the history every step; a withdrawal is a tombstone."""
    judge = Judge({"slow-response": SLOW}, ALERTS, HISTORY)
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
