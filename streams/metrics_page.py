"""A page for Prometheus in the making: samples by the names and labels of the catalogue."""

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from streams.distribution import Distribution
from streams.metrics import METRICS, MetricName

FAMILIES: Final = {
    "counter": CounterMetricFamily,
    "gauge": GaugeMetricFamily,
    "histogram": HistogramMetricFamily,
}


class Page:
    """The metric families of one scrape. A name or label that is not in the catalogue is an error."""

    def __init__(self) -> None:
        self._families: dict[MetricName, Metric] = {
            name: FAMILIES[metric.kind](name, metric.help, labels=metric.labels)
            for name, metric in METRICS.items()
        }

    def add(self, name: MetricName, value: float, **labels: str) -> None:
        """Add a sample of a counter or gauge."""
        self._families[name].add_metric(self._values(name, labels), value)  # type: ignore[attr-defined]

    def add_histogram(self, name: MetricName, seen: Distribution, **labels: str) -> None:
        """Add a histogram's samples."""
        family = self._families[name]
        assert isinstance(family, HistogramMetricFamily)
        family.add_metric(self._values(name, labels), seen.cumulative(), seen.total)

    def families(self) -> Iterator[Metric]:
        """Yield all families, in the catalogue's order, those without samples too."""
        yield from self._families.values()

    @staticmethod
    def _values(name: MetricName, labels: Mapping[str, str]) -> list[str]:
        wanted = METRICS[name].labels
        if set(labels) != set(wanted):
            raise ValueError(f"{name} has the labels {wanted}, got {tuple(labels)}")
        return [labels[label] for label in wanted]
