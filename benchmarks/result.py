"""One measured number, with what it took and what it was to be."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Result:
    """A row of the table."""

    name: str
    """Unique in a run."""
    value: float
    unit: str
    goal: float | None = None
    """What issue and budget ask for."""
    better: Literal["more", "less"] = "more"
    cpu_s_per_million: float | None = None
    """Processor seconds of the measured processes, without the broker, for a million events."""
    broker_cpu_s_per_million: float | None = None
    peak_mib: float | None = None
    """Largest memory of the measured processes, added up."""
    wall_s: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "more" else self.value <= self.goal
