"""What every process's list of metrics is made of, and how one is shown: a table for people, a page for Prometheus."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, Protocol, TypeVar

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

Name = TypeVar("Name", bound=str)
FAMILIES: Final = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily}


@dataclass(frozen=True, slots=True)
class Metric(Generic[Name]):
    """A counter or gauge of a process. `Name` is the Literal of all names that the process has."""

    name: Name
    kind: Literal["counter", "gauge"]
    labels: tuple[str, ...]
    help: str


class Families(Generic[Name]):
    """The families of one scrape, those without samples too: a page has all its metrics from the first on."""

    def __init__(self, metrics: Mapping[Name, Metric[Name]]) -> None:
        self._metrics = metrics
        self._families = {
            name: FAMILIES[one.kind](name, one.help, labels=one.labels) for name, one in metrics.items()
        }

    def add(self, name: Name, value: float, *labels: str) -> None:
        """Add a sample, with a value for each label of the metric."""
        if len(labels) != len(self._metrics[name].labels):
            raise ValueError(f"{name} has the labels {self._metrics[name].labels}, got {labels}")
        self._families[name].add_metric(labels, value)

    def __iter__(self) -> Iterator[Family]:
        return iter(self._families.values())


class Described(Protocol):
    """What a row of the table says of a metric."""

    @property
    def name(self) -> str:
        """As /metrics has it."""
        ...

    @property
    def kind(self) -> str:
        """The type, in Prometheus's word."""
        ...

    @property
    def labels(self) -> Sequence[str]:
        """The names of its labels."""
        ...

    @property
    def help(self) -> str:
        """A sentence."""
        ...


def section(heading: str, about: Iterable[str], metrics: Iterable[Described]) -> str:
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
