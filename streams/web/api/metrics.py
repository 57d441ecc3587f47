"""Every metric of `crm-pulse serve`: name, type, labels, meaning. docs/metrics.md has them too."""

from typing import Final, Literal

from streams.measuring.metric import Metric, section

MetricName = Literal[
    "crm_pulse_serve_requests_total",
    "crm_pulse_serve_stream_clients",
    "crm_pulse_serve_stream_feeds",
    "crm_pulse_serve_stream_messages_total",
    "crm_pulse_serve_stream_dropped_total",
    "crm_pulse_serve_store_up",
    "crm_pulse_serve_store_state",
]

_METRICS: Final[tuple[Metric[MetricName], ...]] = (
    Metric("crm_pulse_serve_requests_total", "counter", ("route", "method", "status"),
           "Requests answered; a stream counts when it ends. What has no route is `other`."),
    Metric("crm_pulse_serve_stream_clients", "gauge", (), "Clients of /events/stream."),
    Metric("crm_pulse_serve_stream_feeds", "gauge", (),
           "Different questions that they have: each costs its part of every change."),
    Metric("crm_pulse_serve_stream_messages_total", "counter", (), "Messages queued for them."),
    Metric("crm_pulse_serve_stream_dropped_total", "counter", ("reason",),
           "Clients that were told good-bye: too_slow, or stopping (with the server)."),
    Metric("crm_pulse_serve_store_up", "gauge", (), "1 while current values can be read, else 0."),
    Metric("crm_pulse_serve_store_state", "gauge", ("state",),
           "1 for the state of the values, 0 for the others: live, stale, filling, away."),
)  # fmt: skip

METRICS: Final[dict[MetricName, Metric[MetricName]]] = {metric.name: metric for metric in _METRICS}


def markdown() -> str:
    """Return the section of docs/metrics.md."""
    about = (
        "Made from `streams/web/api/metrics.py`. `crm-pulse serve` serves these at `/metrics` of its own address;",
        "with a file of tokens, to a token that may `read` everything.",
    )
    return section("## Serve", about, METRICS.values())
