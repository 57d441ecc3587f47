"""The latest record of each key, as a compacted topic means it.

Delivery is at least once: after a crash the engine may publish a record again, and a worker that was thought dead may
publish an old one late. Revisions tell: what is not newer changes nothing. A record without a value (a tombstone)
takes its key away.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from crm_pulse.alert import Alert
from crm_pulse.key import KpiKey
from crm_pulse.kpi import KpiRecord

K = TypeVar("K")
R = TypeVar("R", KpiRecord, Alert)

GONE_MAX = 10_000
"""So many keys that were taken away are remembered with their last revision, so that a late copy does not bring one
back."""

Headers = Iterable[tuple[str, bytes]]


class Change(NamedTuple, Generic[K, R]):
    """What a record of the topic changed."""

    key: K
    before: R | None
    """None: the key is new."""
    after: R | None
    """None: the key is gone."""


class _Latest(ABC, Mapping[K, R]):
    """A mapping of the keys that exist to their latest records."""

    def __init__(self) -> None:
        self._records: dict[K, R] = {}
        self._gone: OrderedDict[K, int] = OrderedDict()

    def apply(
        self, key: bytes | str, value: bytes | None, headers: Headers | None = ()
    ) -> Change[K, R] | None:
        """Take a record of the topic, in the order of its partition; return what it changed, or None.

        Some Kafka clients give None for no headers.

        Raises MalformedRecordError or ValueError for what is no record or key: nothing changed.
        """
        name = self._key(key.decode() if isinstance(key, bytes) else key)
        before = self._records.get(name)
        if value is None:
            return self._take_away(name, before, dict(headers or ()).get("revision"))
        record = self._read(value)
        if before is not None and record.revision <= before.revision:
            return None
        # Where a stretch of the log comes twice, the tombstone that took this very record away may be an old one.
        if before is None and record.revision < self._gone.get(name, -1):
            return None
        self._records[name] = record
        self._gone.pop(name, None)
        return Change(name, before, record)

    def __getitem__(self, key: K) -> R:
        return self._records[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def _take_away(self, name: K, before: R | None, revision: bytes | None) -> Change[K, R] | None:
        known = self._gone.get(name, -1) if before is None else before.revision
        # Tombstones of alerts say which step they are; those of KPIs count when they come.
        told = known if revision is None else int(revision)
        if told < known:
            return None
        self._records.pop(name, None)
        if told >= 0:
            self._gone[name] = told
            self._gone.move_to_end(name)
        if len(self._gone) > GONE_MAX:
            self._gone.popitem(last=False)
        return None if before is None else Change(name, before, None)

    @abstractmethod
    def _key(self, key: str) -> K: ...

    @abstractmethod
    def _read(self, value: bytes) -> R: ...


class LatestKpis(_Latest[KpiKey, KpiRecord]):
    """The latest KPI records, from the records of `crm.kpis`."""

    def where(
        self,
        kpi: str | None = None,
        window: str | None = None,
        period: str | None = None,
        by: Iterable[str] | None = None,
    ) -> list[KpiRecord]:
        """Return the records of a KPI, a window, a period; `by` are the dimensions they have: `["rep"]`, `[]`."""
        names = None if by is None else sorted(by)
        return [
            record
            for key, record in self._records.items()
            if kpi in (None, key.kpi)
            and window in (None, key.window)
            and period in (None, key.period)
            and (names is None or names == [name for name, _ in key.pairs])
        ]

    def _key(self, key: str) -> KpiKey:
        return KpiKey.parse(key)

    def _read(self, value: bytes) -> KpiRecord:
        return KpiRecord.from_bytes(value)


class LatestAlerts(_Latest[str, Alert]):
    """The latest alerts by id, from the records of `crm.alerts`."""

    def open(self) -> list[Alert]:
        """Return those that somebody should care for."""
        return [alert for alert in self._records.values() if alert.is_open]

    def _key(self, key: str) -> str:
        return key

    def _read(self, value: bytes) -> Alert:
        return Alert.from_bytes(value)
