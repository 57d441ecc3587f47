"""The catalogue of metrics keeps its own rules, and the docs are made from it."""

import re
from pathlib import Path
from typing import get_args

import pytest

from streams.measuring.metric import Metric
from streams.metrics import METRICS, MetricName, markdown

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_every_name_has_exactly_one_entry() -> None:
    """A name that mypy lets pass is in the table, in the order in which names are declared."""
    assert tuple(METRICS) == get_args(MetricName)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_names_follow_the_conventions(metric: Metric[MetricName]) -> None:
    """Prefix, snake case, base units, and `_total` on counters and on nothing else."""
    assert re.fullmatch(r"crm_[a-z0-9]+(_[a-z0-9]+)*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert not re.search(r"_(ms|us|milliseconds|microseconds|minutes|hours|mb|kb|percent)(_|$)", metric.name)
    assert metric.name.startswith(("crm_pulse_", "crm_kpi_")) or metric.name in ("crm_alerts", "crm_rep_info")


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_entries_are_complete(metric: Metric[MetricName]) -> None:
    """Help is a sentence, labels differ, histograms have rising buckets and others none."""
    assert metric.help.endswith(".")
    assert len(set(metric.labels)) == len(metric.labels)
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert list(metric.buckets) == sorted(set(metric.buckets))


def test_the_docs_are_made_from_the_catalogue() -> None:
    """`python -m streams.metrics > docs/metrics.md` was run after the last change."""
    assert DOCS.read_text("utf-8") == markdown()
