"""What every process's list of metrics is made of, and how one is shown: a table for people, a page for Prometheus."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from streams.measuring.distribution import Distribution

Name = TypeVar("Name", bound=str)
FAMILIES: Final = {
    "counter": CounterMetricFamily,
    "gauge": GaugeMetricFamily,
    "histogram": HistogramMetricFamily,
}


@dataclass(frozen=True, slots=True)
class Metric(Generic[Name]):
    """One metric of a process. `Name` is the Literal of all names that the process has."""

    name: Name
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    help: str
    """One sentence. For a histogram it says what is observed; its unit is in the name."""
    buckets: tuple[float, ...] = ()
    """Upper bounds of a histogram's buckets, without infinity."""


class Families(Generic[Name]):
    """The families of one scrape, those without samples too: a page has all its metrics from the first on."""

    def __init__(self, metrics: Mapping[Name, Metric[Name]]) -> None:
        self._metrics = metrics
        self._families: dict[Name, Family] = {
            name: FAMILIES[one.kind](name, one.help, labels=one.labels) for name, one in metrics.items()
        }

    def add(self, name: Name, value: float, **labels: str) -> None:
        """Add a sample of a counter or gauge. A label too few, too many or of another name is an error."""
        self._families[name].add_metric(self._values(name, labels), value)  # type: ignore[attr-defined]

    def add_histogram(self, name: Name, seen: Distribution, **labels: str) -> None:
        """Add a histogram's samples."""
        family = self._families[name]
        assert isinstance(family, HistogramMetricFamily)
        family.add_metric(self._values(name, labels), seen.cumulative(), seen.total)

    def __iter__(self) -> Iterator[Family]:
        return iter(self._families.values())

    def _values(self, name: Name, labels: Mapping[str, str]) -> list[str]:
        wanted = self._metrics[name].labels
        if set(labels) != set(wanted):
            raise ValueError(f"{name} has the labels {wanted}, got {tuple(labels)}")
        return [labels[label] for label in wanted]


def section(heading: str, about: Iterable[str], metrics: Iterable[Metric[Any]]) -> str:
    """Return a part of docs/metrics.md: a heading, lines about the process, a row for each metric."""
    lines = [heading, "", *about, "", "| metric | type | labels | meaning |", "|---|---|---|---|"]
    for metric in metrics:
        labels = ", ".join(f"`{label}`" for label in metric.labels) or "–"
        lines.append(f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help} |")
    return "\n".join(lines) + "\n"


def page(collector: Collector, accept: str) -> tuple[bytes, str]:
    """Return what a collector and the process itself have to say, and its content type, for an Accept header."""
    encode, content_type = choose_encoder(accept)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    ProcessCollector(registry=registry)
    return encode(registry), content_type
