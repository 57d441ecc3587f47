"""Every metric of `crm-pulse notify`: name, type, labels, meaning. docs/metrics.md has them too."""

from typing import Final, Literal

from streams.measuring.metric import Metric, section

MetricName = Literal[
    "crm_pulse_notify_active",
    "crm_pulse_notify_messages_total",
    "crm_pulse_notify_attempts_total",
    "crm_pulse_notify_attempt_seconds_total",
    "crm_pulse_notify_queued_messages",
    "crm_pulse_notify_oldest_queued_seconds",
    "crm_pulse_notify_breaker_open",
    "crm_pulse_notify_dead_letters_total",
    "crm_pulse_notify_held_total",
    "crm_pulse_notify_held_alerts",
    "crm_pulse_notify_groups",
    "crm_pulse_notify_unreadable_records_total",
]

_METRICS: Final[tuple[Metric[MetricName], ...]] = (
    Metric("crm_pulse_notify_active", "gauge", (), "1 when this process sends, 0 when it stands by."),
    Metric("crm_pulse_notify_messages_total", "counter", ("route", "occasion"), "Messages decided."),
    Metric("crm_pulse_notify_attempts_total", "counter", ("receiver", "outcome"),
           "Attempts to deliver a message: delivered, partly (only to some; the others are tried again), "
           "later (tried again) or refused."),
    Metric("crm_pulse_notify_attempt_seconds_total", "counter", ("receiver",), "Time these took."),
    Metric("crm_pulse_notify_queued_messages", "gauge", ("receiver",), "Messages that are not delivered yet."),
    Metric("crm_pulse_notify_oldest_queued_seconds", "gauge", ("receiver",), "Age of the oldest of them, else 0."),
    Metric("crm_pulse_notify_breaker_open", "gauge", ("receiver",),
           "1 while the receiver failed too often to be sent more than a try now and then."),
    Metric("crm_pulse_notify_dead_letters_total", "counter", ("receiver", "reason"),
           "Messages that were not delivered and never will be, sent to the dead-letter topic."),
    Metric("crm_pulse_notify_held_total", "counter", ("reason",), "How often news of an alert was held back."),
    Metric("crm_pulse_notify_held_alerts", "gauge", ("reason",), "Alerts whose news is held back now."),
    Metric("crm_pulse_notify_groups", "gauge", (), "Groups of alerts that are told of, or about to be."),
    Metric("crm_pulse_notify_unreadable_records_total", "counter", (),
           "Records of alerts and silences that could not be read."),
)  # fmt: skip

METRICS: Final[dict[MetricName, Metric[MetricName]]] = {metric.name: metric for metric in _METRICS}


def markdown() -> str:
    """Return the section of docs/metrics.md."""
    about = (
        "Made from `streams/notify/metrics.py`. `crm-pulse notify` serves these instead, at the same address.",
        "Of several such processes one is active; take the sum of each.",
    )
    return section("## Notify", about, METRICS.values())
