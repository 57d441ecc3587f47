"""What is said of each rule after a replay."""

from typing import Any

from processors.virtual_time.rule_report import messages, reports
from tests.processors.alerts.test_history import ONE, told
from tests.processors.past import RESTLESS, inquiries, open_rule, past

RULES = {
    "calm": open_rule(**{"for": "30m"}),
    "never": open_rule(above=100),
    "restless": open_rule(severity="critical"),
}


def test_each_rule_by_what_it_would_have_sent() -> None:
    """The loudest first; a rule that never spoke is named, too."""
    found = past(RULES, inquiries(RESTLESS))

    restless, calm, never = reports(RULES, found)

    assert (restless.rule, restless.severity, restless.messages) == ("restless", "critical", 6)
    assert (restless.fired, restless.alerts, restless.open, restless.flapped) == (3, 1, 0, 2)
    assert (restless.lasted_p50_s, restless.lasted_p90_s) == (600, 3000)
    assert len(restless.suggestions) == 2
    assert (calm.rule, calm.messages, calm.came_to_nothing, calm.flapped) == ("calm", 2, 2, 0)
    assert (never.rule, never.messages, never.lasted_p50_s, never.suggestions) == ("never", 0, None, ())


def test_from_a_time_on() -> None:
    """What fired before does not count; what came to nothing before does not either."""
    found = past(RULES, inquiries(RESTLESS))
    since_us = found.until_us - 59 * 60_000_000

    restless, calm, _ = reports(RULES, found, since_us)

    assert (restless.fired, restless.messages) == (1, 2)
    assert calm.came_to_nothing == 0


def test_without_all_records_nothing_is_suggested() -> None:
    """Half a tape would promise what it can't know."""
    found = past(RULES, inquiries(RESTLESS))._replace(complete=False)

    assert [one.suggestions for one in reports(RULES, found)] == [(), (), ()]


def test_messages_are_what_people_hear() -> None:
    """That it fires, that it is worse, that it is over; not the steps between, and nothing of what never fired."""
    worse: dict[str, Any] = {"severity": "critical"}
    steps = [
        *ONE[:3],
        told("firing", "09:40", "09:00", **worse),
        told("firing", "09:45", "09:00"),
        told("resolved", "10:05", "09:00", **worse),
        told("pending", "11:00", "11:00"),
        told("resolved", "11:30", "08:00"),
    ]

    assert [(one.updated_at[11:16], one.state) for one in messages(steps)] == [
        ("09:05", "firing"), ("09:40", "firing"), ("10:05", "resolved"),
    ]  # fmt: skip
