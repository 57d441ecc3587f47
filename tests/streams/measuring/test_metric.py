"""A metric as the table and the page show it."""

from collections.abc import Iterator
from typing import Literal

import pytest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector

from streams.measuring.distribution import Distribution
from streams.measuring.metric import Families, Metric, page, section
from streams.metrics import METRICS

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
    families.add("read_total", 3, kind="kpi", by="ann")
    (read,) = families
    assert [(one.labels, one.value) for one in read.samples] == [({"kind": "kpi", "by": "ann"}, 3)]
    assert [one.samples for one in Families({"left": LEFT})] == [[]]

    for labels in ({}, {"kind": "kpi"}, {"kind": "kpi", "by": "ann", "at": "x"}, {"kind": "kpi", "at": "x"}):
        with pytest.raises(ValueError, match=r"read_total has the labels \('kind', 'by'\)"):
            families.add("read_total", 1, **labels)


def test_the_workers_families_are_in_the_catalogues_order() -> None:
    """Those without samples too."""
    page = Families(METRICS)
    page.add("crm_pulse_partitions", 3, stage="track")
    families = [*page]
    assert [family.name for family in families] == [
        name.removesuffix("_total") if metric.kind == "counter" else name for name, metric in METRICS.items()
    ]
    (sample,) = (sample for family in families for sample in family.samples)
    assert (sample.name, sample.labels, sample.value) == ("crm_pulse_partitions", {"stage": "track"}, 3)


def test_a_wrong_label_is_an_error() -> None:
    """Labels must be the catalogue's."""
    with pytest.raises(ValueError, match="crm_pulse_partitions has the labels"):
        Families(METRICS).add("crm_pulse_partitions", 1, partition="0")


def test_a_histogram_is_no_gauge() -> None:
    """Its samples are added as such."""
    seen = Distribution((1.0, 2.0))
    with pytest.raises(AssertionError):
        Families(METRICS).add_histogram("crm_pulse_partitions", seen, stage="track")


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
