"""The /metrics page of a serve process."""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from processors.serving.freshness import State
from streams.metric import page
from streams.web.api.client import REASONS
from streams.web.api.hub import Hub
from streams.web.api.metrics import METRICS, MetricName

_FAMILIES = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily}


class Exposition(Collector):
    """What was counted since the start, and how the hub is now."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._requests: Counter[tuple[str, str, int]] = Counter()

    def count(self, route: str, method: str, status: int) -> None:
        """Count a request. Methods are bounded too: what nobody knows is `other`."""
        known = ("GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH")
        self._requests[route, method if method in known else "other", status] += 1

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        hub = self._hub
        yield _family(
            "crm_pulse_serve_requests_total",
            {(route, method, str(status)): n for (route, method, status), n in self._requests.items()},
        )
        yield _family("crm_pulse_serve_stream_clients", {(): hub.clients})
        yield _family("crm_pulse_serve_stream_feeds", {(): len(hub.feeds)})
        yield _family("crm_pulse_serve_stream_messages_total", {(): hub.sent_messages})
        yield _family(
            "crm_pulse_serve_stream_dropped_total", {(reason,): hub.dropped[reason] for reason in REASONS}
        )
        yield _family("crm_pulse_serve_store_up", {(): int(hub.state != "away")})
        yield _family(
            "crm_pulse_serve_store_state",
            {(state,): int(state == hub.state) for state in get_args(State)},
        )

    def render(self, accept: str) -> tuple[bytes, str]:
        """Return the page and its content type."""
        return page(self, accept)


def _family(name: MetricName, values: dict[tuple[str, ...], float]) -> Metric:
    metric = METRICS[name]
    family: Metric = _FAMILIES[metric.kind](name, metric.help, labels=metric.labels)
    for labels, value in values.items():
        family.add_metric(labels, value)  # type: ignore[attr-defined]
    return family
