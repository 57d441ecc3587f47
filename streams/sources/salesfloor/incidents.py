"""Now and then a team's answers go bad for a while: somebody is ill, a system is down."""

from dataclasses import dataclass
from random import Random

from streams.sources.salesfloor.hours import Hours
from streams.sources.salesfloor.people import Team
from streams.sources.salesfloor.plan import FloorPlan

HOUR_US = 3_600_000_000
#: Mean time between two incidents, and how long one lasts: in life, and on a floor that never closes.
GAP_US = 3 * 24 * HOUR_US
LENGTH_US = (1 * HOUR_US, 3 * HOUR_US)
GAP_ALWAYS_OPEN_US = HOUR_US // 4
LENGTH_ALWAYS_OPEN_US = (HOUR_US // 30, HOUR_US // 12)
SLOWDOWN = (8.0, 16.0)


@dataclass(frozen=True, slots=True)
class Incident:
    """From `start_us` to before `end_us` the team takes `slowdown` times as long to answer."""

    team: Team
    start_us: int
    end_us: int
    slowdown: float


class Incidents:
    """One incident after another, each drawn when the one before is over."""

    def __init__(self, rng: Random, start_us: int, teams: list[Team], hours: Hours, plan: FloorPlan) -> None:
        self._rng = rng
        self._teams = teams
        self._hours = hours
        self._always_open = plan.always_open
        self._current = self._draw(start_us) if plan.incidents else None

    def slowdown(self, team: Team, t_us: int) -> float:
        """How many times longer this team takes to answer what comes in now. Times must not go back."""
        while self._current is not None and self._current.end_us <= t_us:
            self._current = self._draw(self._current.end_us)
        incident = self._current
        if incident is None or incident.team is not team or t_us < incident.start_us:
            return 1.0
        return incident.slowdown

    def _draw(self, after_us: int) -> Incident:
        gap_us, length_us = GAP_US, LENGTH_US
        if self._always_open:
            gap_us, length_us = GAP_ALWAYS_OPEN_US, LENGTH_ALWAYS_OPEN_US
        start_us = self._hours.next_open(after_us + int(gap_us * self._rng.uniform(0.5, 1.5)))
        end_us = start_us + self._rng.randrange(*length_us)
        return Incident(self._rng.choice(self._teams), start_us, end_us, self._rng.uniform(*SLOWDOWN))
