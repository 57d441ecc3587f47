"""What the live view knows: the latest KPI and alert records, the engine's own numbers. No clock, no I/O."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from schemas.kpi import dims_of
from streams.cli.units import humanise
from streams.serving.standings import standings
from streams.serving.store import Standing

LIVE_WINDOW: Final = "rolling_24h"
NOW_WINDOW: Final = "now"
#: How many alert transitions the log keeps.
ALERT_LOG_MAX: Final = 200
#: How long a changed value stays marked.
CHANGE_SHOWN_US: Final = 2_000_000

Record = Mapping[str, Any]


class Cell(NamedTuple):
    """One KPI value with what is needed to show it."""

    value: int | float | None
    n: int
    unit: str
    changed_us: int
    direction: int
    """+1 when the last change was upwards, -1 when downwards, 0 before any change."""


class AlertLine(NamedTuple):
    """One alert transition, as the log shows it."""

    at: str
    """Time of day, UTC."""
    state: str
    severity: str
    rule: str
    summary: str
    """A sentence, as the record has it."""
    short: str
    """Rule, whose, and the value, for lines of forty characters."""
    reason: str


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine's own numbers, as its /metrics page gives them."""

    events_total: float = 0
    events_per_s: float = 0
    kpi_records_per_s: float = 0
    lag_records: float = 0
    duplicates: float = 0
    dead_letters: float = 0
    ready: bool = False


@dataclass(slots=True)
class Model:
    """Everything a frame is drawn from. Feed it records in any order; draw it at any time."""

    metrics_url: str = ""
    page_url: str = ""
    started_us: int = 0
    now_us: int = 0
    hint: str = ""
    """What to try in another terminal."""
    engine: Engine = field(default_factory=Engine)
    standings: Sequence[Standing] = ()
    """From Redis, when it is there; otherwise computed from the cells."""
    kpi_records: int = 0
    """How many came by, whether shown or not."""
    _cells: dict[tuple[str, str, tuple[tuple[str, str], ...]], Cell] = field(default_factory=dict)
    _alerts: dict[str, Record] = field(default_factory=dict)
    _log: deque[AlertLine] = field(default_factory=lambda: deque(maxlen=ALERT_LOG_MAX))

    @staticmethod
    def wants(key: str) -> bool:
        """Tell by its key whether the view shows a record: parsing the others would be for nothing."""
        return key.split("|", 2)[1:2] in ([LIVE_WINDOW], [NOW_WINDOW])

    def take_kpi(self, key: str, record: Record | None) -> None:
        """Take a record of the KPI topic that the view `wants`; `None` is a tombstone."""
        if not self.wants(key):
            return
        window = key.split("|", 2)[1]
        if record is None:
            self._cells.pop(_place_of_key(key), None)
            return
        place = (record["kpi"], window, _dims(record["dims"]))
        before = self._cells.get(place)
        value = record["value"]
        if before is None or before.value == value:
            changed_us = before.changed_us if before else 0
            direction = before.direction if before else 0
        else:
            changed_us = self.now_us
            direction = 1 if (value or 0) > (before.value or 0) else -1
        self._cells[place] = Cell(value, record["n"], record.get("unit") or "", changed_us, direction)

    def take_alert(self, key: str, record: Record | None, *, log: bool = True) -> AlertLine | None:
        """Take a record of the alert topic; return the log line when its state changed."""
        if record is None:
            self._alerts.pop(key, None)
            return None
        before = self._alerts.get(key)
        self._alerts[key] = record
        if before is not None and before["state"] == record["state"]:
            return None
        line = AlertLine(
            at=_time_of_day(record.get("updated_at") or ""),
            state=record["state"],
            severity=record.get("severity") or "",
            rule=record["rule"],
            summary=record.get("summary") or "",
            short=_short(record),
            reason=record.get("reason") or "",
        )
        if log:
            self._log.append(line)
        return line

    def cell(self, kpi: str, window: str = LIVE_WINDOW, /, **dims: str) -> Cell | None:
        """Return the latest value of a key, or None."""
        return self._cells.get((kpi, window, _dims(dims)))

    def values_of(self, dim: str) -> list[str]:
        """Return the values seen of a dimension that stands alone in its key, sorted."""
        return sorted({dims[0][1] for _, _, dims in self._cells if len(dims) == 1 and dims[0][0] == dim})

    def stage_pairs(self, kpi: str = "stage_transitions") -> list[tuple[str, str, Cell]]:
        """Return (from, to, cell) of the company's stage transitions; from is empty at creation."""
        return [
            (dict(dims)["from_stage"], dict(dims)["to_stage"], cell)
            for (name, window, dims), cell in self._cells.items()
            if name == kpi and window == LIVE_WINDOW and {d for d, _ in dims} == {"from_stage", "to_stage"}
        ]

    def alerts_in(self, state: str) -> list[Record]:
        """Return the alerts that are in `state` now, the latest change first."""
        found = [record for record in self._alerts.values() if record["state"] == state]
        return sorted(found, key=lambda record: str(record.get("updated_at") or ""), reverse=True)

    def alert_log(self) -> list[AlertLine]:
        """Return the transitions, the latest first."""
        return list(reversed(self._log))

    def leaderboard(self, kpi: str = "won_revenue") -> list[Standing]:
        """Return all reps ranked by `kpi`, by the scores from Redis where it gave some."""
        scores: dict[str, float] = dict.fromkeys(self.values_of("rep"), 0)
        if self.standings:
            scores |= {standing.rep: standing.value for standing in self.standings}
        else:
            scores |= {rep: cell.value or 0 for rep in scores if (cell := self.cell(kpi, rep=rep))}
        return standings(scores.items())


def _dims(dims: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value or "") for name, value in dims.items()))


def _place_of_key(key: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    kpi, window, dims = key.split("|", 2)
    return kpi, window, _dims(dims_of(dims))


def _short(record: Record) -> str:
    whose = " ".join(value for value in (record.get("dims") or {}).values() if value) or "company"
    return f"{record['rule']} {whose} {humanise(record.get('value'), record.get('unit'))}"


def _time_of_day(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%H:%M:%S")
    except ValueError:
        return text[:8]
