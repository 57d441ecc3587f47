"""Samples under the catalogue's names."""

import pytest

from streams.distribution import Distribution
from streams.metrics import METRICS
from streams.metrics_page import Page


def test_a_wrong_label_is_an_error() -> None:
    """Labels must be the catalogue's."""
    with pytest.raises(ValueError, match="crm_pulse_partitions has the labels"):
        Page().add("crm_pulse_partitions", 1, partition="0")


def test_a_page_has_every_family_in_the_catalogues_order() -> None:
    """Those without samples too."""
    page = Page()
    page.add("crm_pulse_partitions", 3, stage="track")
    families = [*page.families()]
    assert [family.name for family in families] == [
        name.removesuffix("_total") if metric.kind == "counter" else name for name, metric in METRICS.items()
    ]
    (sample,) = (sample for family in families for sample in family.samples)
    assert (sample.name, sample.labels, sample.value) == ("crm_pulse_partitions", {"stage": "track"}, 3)


def test_a_histogram_is_no_gauge() -> None:
    """Its samples are added as such."""
    seen = Distribution((1.0, 2.0))
    with pytest.raises(AssertionError):
        Page().add_histogram("crm_pulse_partitions", seen, stage="track")
