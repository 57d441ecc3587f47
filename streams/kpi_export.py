"""The KPI values that /metrics shows: the latest record of each exported series, at most so many.

Fed with what roll-up publishes; a record costs a split and a dict entry, and is parsed only when read.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, Literal, NamedTuple, get_args
from urllib.parse import unquote

import orjson

from processors.partition import Send
from schemas.catalog import Export

Level = Literal["company", "team", "rep"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)

#: Series of one worker; a Prometheus of ordinary size takes it without notice.
SERIES_MAX: Final = 10_000


class KpiSample(NamedTuple):
    """One exported value; `team` and `rep` are empty where they don't apply, `value` may be None."""

    kpi: str
    window: str
    team: str
    rep: str
    value: float | None
    n: int


class _Slot(NamedTuple):
    period: str
    record: bytes


Series = tuple[str, str, str]  # KPI, window, team or rep


class KpiExport:
    """The exported series of this worker's partitions.

    Only running periods count: of `month:2026-10` and `month:2026-11` one series shows the later, as long
    as it lasts. When the cap is reached, reps' series give way to teams' and the company's, since there
    are few of those and they matter most; every update that is not exported is counted in `cut`.
    """

    def __init__(self, choice: Export, topic: str, series_max: int = SERIES_MAX) -> None:
        """`topic` is the KPI topic's full name; records for other topics are ignored."""
        self._kpis = None if choice.kpis == "all" else frozenset(choice.kpis)
        self._windows = frozenset(choice.windows)
        self._levels = frozenset(choice.levels)
        self._topic = topic
        self._series_max = series_max
        self._slots: dict[Level, dict[int, dict[Series, _Slot]]] = {level: {} for level in LEVELS}
        self._size: dict[Level, int] = dict.fromkeys(LEVELS, 0)
        self.cut: dict[Level, int] = dict.fromkeys(LEVELS, 0)

    def take(self, partition: int, sends: Iterable[Send]) -> None:
        """Take what roll-up published for one of its partitions."""
        for send in sends:
            if send.topic == self._topic and send.key is not None:
                self._take(partition, send.key, send.value)

    def drop(self, partition: int) -> None:
        """Forget a partition that another worker has now: its series would stand still here."""
        for level, of_level in self._slots.items():
            self._size[level] -= len(of_level.pop(partition, ()))

    def sizes(self) -> dict[Level, int]:
        """Return how many series are held, by level."""
        return dict(self._size)

    def samples(self, now_us: int) -> Iterator[KpiSample]:
        """Yield every exported value whose period, if it has one, is running at `now_us`."""
        for level, of_level in self._slots.items():
            # Copies, because a page is made on another thread than the one that takes records.
            for slots in list(of_level.values()):
                for (kpi, window, who), slot in list(slots.items()):
                    record = orjson.loads(slot.record)
                    if slot.period and _has_ended(record["end"], now_us):
                        continue
                    team = who if level == "team" else ""
                    rep = who if level == "rep" else ""
                    yield KpiSample(kpi, window, team, rep, record["value"], record["n"])

    def _take(self, partition: int, key: bytes, record: bytes | None) -> None:
        kpi, _, rest = key.decode().partition("|")
        window, _, dims = rest.partition("|")
        window, _, period = window.partition(":")
        if window not in self._windows or (self._kpis is not None and kpi not in self._kpis):
            return
        level, who = _level_of(dims)
        if level is None or level not in self._levels:
            return
        slots = self._slots[level].setdefault(partition, {})
        series = (kpi, window, who)
        held = slots.get(series)
        if held is not None and period < held.period:
            return
        if record is None:
            if held is not None and held.period == period:
                del slots[series]
                self._size[level] -= 1
            return
        if held is None and not self._room_for(level):
            return
        slots[series] = _Slot(period, record)

    def _room_for(self, level: Level) -> bool:
        """Make room for one more series; say whether there is."""
        if sum(self._size.values()) >= self._series_max:
            less = next((low for low in reversed(LEVELS) if self._size[low]), level)
            if LEVELS.index(less) <= LEVELS.index(level):
                self.cut[level] += 1
                return False
            next(slots for slots in self._slots[less].values() if slots).popitem()
            self._size[less] -= 1
            self.cut[less] += 1
        self._size[level] += 1
        return True


def _level_of(dims: str) -> tuple[Level | None, str]:
    if not dims:
        return "company", ""
    if "," not in dims:
        name, _, who = dims.partition("=")
        if name == "team":
            return "team", unquote(who)
        if name == "rep":
            return "rep", unquote(who)
    return None, ""


def _has_ended(end: str, now_us: int) -> bool:
    return datetime.fromisoformat(end).timestamp() * 1_000_000 <= now_us
