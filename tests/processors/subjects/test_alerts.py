"""What became of alerts: a fact each, and counted by rule and severity."""

from typing import Any

from processors.entities.timeline import Fact
from processors.subjects.alerts import BOUNDS_S, OTHER, RULES_MAX, Alerts, Spread
from processors.subjects.subject import Context
from schemas.event import Event
from schemas.events.alert import AlertAcknowledged, AlertResolved

T_US = 1_795_251_600_000_000
USED = {"alert_acknowledged", "alert_resolved"}


def tell(alerts: Alerts, data: AlertAcknowledged | AlertResolved) -> list[Fact]:
    """Return the facts of an event with such data."""
    facts: list[Fact] = []
    alerts.handlers[data.TYPE](Event(data.TYPE, "crm-pulse/alerts", "1", T_US, data), data, facts)
    return facts


def resolved(rule: str = "slow", took_s: float = 90, **more: Any) -> AlertResolved:
    """Return the data of an alert that is over."""
    return AlertResolved(alert="a", alert_rule=rule, severity="warning", duration_s=took_s, **more)


def test_each_is_a_fact_with_its_duration() -> None:
    """For its team, its rep and its rule, at its time."""
    alerts = Alerts(Context(), USED)

    assert tell(alerts, resolved(team="north", rep="ann")) == [
        ("alert_resolved", 1, T_US, 90_000_000, "ann", "north", "", "slow")
    ]
    said = AlertAcknowledged(alert="a", alert_rule="slow", severity="critical", duration_s=0.5)
    assert tell(alerts, said) == [("alert_acknowledged", 1, T_US, 500_000, None, "unassigned", "", "slow")]


def test_what_no_kpi_is_made_of_is_counted_and_no_fact() -> None:
    """A catalog may have none of these KPIs; the metrics are there all the same."""
    alerts = Alerts(Context(), set())

    assert tell(alerts, resolved()) == []
    assert sum(alerts.times["resolved", "slow", "warning"].counts) == 1


def test_times_are_counted_under_their_bounds() -> None:
    """At the bound is under it; what is beyond the last is counted last."""
    alerts = Alerts(Context(), USED)
    for took_s in (60, 61, BOUNDS_S[-1] + 1):
        tell(alerts, resolved(took_s=took_s))

    spread = alerts.times["resolved", "slow", "warning"]
    assert (spread.counts[0], spread.counts[1], spread.counts[-1]) == (1, 1, 1)
    assert spread.total_us == (60 + 61 + BOUNDS_S[-1] + 1) * 1_000_000


def test_rules_are_counted_by_name_up_to_a_number() -> None:
    """Whoever writes events can't make the metrics grow without end."""
    alerts = Alerts(Context(), USED)
    for number in range(RULES_MAX + 3):
        tell(alerts, resolved(rule=f"r{number}"))

    assert sum(alerts.times["resolved", OTHER, "warning"].counts) == 3
    assert len(alerts.times) == RULES_MAX + 1


def test_spreads_add_up() -> None:
    """Those of a partition that was given up are kept."""
    one, other = Spread(), Spread()
    one.observe(1_000_000)
    other.observe(100_000_000)
    one.add(other)

    assert (one.counts[:2], one.total_us) == ([1, 1], 101_000_000)
