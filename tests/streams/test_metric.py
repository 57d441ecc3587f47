"""A metric as the table and the page show it."""

from collections.abc import Iterator
from typing import Literal

from prometheus_client.core import CounterMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector

from streams.metric import Metric, page, section

READ: Metric[Literal["read_total"]] = Metric("read_total", "counter", ("kind", "by"), "What was read.")
LEFT: Metric[Literal["left"]] = Metric("left", "gauge", (), "What is left.")


def test_a_section() -> None:
    """A heading, what is said of the process, and a row for each; no label is a dash."""
    assert section("## Reader", ["One reads.", "Others wait."], [READ, LEFT]) == (
        "## Reader\n\nOne reads.\nOthers wait.\n\n"
        "| metric | type | labels | meaning |\n|---|---|---|---|\n"
        "| `read_total` | counter | `kind`, `by` | What was read. |\n"
        "| `left` | gauge | – | What is left. |\n"
    )


class Reader(Collector):
    """Has read three."""

    def collect(self) -> Iterator[Family]:
        """Return that."""
        yield CounterMetricFamily("read_total", "What was read.", value=3)


def test_a_page() -> None:
    """The process's own numbers stand beside; who accepts OpenMetrics gets it."""
    body, content_type = page(Reader(), "")
    assert b"read_total 3.0\n" in body
    assert b"process_" in body
    assert content_type.startswith("text/plain")
    assert "openmetrics" in page(Reader(), "application/openmetrics-text; version=1.0.0")[1]
