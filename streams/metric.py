"""What every process's list of metrics is made of, and how one is shown: a table for people, a page for Prometheus."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True, slots=True)
class Metric(Generic[Name]):
    """A counter or gauge of a process. `Name` is the Literal of all names that the process has."""

    name: Name
    kind: Literal["counter", "gauge"]
    labels: tuple[str, ...]
    help: str


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
