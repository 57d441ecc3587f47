"""Every metric of `crm-pulse sink`: name, type, labels, meaning. docs/metrics.md has them too."""

from typing import Final, Literal

from streams.measuring.metric import Metric, section

MetricName = Literal[
    "crm_pulse_sink_active",
    "crm_pulse_sink_records_total",
    "crm_pulse_sink_write_seconds_total",
    "crm_pulse_sink_lag_records",
    "crm_pulse_sink_lag_seconds",
    "crm_pulse_sink_up",
    "crm_pulse_sink_outages_total",
    "crm_pulse_sink_refills_total",
    "crm_pulse_sink_refill_seconds",
    "crm_pulse_sink_unreadable_records_total",
]

_METRICS: Final[tuple[Metric[MetricName], ...]] = (
    Metric("crm_pulse_sink_active", "gauge", (), "1 when this process writes to Redis, 0 when it stands by."),
    Metric("crm_pulse_sink_records_total", "counter", ("kind",),
           "Records written to Redis, removals included: kpi, alert or rep. Of a key that changed several times "
           "since the last write, one."),
    Metric("crm_pulse_sink_write_seconds_total", "counter", (), "Time that writing took."),
    Metric("crm_pulse_sink_lag_records", "gauge", (),
           "Records on the topics that are not written yet, when last asked."),
    Metric("crm_pulse_sink_lag_seconds", "gauge", (),
           "Time since Redis was level with the topics: about a second while all is well; it grows while Redis or "
           "Kafka is away. 0 when standing by, or before the first time."),
    Metric("crm_pulse_sink_up", "gauge", ("service",), "1 when the last call of redis or kafka succeeded, else 0."),
    Metric("crm_pulse_sink_outages_total", "counter", ("service",),
           "How often redis or kafka went away, or was not there at the start."),
    Metric("crm_pulse_sink_refills_total", "counter", (),
           "How often all topics were read and Redis was made equal to them: at the start of a turn, after an "
           "outage, and when Redis was emptied or restarted."),
    Metric("crm_pulse_sink_refill_seconds", "gauge", (), "How long the last of these took."),
    Metric("crm_pulse_sink_unreadable_records_total", "counter", ("kind",),
           "Records on the topics that are no KPI's or alert's, and were left out."),
)  # fmt: skip

METRICS: Final[dict[MetricName, Metric[MetricName]]] = {metric.name: metric for metric in _METRICS}


def markdown() -> str:
    """Return the section of docs/metrics.md."""
    about = (
        "Made from `streams/sinks/metrics.py`. `crm-pulse sink` serves these instead, at the same address.",
        "Of several such processes one is active; take the sum of counters, and the others of the active one.",
    )
    return section("## Sink", about, METRICS.values())
