"""What a formula may look at beside its own sums: other windows of the same group, and when it is."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from processors.histogram import Buckets
from processors.planning.vector import Vector

Found = TypeVar("Found")


class Look(Protocol):
    """The group and window that a value is made for, at a moment."""

    @property
    def now_us(self) -> int:
        """The moment, microseconds."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether the window is a period that is over."""
        ...

    def before(self, same: bool) -> tuple[Vector | None, Vector]:
        """Return the sums of the period before; if so asked, of the same elapsed part of this one and of it.

        None stands for all of this period.
        """
        ...

    def opening(self, slot: int) -> int:
        """Return a slot's sum over all time before the period's start."""
        ...

    def buckets(self, histogram: int) -> Buckets:
        """Return what finds the buckets in this window's sums of the histogram whose first slot that is."""
        ...

    def oldest_us(self, slot: int) -> int | None:
        """Return the start of the oldest pane in which a slot is above 0."""
        ...

    def target(self, kpi: str) -> float | None:
        """Return the target of a KPI for the group and period; None where none is set."""
        ...

    def reps_with_target(
        self, kpi: str, evaluate: "Callable[[Vector, Look], Found]"
    ) -> Sequence[tuple[float, Found]]:
        """Return target and what is found of each rep with a target for the period; of a team, those in it now."""
        ...

    def at(self, window: str, evaluate: "Callable[[Vector, Look], Found]") -> Found:
        """Return what is found of the same group in another window."""
        ...
