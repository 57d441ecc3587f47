"""Publishing everything anew: after a rebuild, and when the catalog is another than the records say.

Every key that there is gets its record. What stands on `crm.kpis` and is not among them is told no more: it gets its
tombstone once all others are said.
"""

from collections.abc import Mapping
from types import MappingProxyType

from processors.partition import Send
from processors.publishing.records import KpiRecord
from schemas.kpi import partition_of

SNAPSHOTS_TO_NAME = 2
"""A snapshot is durable when the next one is asked for."""


class Anew:
    """What was published before, and what of it has not been said again yet."""

    def __init__(
        self, looking: frozenset[str], foreign: frozenset[str] = frozenset(), renamed: bool = False
    ) -> None:
        """`looking` are KPIs that have a value where there are no facts, `foreign` those that others publish.

        `renamed` says that the state names another catalog. Nothing is published before it names this one: after a
        crash, and back under the catalog before, nobody would know that there are keys of this one.
        """
        self._unnamed = SNAPSHOTS_TO_NAME if renamed else 0
        self._looking = looking
        self._foreign = foreign
        self._known: set[bytes] | None = None
        """The keys on `crm.kpis`, those that were said since included; None while nobody has told."""
        self._left: set[bytes] = set()

    def snapshot(self) -> None:
        """Take that a snapshot is being written, and the one before is durable."""
        self._unnamed = max(self._unnamed - 1, 0)

    @property
    def waits(self) -> bool:
        """Whether the catalog must be written before anything is published."""
        return self._unnamed > 0

    def published(self, keys: frozenset[bytes]) -> None:
        """Take the keys that `crm.kpis` has."""
        own = frozenset(filter(self._is_own, keys))
        self._known, self._left = set(own), set(own)

    def _is_own(self, key: bytes) -> bool:
        """Tell whether a key is the roll-up's to take away; what is no text is whoever's wrote it."""
        try:
            return key.decode().partition("|")[0] not in self._foreign
        except UnicodeDecodeError:
            return False

    def takes(self, record: KpiRecord) -> bool:
        """Say whether a record is worth publishing: one that takes a key away, or empties it, needs that key."""
        if self._known is None:
            return True
        self._left.discard(record.key)
        emptied = record.emptied and record.kpi not in self._looking
        if record.body is None or emptied:
            return record.key in self._known
        self._known.add(record.key)  # what empties it from now on is news
        return True

    def tombstones(self, topic: str, partitions: int, most: int) -> list[Send]:
        """Return tombstones of keys that are told no more; empty when there are none left."""
        keys = [self._left.pop() for _ in range(min(most, len(self._left)))]
        return [Send(topic, partition_of(key, partitions), key, None) for key in keys]


class Hold:
    """Until facts are counted up to some offsets, by source partition, nothing is published.

    So that no value goes back for a moment to what it was before; but not beyond a moment of the clock.
    """

    def __init__(self, counted: Mapping[int, int] = MappingProxyType({}), until_us: int = 0) -> None:
        self.awaited = counted
        self._until_us = until_us

    def lasts(self, counted: Mapping[int, int], now_us: int) -> bool:
        """Say whether to wait on; `counted` is how far facts are counted by now."""
        if not self.awaited:
            return False
        if now_us < self._until_us and any(counted.get(of, -1) < at for of, at in self.awaited.items()):
            return True
        self.awaited = {}
        return False
