"""What a simulated sales floor is like: its size, its pace, its faults."""

from dataclasses import dataclass

from schemas.files.time_zone import known_zone

#: The standard catalog's pipeline; won, lost and canceled are decisions, not stages.
STAGES = ("qualification", "discovery", "proposal", "negotiation")

#: Events of a rep in an hour of full work, follow-ups included, and of the customers around.
REP_EVENTS_PER_HOUR = 14.0

#: A floor is told a quarter of an hour at a time, all of it in memory.
EVENTS_PER_S_MAX = 10_000


@dataclass(frozen=True, kw_only=True)
class FloorPlan:
    """The floor's settings. Raises ValueError for a floor that can't be.

    `events_per_s` is the mean rate in full working hours, in event time; by default it follows from the
    number of reps. `tempo` scales what takes hours or days in life (replies, quotes, activations),
    `answer_tempo` the time that inquiries wait for their answer.
    """

    teams: int = 5
    reps: int = 30
    accounts: int = 600
    events_per_s: float | None = None
    timezone: str = "Europe/Berlin"
    #: No nights and no weekends.
    always_open: bool = False
    tempo: float = 1.0
    answer_tempo: float = 1.0
    #: Share of events that arrive minutes to hours after they happened.
    late_share: float = 0.01
    #: Share of events that arrive twice.
    duplicate_share: float = 0.005
    #: Whether now and then a team's answers go bad for a while.
    incidents: bool = True
    #: Monthly quota of a rep of average skill, in the catalog's currency.
    quota: float = 60_000.0

    def __post_init__(self) -> None:
        if not 1 <= self.teams <= self.reps:
            raise ValueError(f"{self.teams} teams, {self.reps} reps: at least one team, and a rep for each")
        if self.accounts < 1:
            raise ValueError("at least one account")
        if self.events_per_s is not None and not 0 < self.events_per_s <= EVENTS_PER_S_MAX:
            raise ValueError(
                f"{self.events_per_s:g} events per second: must be above 0, and {EVENTS_PER_S_MAX:,} at most"
            )
        if min(self.tempo, self.answer_tempo) <= 0:
            raise ValueError(f"tempos of {self.tempo} and {self.answer_tempo}: must be above 0")
        for name in ("late_share", "duplicate_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} {getattr(self, name)}: must be from 0 to 1")
        known_zone(self.timezone)

    @property
    def rate(self) -> float:
        """Events per second in full working hours."""
        return self.events_per_s or self.reps * REP_EVENTS_PER_HOUR / 3_600
