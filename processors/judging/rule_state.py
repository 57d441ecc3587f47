"""What the machine of one rule and one KPI key remembers."""

from enum import StrEnum

import msgspec

from processors.judging.observation import NOTHING, Compared, Observation
from schemas.alert import AlertState, Number, Reason


class Phase(StrEnum):
    """Where the machine is; all but ok are, or are part of, an alert's state."""

    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    """Well again, but not yet for as long as `keep_firing`: still firing to the world."""
    NO_DATA = "no_data"
    RESOLVED = "resolved"


OPEN = frozenset((Phase.PENDING, Phase.FIRING, Phase.RECOVERING, Phase.NO_DATA))
FIRED = OPEN - {Phase.PENDING}


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one machine remembers."""

    phase: Phase = Phase.OK
    reason: Reason | None = None
    """Of the last step told."""
    since_us: int = 0
    """When the value went beyond the limit."""
    seen_us: int = 0
    """The clock when that was seen, or what is waited for now: what no record contradicts counts from here."""
    fired_us: int = 0
    """When this episode fired; 0 when it has not, or was written before this was kept."""
    updated_us: int = 0
    """When the last step was taken."""
    revision: int = 0
    """Of the last step told; 0 when nothing was, or it is forgotten."""
    kpi_revision: int = -1
    value: Number | None = None
    n: int = 0
    unit: str = ""
    target: Number | None = None
    end_us: int | None = None
    start_us: int | None = None
    compared: Compared = NOTHING
    severity: str = ""
    """The level that the alert has; empty in what was written before there were levels."""
    worse_us: int | None = None
    """Since when the value is beyond the limit of a more severe level…"""
    worse: str = ""
    """…and which."""
    well_us: int | None = None
    """Since when it has recovered, while `keep_firing` is waited for."""
    turns_us: int | None = None
    """When time alone may change what the last record means, so that it is judged again."""
    silent_us: int | None = None
    """Since when nothing came, of a rule that watches this."""

    @property
    def is_held(self) -> bool:
        """Whether the last record is kept for what time will make of it."""
        return self.turns_us is not None

    @property
    def seen(self) -> Observation:
        """The last record that was looked at."""
        return Observation(
            self.updated_us, self.kpi_revision, self.value, self.n, self.unit, self.target, self.end_us,
            self.start_us, self.compared,
        )  # fmt: skip


def alert_state(phase: Phase) -> AlertState | None:
    """Return the state that an alert has in this phase; None when there is no alert."""
    return _STATES[phase]


_STATES = {
    Phase.OK: None,
    Phase.PENDING: AlertState.PENDING,
    Phase.FIRING: AlertState.FIRING,
    Phase.RECOVERING: AlertState.FIRING,
    Phase.NO_DATA: AlertState.NO_DATA,
    Phase.RESOLVED: AlertState.RESOLVED,
}
