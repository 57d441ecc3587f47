"""The /metrics page says what its catalogue says."""

import re
from typing import get_args

from streams.web.api.metrics import METRICS, MetricName, markdown
from tests.streams.web.api.listening import Listener
from tests.streams.web.api.serving import serving


def test_every_name_has_exactly_one_entry() -> None:
    """Names follow the conventions, help is a sentence."""
    assert tuple(METRICS) == get_args(MetricName)
    for metric in METRICS.values():
        assert re.fullmatch(r"crm_pulse_serve_[a-z]+(_[a-z]+)*", metric.name)
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert metric.help.endswith(".")
        assert f"`{metric.name}`" in markdown()


async def test_the_page_has_all_of_them() -> None:
    """With the types and labels of the catalogue, and the process's own."""
    async with serving() as served:
        one = Listener(served.hub, "calls|day|")
        await served.http.get("/healthz")
        page = (await served.http.get("/metrics")).text
        one.client.end("too_slow")
        one.leave()
        after = (await served.http.get("/metrics")).text

    for metric in METRICS.values():
        assert f"# TYPE {metric.name} {metric.kind}" in page
        assert re.search(rf"^{metric.name}(?:{{[^}}]*}})? ", page, re.MULTILINE), metric.name
    assert "crm_pulse_serve_stream_clients 1.0" in page
    assert 'crm_pulse_serve_stream_dropped_total{reason="too_slow"} 0.0' in page
    assert 'crm_pulse_serve_stream_dropped_total{reason="too_slow"} 1.0' in after
    assert 'crm_pulse_serve_store_state{state="filling"} 1.0' in page
    assert "process_resident_memory_bytes" in page
