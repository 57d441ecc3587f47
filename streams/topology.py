"""The pipeline on one screen: every stage, in the order of the data. Read this first."""

from collections.abc import Callable
from dataclasses import dataclass

from processors.partition import PartitionProcessor


@dataclass(frozen=True)
class Stage:
    """One step: reads a topic, keeps state by partition of it, publishes to other topics."""

    name: str
    source_topic: str
    make: Callable[[int], PartitionProcessor]
    """Returns the empty processor of a partition."""
    state_topic: str | None
    """The compacted changelog, with as many partitions as the source; None for a stage without state."""
