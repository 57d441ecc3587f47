"""The KPI values that /metrics shows: the latest record of each exported series, at most so many.

Fed with what roll-up publishes; a record costs a dict entry, until somebody asks: what is published a hundred times
between two scrapes is sorted once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Lock
from typing import Final, NamedTuple
from urllib.parse import unquote

import orjson

from processors.partition import Send
from schemas.catalogs.exported import Exported
from streams.measuring.chosen import Chosen
from streams.measuring.kpi_sample import LEVELS, KpiSample, Level, Place

#: Share one cap, from what stays longest to what gives way first.
CAPPED_TOGETHER: Final[tuple[Level, ...]] = ("company", "team", "rep")

#: Series of one worker for the company, teams and reps; a Prometheus of ordinary size takes it without notice.
SERIES_MAX: Final = 10_000
#: The same by dimension, where new values may come at any time.
DIMENSION_SERIES_MAX: Final = 3_000
#: Records of one partition that wait to be sorted, some 30 MB; beyond, nobody seems to ask. A floor of hundreds of reps
#: has fewer keys that run.
WAITING_MAX: Final = 50_000


class _Slot(NamedTuple):
    period: str
    ends_us: int | None
    """When its period ends; None where it has none."""
    record: bytes

    def lasts(self, at_us: int) -> bool:
        """Say whether its period, if it has one, is running at that time."""
        return self.ends_us is None or self.ends_us > at_us


Series = tuple[str, str, str]  # KPI, window, and the key's dims or, for team and rep, their name


class KpiExport:
    """The exported series of this worker's partitions.

    Only running periods count: of `month:2026-10` and `month:2026-11` one series shows the later, as long
    as it lasts, and gives up its place when it ends: its tombstone may be two years away. When the cap is
    reached, reps' series give way to teams' and the company's, since there are few of those and they
    matter most; every update that is not exported is counted in `cut`. Series by dimension have a cap of
    their own: they take no room of the others'.
    """

    def __init__(
        self,
        choice: Exported,
        topic: str,
        series_max: int = SERIES_MAX,
        dimension_series_max: int = DIMENSION_SERIES_MAX,
    ) -> None:
        """`topic` is the KPI topic's full name; records for other topics are ignored."""
        self._chosen = Chosen(choice)
        self._levels = frozenset(choice.levels)
        # A team's conversion of stages is of the dimension too; of reps there would be too many.
        beside: list[tuple[str, ...]] = [()]
        beside += [("team",)] if "team" in choice.levels else []
        self._dimensions = frozenset(
            tuple(sorted((*names, *level))) for names in choice.dimensions for level in beside
        )
        self._topic = topic
        self._series_max = series_max
        self._dimension_series_max = dimension_series_max
        self._waiting: defaultdict[int, dict[bytes, bytes | None]] = defaultdict(dict)
        """By partition and key: the latest record, since they were sorted last."""
        self._waiting_lock, self._sorting = Lock(), Lock()
        """Pages are made on other threads than the one that takes records, which nearly always needs the first only."""
        self._newest: bytes | None = None
        """The newest record."""
        self._slots: dict[Level, dict[int, dict[Series, _Slot]]] = {level: {} for level in LEVELS}
        self._size: dict[Level, int] = dict.fromkeys(LEVELS, 0)
        self._periods: dict[tuple[str, str], int] = {}
        """By window and period, of those seen since one ended last: when it ends (microseconds)."""
        self._now_us = 0
        """When the newest records were made."""
        self.cut: dict[Level, int] = dict.fromkeys(LEVELS, 0)

    def take(self, partition: int, sends: Iterable[Send]) -> None:
        """Take what roll-up published for one of its partitions."""
        mine, chosen = self._topic, self._chosen
        records = {
            key: value
            for topic, _, key, value, _ in sends
            if topic == mine and key is not None and chosen[key[: key.rindex(b"|")]]
        }
        # A publication's records are all made at one time.
        made = next((record for record in records.values() if record is not None), None)
        with self._waiting_lock:
            self._newest = made or self._newest
            waiting = self._waiting[partition]
            waiting.update(records)
        if len(waiting) > WAITING_MAX:
            with self._sorting:
                self._sort()

    def drop(self, partition: int) -> None:
        """Forget a partition that another worker has now: its series would stand still here."""
        with self._sorting:
            with self._waiting_lock:
                self._waiting.pop(partition, None)
            for level, of_level in self._slots.items():
                self._size[level] -= len(of_level.pop(partition, ()))

    def sizes(self, now_us: int) -> dict[Level, int]:
        """Return how many series `samples` yields, by level."""
        with self._sorting:
            self._sort()
            return {
                level: sum(slot.lasts(now_us) for slots in of_level.values() for slot in slots.values())
                for level, of_level in self._slots.items()
            }

    def samples(self, now_us: int) -> Iterator[KpiSample]:
        """Yield every exported value whose period, if it has one, is running at `now_us`."""
        with self._sorting:
            self._sort()
            lasting = [
                (level, series, slot.record)
                for level, of_level in self._slots.items()
                for slots in of_level.values()
                for series, slot in slots.items()
                if slot.lasts(now_us)
            ]
        for level, (kpi, window, who), text in lasting:
            record = orjson.loads(text)
            place = Place.of_dims(who) if level == "dimension" else Place.of_level(level, who)
            yield KpiSample(
                kpi, window, place.team, place.rep, record["value"], record["n"],
                record.get("target"), record.get("expected"), place.dimension, place.item,
            )  # fmt: skip

    def _sort(self) -> None:
        """Take what waits into the series; for whoever holds `_sorting`."""
        with self._waiting_lock:
            waiting, self._waiting, made = self._waiting, defaultdict(dict), self._newest
        if made is not None and waiting:
            before_us, self._now_us = self._now_us, _us(orjson.loads(made)["as_of"])
            self._give_up_ended(before_us)
        for partition, records in waiting.items():
            for key, record in records.items():
                self._take(partition, key, record)

    def _take(self, partition: int, key: bytes, record: bytes | None) -> None:
        kpi, place, dims = key.decode().split("|", 2)
        window, _, period = place.partition(":")
        # Of most records that a history gives the period is over.
        ends_us = self._ends_us(window, period, record) if period and record is not None else None
        if ends_us is not None and ends_us <= self._now_us:
            return
        level, who = self._level_of(dims)
        if level is None:
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
        slots[series] = _Slot(period, ends_us, record)

    def _ends_us(self, window: str, period: str, record: bytes) -> int:
        """Return when a record's period ends; of all its records one is parsed while it lasts."""
        ends_us = self._periods.get((window, period))
        if ends_us is None:
            ends_us = self._periods[window, period] = _us(orjson.loads(record)["end"])
        return ends_us

    def _give_up_ended(self, before_us: int) -> None:
        """Drop the series of periods that ended since then: a look at all of them where one did, else at none."""
        if not any(before_us < ends_us <= self._now_us for ends_us in self._periods.values()):
            return
        self._periods = {
            period: ends_us for period, ends_us in self._periods.items() if ends_us > self._now_us
        }
        for level, of_level in self._slots.items():
            for slots in of_level.values():
                over = [series for series, slot in slots.items() if not slot.lasts(self._now_us)]
                for series in over:
                    del slots[series]
                self._size[level] -= len(over)

    def _level_of(self, dims: str) -> tuple[Level | None, str]:
        """Return the level of a key's dims, None where it is not exported, and whose they are."""
        level: Level = "company"
        who = ""
        if dims:
            name, _, value = dims.partition("=")
            if "," in dims or (name != "team" and name != "rep"):
                names = tuple(part.partition("=")[0] for part in dims.split(","))
                return ("dimension", dims) if names in self._dimensions else (None, "")
            level, who = ("team" if name == "team" else "rep"), unquote(value)
        return (level, who) if level in self._levels else (None, "")

    def _room_for(self, level: Level) -> bool:
        """Make room for one more series; say whether there is."""
        if level == "dimension":
            if self._size[level] >= self._dimension_series_max:
                self.cut[level] += 1
                return False
        elif sum(self._size[one] for one in CAPPED_TOGETHER) >= self._series_max:
            less = next((low for low in reversed(CAPPED_TOGETHER) if self._size[low]), level)
            if LEVELS.index(less) <= LEVELS.index(level):
                self.cut[level] += 1
                return False
            next(slots for slots in self._slots[less].values() if slots).popitem()
            self._size[less] -= 1
            self.cut[less] += 1
        self._size[level] += 1
        return True


def _us(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1_000_000)
