"""What formulas look at beside their sums, by hand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from processors.histogram import Buckets
from processors.planning.look import Found, Look
from processors.planning.vector import Vector


@dataclass
class Looked:
    """A `Look` that shows what a test says."""

    now_us: int = 0
    same: Vector | None = None
    previous: Vector = field(default_factory=dict)
    opened: int = 0
    since_us: int | None = None
    elsewhere: Vector = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    reps: Mapping[str, Sequence[tuple[float, Vector]]] = field(default_factory=dict)
    is_over: bool = False

    def before(self, same: bool) -> tuple[Vector | None, Vector]:
        return (self.same if same else None), self.previous

    def opening(self, slot: int) -> int:
        return self.opened

    def buckets(self, histogram: int) -> Buckets:
        return Buckets(histogram)

    def oldest_us(self, slot: int) -> int | None:
        return self.since_us

    def target(self, kpi: str) -> float | None:
        return self.targets.get(kpi)

    def reps_with_target(
        self, kpi: str, evaluate: Callable[[Vector, Look], Found]
    ) -> Sequence[tuple[float, Found]]:
        return [(target, evaluate(own, self)) for target, own in self.reps.get(kpi, ())]

    def at(self, window: str, evaluate: Callable[[Vector, Look], Found]) -> Found:
        return evaluate(self.elsewhere, self)


LOOK = Looked()
