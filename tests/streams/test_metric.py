"""A metric as the table and the page show it."""

from collections.abc import Iterator
from typing import Literal

import pytest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector

from streams.metric import Families, Metric, page, section

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


def test_families() -> None:
    """All are there, whether something was counted or not; a label too few or too many is a mistake."""
    families = Families({"read_total": READ})
    families.add("read_total", 3, "kpi", "ann")
    (read,) = families
    assert [(one.labels, one.value) for one in read.samples] == [({"kind": "kpi", "by": "ann"}, 3)]
    assert [one.samples for one in Families({"left": LEFT})] == [[]]

    for labels in ((), ("kpi",), ("kpi", "ann", "x")):
        with pytest.raises(ValueError, match=r"read_total has the labels \('kind', 'by'\)"):
            families.add("read_total", 1, *labels)


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
