"""The judge with rules that say more than a limit: one alert, what is held over restarts, what is never kept."""

from typing import Any

from processors.judge import Judge
from processors.publishing.records import rfc3339
from processors.working_time.business_time import BusinessTime
from schemas.alert import AlertState, alert_id
from schemas.catalogs.working_hours import working_week
from schemas.rule import Rule
from tests.processors.alert_sequences import ALERTS, HISTORY, MINUTE_US, Kafka, Told, kpi_body
from tests.processors.judge_timeline import Timeline, at, states

KEY = "k|rolling_24h|team=north"
MONTH_KEY = "k|month:2026-11|rep=ann"
LEVELS: dict[str, Any] = {
    "kpi": "k",
    "window": "rolling_24h",
    "for_each": "team",
    "warning": {"above": 100, "recover": 50},
    "critical": {"above": 200, "recover": 150},
    "keep_firing": "10m",
    "labels": {"area": "service"},
    "owner": "ann",
    "renotify": "4h",
    "escalate_after": "1h",
    "cool_down": "30m",
}
LATE: dict[str, Any] = {
    "kpi": "k",
    "window": "month",
    "for_each": "rep",
    "below": 60,
    "elapsed_at_least": 0.8,
}


def place(**fields: dict[str, Any]) -> Timeline:
    """Return an installation with rules by name."""
    return Timeline({name: Rule.model_validate(rule) for name, rule in fields.items()})


def late(where: Timeline, minute: float, value: float, **more: Any) -> list[Told]:
    """Publish a value of the period that is from minute 0 to 100; return what was told."""
    period = {"start": rfc3339(at(0)), "end": rfc3339(at(100))}
    return where.value(minute, value, key=MONTH_KEY, **period, **more)


def test_one_alert_changes_its_severity() -> None:
    """Worse and less bad are steps of one alert under one id, and it is counted where it is."""
    where = place(levels=LEVELS)
    told = [
        message
        for minute, value in enumerate((120, 250, 140))
        for message in where.value(minute, value, key=KEY)
    ]

    assert [((m.record or {})["severity"], m.reason) for m in told] == [
        ("warning", "above_threshold"),
        ("critical", "escalated"),
        ("warning", "deescalated"),
    ]
    assert len({m.id for m in told}) == 1
    assert len({(m.record or {})["starts_at"] for m in told}) == 1
    assert [(m.record or {})["threshold"] for m in told] == [100, 200, 100]
    there = {label: count for label, count in where.judge.alerts.items() if count}
    assert there == {("levels", "warning", AlertState.FIRING): 1}


def test_what_notification_needs_is_in_the_record() -> None:
    """Labels, owner, the limit in words, and how often to say it."""
    (told,) = place(levels=LEVELS).value(0, 120, key=KEY)
    record = told.record or {}

    assert {name: record[name] for name in ("labels", "owner", "limit")} == {
        "labels": {"area": "service"},
        "owner": "ann",
        "limit": "above 1 min 40 s",
    }
    assert (record["renotify_s"], record["escalate_after_s"], record["cool_down_s"]) == (14_400, 3_600, 1_800)


