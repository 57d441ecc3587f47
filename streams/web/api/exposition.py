"""The /metrics page of a serve process."""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from processors.serving.freshness import State
from streams.measuring.metric import Families, page
from streams.web.api.client import REASONS
from streams.web.api.hub import Hub
from streams.web.api.metrics import METRICS


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
        hub, families = self._hub, Families(METRICS)
        add = families.add
        for (route, method, status), count in self._requests.items():
            add("crm_pulse_serve_requests_total", count, route=route, method=method, status=str(status))
        add("crm_pulse_serve_stream_clients", hub.clients)
        add("crm_pulse_serve_stream_feeds", len(hub.feeds))
        add("crm_pulse_serve_stream_messages_total", hub.sent_messages)
        for reason in REASONS:
            add("crm_pulse_serve_stream_dropped_total", hub.dropped[reason], reason=reason)
        add("crm_pulse_serve_store_up", hub.state != "away")
        for state in get_args(State):
            add("crm_pulse_serve_store_state", state == hub.state, state=state)
        yield from families

    def render(self, accept: str) -> tuple[bytes, str]:
        """Return the page and its content type."""
        return page(self, accept)
