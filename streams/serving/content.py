"""What a store is told: records folded to the last of each key, taken apart and checked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from processors.places import Places
from processors.serving.entry import Entry, place_of, read_entry
from streams.kafka.readers import Change
from streams.serving.store import RepPlace
from streams.settings import Settings
from streams.topics import topics


@dataclass(slots=True)
class Content:
    """The last of each key: everything, or what changed; None is what no longer exists."""

    kpis: dict[str, Entry | None] = field(default_factory=dict)
    alerts: dict[str, bytes | None] = field(default_factory=dict)
    reps: dict[str, RepPlace | None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.kpis) + len(self.alerts) + len(self.reps)

    @property
    def made_ms(self) -> int | None:
        """When the newest KPI record was made."""
        return max((entry.made_ms for entry in self.kpis.values() if entry is not None), default=None)


class Fold:
    """Takes records as they come; gives what they come to when a store has time for it."""

    def __init__(self, settings: Settings) -> None:
        own = topics(settings)
        self._kpis, self._alerts, self._directory = own.kpis.name, own.alerts.name, own.directory.name
        self._places = Places()
        self._content = Content()
        self.unreadable: Counter[str] = Counter()
        """Records left out, by kind, since they are no KPI's or alert's: they would spoil what they stand in."""

    def take(self, changes: Iterable[Change]) -> None:
        """Take records in their order."""
        for change in changes:
            if change.topic == self._kpis:
                self._take_kpi(change.key, change.value)
            elif change.topic == self._alerts:
                self._take_alert(change.key, change.value)
            elif change.topic == self._directory:
                said = self._places.take(change.value, change.headers, change.timestamp_ms * 1000)
                if said is not None:
                    self._content.reps[said.rep] = RepPlace(said.team, said.active)

    def drained(self) -> Content:
        """Return what was taken since the last time."""
        content, self._content = self._content, Content()
        return content

    def drained_whole(self) -> Content:
        """Return the same where it is everything: what no longer exists is not in it."""
        content = self.drained()
        content.kpis = {key: entry for key, entry in content.kpis.items() if entry is not None}
        content.alerts = {id_: raw for id_, raw in content.alerts.items() if raw is not None}
        return content

    def _take_kpi(self, key: str, value: bytes | None) -> None:
        entry = None if value is None else read_entry(value)
        if place_of(key) is None or (value is not None and entry is None):
            self.unreadable["kpi"] += 1
        else:
            self._content.kpis[key] = entry

    def _take_alert(self, id_: str, value: bytes | None) -> None:
        if value is not None:
            try:
                readable = isinstance(orjson.loads(value), dict)
            except orjson.JSONDecodeError:
                readable = False
            if not readable:
                self.unreadable["alert"] += 1
                return
        self._content.alerts[id_] = value