def test_recovering_survives_a_restart() -> None:
    """Well again before the crash, over after it, when that was due."""
    where = place(levels=LEVELS)
    where.value(0, 120, key=KEY)
    assert states(where.value(5, 40, key=KEY)) == [("firing", "keep_firing")]
    where.checkpoint()
    where.crash()

    assert where.clock(14.9) == []
    (resolved,) = where.clock(16)
    assert (resolved.state, resolved.revision) == ("resolved", at(15) // 1000)


def test_a_level_that_gets_worse_is_known_after_a_restart() -> None:
    """Since when it was worse is part of the state."""
    where = place(levels={**LEVELS, "for": "5m"})
    where.value(0, 120, key=KEY)
    where.value(6, 250, key=KEY)
    where.checkpoint()
    where.crash()

    assert where.clock(7) == []
    (escalated,) = where.clock(12)

    assert (escalated.reason, escalated.revision) == ("escalated", at(11) // 1000)
    assert (escalated.record or {})["severity"] == "critical"


def test_a_record_is_held_for_its_moment_over_a_restart() -> None:
    """Early in the month nothing is told; late in it the last value counts, though it came before the crash."""
    where = place(late=LATE)
    assert late(where, 10, 5) == []
    where.checkpoint()
    where.crash()

    assert where.clock(80) == []
    (firing,) = where.clock(81)
    assert (firing.state, firing.reason, firing.revision) == ("firing", "below_threshold", at(80) // 1000)


def test_what_time_makes_is_told_only_when_it_is_durable() -> None:
    """A crash before that tells nothing, and after it tells it once."""
    where = place(late=LATE)
    late(where, 10, 5)
    where.checkpoint()
    where.now_us = at(81)
    assert where.tick() == []
    where.crash()
    assert late(where, 79.9, 70) == []
    assert where.clock(90) == []


def test_what_is_held_no_more_leaves_the_changelog() -> None:
    """A record that time can't make bad any more is forgotten, here and in the state that is written."""
    where = place(late=LATE)
    late(where, 10, 5)
    where.checkpoint()
    late(where, 20, 70)
    for _ in range(3):
        where.checkpoint()

    assert dict(where.changelog)[alert_id("late", MONTH_KEY).encode()] is None
    assert where.judge._ledger.cells == {}
    late(where, 30, 5)
    assert states(where.clock(81)) == [("firing", "below_threshold")]


def test_what_was_forgotten_and_is_held_again_stays() -> None:
    """Forgotten and held again between two checkpoints: the tombstone of the first is not the last word."""
    where = place(late=LATE)
    late(where, 10, 5)
    where.checkpoint()
    late(where, 20, 70)
    where.checkpoint()
    late(where, 30, 5)
    where.checkpoint()
    where.checkpoint()
    where.crash()

    assert where.clock(31) == []
    assert states(where.clock(81)) == [("firing", "below_threshold")]


def test_a_removed_rule_takes_what_it_held_with_it() -> None:
    """No alert was there, so none is told; the state goes."""
    where = place(late=LATE)
    late(where, 10, 5)
    where.checkpoint()
    where.crash(rules={})

    assert where.clock(81) == []
    assert dict(where.changelog)[alert_id("late", MONTH_KEY).encode()] is None


def test_rules_that_have_nothing_to_say_remember_nothing() -> None:
    """A hundred rules about a thousand reps cost no memory while all is well."""
    rules = {f"r{at}": Rule.model_validate({**LATE, "below": at}) for at in range(100)}
    judge = Judge(rules, ALERTS, HISTORY)
    judge.restored()
    body = kpi_body(100, 9, at(1), 1, start=rfc3339(at(0)), end=rfc3339(at(100)))
    judge.process([Kafka(n, 0, f"k|month:2026-11|rep={n}".encode(), body) for n in range(1_000)], at(1))

    assert judge._ledger.cells == {}
    assert [len(group) for group in judge.snapshot()] == [1]
    assert judge.stats["records_judged"] == 1_000


def test_a_threshold_that_is_gone_is_the_last_one() -> None:
    """Without a target there is no limit any more; the record still says which one there was."""
    where = place(target={**LATE, "elapsed_at_least": None, "below": 0.5, "of": "target"})
    late(where, 10, 5, target=100)
    (gone,) = late(where, 11, 5)

    assert (gone.state, gone.reason) == ("no_data", "no_comparison")
    assert (gone.record or {})["threshold"] == 50


def test_working_time_is_the_calendar_s() -> None:
    """A Saturday's breach waits for Monday morning."""
    rule = Rule.model_validate({"kpi": "k", "window": "now", "above": 5, "only_in_business_hours": True})
    judge = Judge({"r": rule}, ALERTS, HISTORY, durable=False, working=BusinessTime("UTC", working_week()))
    judge.restored()
    saturday_us = at(0)
    judge.process([Kafka(0, saturday_us // 1000, b"k|now|", kpi_body(9, 9, saturday_us, 1))], saturday_us)
    monday_us = saturday_us + 2 * 1440 * MINUTE_US

    assert judge.stats["alerts_pending_now"] == 1
    assert judge.tick(monday_us - MINUTE_US) == []
    judge.tick(monday_us)
    assert judge.stats["alerts_firing_now"] == 1


def test_reasons_are_told_in_one_language() -> None:
    """The summary speaks of the limit that decided."""
    where = place(
        any={**LATE, "elapsed_at_least": None, "below": None, "any": [{"below": 3}, {"lower_than": "team"}]}
    )
    (told,) = late(where, 10, 5, team_value=8)
    record = told.record or {}

    assert (told.reason, record["threshold"], record["limit"]) == ("off_team", 8, "below 8 s, the team")
    assert record["summary"] == "K in 2026-11 for rep ann is 5 s, below 8 s, the team (31 samples)."
