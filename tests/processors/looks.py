"""What formulas look at beside their sums, by hand."""

from dataclasses import dataclass, field

from processors.formulas import Evaluate, Shown
from processors.vector import Vector


@dataclass
class Looked:
    """A `Look` that shows what a test says."""

    now_us: int = 0
    same: Vector | None = None
    previous: Vector = field(default_factory=dict)
    opened: int = 0
    since_us: int | None = None
    elsewhere: Vector = field(default_factory=dict)

    def before(self, same: bool) -> tuple[Vector | None, Vector]:
        return (self.same if same else None), self.previous

    def opening(self, slot: int) -> int:
        return self.opened

    def oldest_us(self, slot: int) -> int | None:
        return self.since_us

    def at(self, window: str, evaluate: Evaluate) -> Shown:
        return evaluate(self.elsewhere, self)


LOOK = Looked()
