"""Over restarts, repeated and corrected records, and with rules that changed."""

from schemas.alert import AlertState
from tests.processors.alert_sequences import kpi_body
from tests.processors.judge_timeline import NORTH, SLOW, Timeline, at, states


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
