"""Alerts for Alertmanager."""

from typing import Any

import pytest

from processors.messages.alertmanager import alertmanager_alerts
from schemas.alert import AlertState
from schemas.message import Message
from tests.processors.messages.told import MESSAGES, alert, golden, message, pretty

NOW_US = 1_795_252_530_000_000
LASTS_US = 240_000_000


def made(told: Message) -> list[dict[str, Any]]:
    """Return the alerts of a message, 09:15:30."""
    return alertmanager_alerts(told, NOW_US, LASTS_US, {"cluster": "eu"})


@pytest.mark.parametrize("name", MESSAGES)
def test_golden(name: str) -> None:
    """Each message gives what it gave when somebody read it."""
    assert pretty(made(MESSAGES[name])) == golden(f"alertmanager-{name}.json")


def test_a_threshold_that_is_no_value_is_said_in_words() -> None:
    """A place has not the unit of the KPI."""
    (told,) = made(message(alerts=(alert(unit="EUR", threshold=3, limit="in the last 3"),)))

    assert told["annotations"]["threshold"] == "in the last 3"


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        pytest.param({}, "2026-11-21T09:19:30Z", id="what fires ends unless it is sent again"),
        pytest.param(
            {"state": AlertState.NO_DATA}, "2026-11-21T09:19:30Z", id="without data it is still open"
        ),
        pytest.param(
            {"state": AlertState.RESOLVED, "ends_at": "2026-11-21T09:14:00Z"},
            "2026-11-21T09:14:00Z",
            id="it ended then",
        ),
        pytest.param({"state": AlertState.RESOLVED}, "2026-11-21T09:15:30Z", id="it ended, nobody says when"),
    ],
)
def test_ends(changes: dict[str, Any], ends: str) -> None:
    """An alert's end is what Alertmanager goes by."""
    (one,) = made(message(alerts=(alert(**changes),)))

    assert one["endsAt"] == ends


def test_a_pending_alert_is_not_told() -> None:
    """Alertmanager knows no pending alerts."""
    assert made(message(alerts=(alert(state=AlertState.PENDING),))) == []


def test_labels_do_not_change_while_it_is_open() -> None:
    """A new value, summary or step is the same alert to Alertmanager."""
    later = alert(value=9_000, n=99, summary="x", updated_at="2026-11-21T10:00:00Z", revision=9)

    (before,), (after,) = made(message()), made(message(alerts=(later,)))
    assert before["labels"] == after["labels"]


def test_another_severity_ends_the_alert_under_the_old_one() -> None:
    """The step itself ends it; it doesn't go on firing until it runs out."""
    step = msg_with_reason("escalated")
    alerts = made(step)

    assert [(one["labels"]["severity"], one["endsAt"]) for one in alerts] == [
        ("critical", "2026-11-21T09:19:30Z"),
        ("warning", "2026-11-21T09:15:30Z"),
        ("info", "2026-11-21T09:15:30Z"),
    ]


def test_nothing_ends_before_it_began() -> None:
    """Alertmanager would refuse it, and the engine's clock may be ahead of ours."""
    ahead = alert(reason="escalated", starts_at="2026-11-21T09:15:31.5Z")
    over = alert(state=AlertState.RESOLVED, starts_at="2026-11-21T09:15:31.5Z")

    ends = [one["endsAt"] for one in made(message(alerts=(ahead, over)))]

    assert ends == ["2026-11-21T09:19:30Z", *["2026-11-21T09:15:31.500Z"] * 3]


def msg_with_reason(reason: Any) -> Message:
    """Return a message about a step for a reason."""
    return message(alerts=(alert(reason=reason),))


def test_names_of_labels() -> None:
    """Names that Alertmanager would refuse are changed, and the alert's own win over all others."""
    odd = alert(labels={"sales-area": "x", "1st": "y", "severity": "none", "": "z"}, dims={"rep": None})
    (one,) = made(message(alerts=(odd,)))

    assert one["labels"]["sales_area"] == "x"
    assert one["labels"]["_1st"] == "y"
    assert one["labels"]["severity"] == "critical"
    assert "rep" not in one["labels"]
