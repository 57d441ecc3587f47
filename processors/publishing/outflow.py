"""Outflow: what of a group is due becomes records to be sent, on the topic of latest values and on that of all.

What is looked at by other windows, or compared with, is due with them.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from processors.adding.group import NOW, RETIRE, Group, Window
from processors.compile import CompiledKpi
from processors.panes import Panes
from processors.partition import Send
from processors.publishing.anew import Anew
from processors.publishing.closing import Closing
from processors.publishing.dues import Dues
from processors.publishing.records import KpiRecord, Records, Stamp
from processors.publishing.ripples import Ripples
from schemas.kpi import partition_of

_send = partial(tuple.__new__, Send)


class KpiTopics(NamedTuple):
    """Where KPI records go; both topics have so many partitions."""

    latest: str
    history: str
    partitions: int
    targets: str = "targets"
    """Where the targets are: told again when the log has them in the wrong order."""


class Outflow:
    """Publishes of the groups of one roll-up. What it publishes counts as told by whatever it is made of."""

    def __init__(self, panes: Panes, records: Records, dues: Dues, topics: KpiTopics):
        self._panes = panes
        self._plan = panes.plan
        self._records = records
        self._dues = dues
        self._topics = topics
        self.ripples = Ripples(panes)
        self.closing = Closing(panes)
        self.anew: Anew | None = None
        """While everything is published anew."""
        self.stats = dict.fromkeys(("kpi_records", "kpi_tombstones", "corrections"), 0)

    def publish(self, group: Group, stamp: Stamp, sends: list[Send]) -> None:
        """Append the records of all that is due in a group."""
        windows, group.changed = group.changed, {}
        again, group.again = group.again, {}
        self.ripples.spread(windows, stamp.now_us)
        self._dues.follow(group, windows, again)
        self._publish_windows(group, windows, again, stamp, sends)

    def publish_some(
        self, group: Group, wanted: Callable[[Window], bool], stamp: Stamp, sends: list[Send]
    ) -> None:
        """Append the records of what changed in some of a group's windows; note what is due in others for them."""
        windows = {window: group.changed.pop(window) for window in [*group.changed] if wanted(window)}
        again: dict[Window, int] = {}
        self.ripples.spread(windows, stamp.now_us)
        self._dues.follow(group, windows, again)
        for window in [window for window in windows if not wanted(window)]:
            self._panes.note(group, window, windows.pop(window))
        for window in [window for window in again if not wanted(window)]:
            self._panes.note_again(group, window, again.pop(window))
        for window in windows:
            if window in group.again:
                again[window] = again.get(window, 0) | group.again.pop(window)
        self._publish_windows(group, windows, again, stamp, sends)

    def _publish_windows(
        self, group: Group, windows: dict[Window, int], again: dict[Window, int], stamp: Stamp, sends: list[Send]
    ) -> None:  # fmt: skip
        """Publish the records of windows whose facts changed, and of those that are compared with what changed."""
        if NOW in windows:
            # With the flag, gauges are noted of which nothing changed too.
            changed = 0 if windows[NOW] & RETIRE else windows[NOW]
            self.closing.empty_gauges.note(group, stamp.now_us, changed)
        for window, facts in windows.items():
            if self.closing.note_correction(group, window, facts, stamp.now_us):
                self.stats["corrections"] += 1
            if window in again:
                facts |= again.pop(window)
            self._make(group, window, facts, stamp, sends)
        for window, facts in again.items():
            self._make(group, window, facts, stamp, sends)

    def _make(self, group: Group, window: Window, facts: int, stamp: Stamp, sends: list[Send]) -> None:
        corrected = (group, window) in self.closing.corrected
        stays = (
            self.closing.empty_gauges.shown(group, stamp.now_us) & facts
            if window is NOW and facts & RETIRE
            else 0
        )
        over = None if window is NOW else self.closing.empty_keys.over(group, window, stamp.now_us)
        told = set()
        for record in self._records.of(group, window, facts & ~stays, stamp, corrected, over):
            told.add(record.kpi)
            self._send(group, window, record, stamp, sends)
        # What is due at the same moment as another gauge's tombstone, and is told still.
        for record in self._records.of(group, window, stays, stamp, corrected) if stays else ():
            if record.kpi not in told:
                self._send(group, window, record, stamp, sends)

    def publish_due(
        self, defers: Callable[[Group, Window, list[CompiledKpi]], bool], stamp: Stamp, most: int, sends: list[Send]
    ) -> None:  # fmt: skip
        """Append what is due only for others' sake, unless a group `defers` it, until there are so many sends."""
        for group, window, kpis in self._dues.records():
            if defers(group, window, kpis):
                continue
            corrected = (group, window) in self.closing.corrected
            for record in self._records.of_kpis(group, window, kpis, stamp, corrected):
                # A key without facts says 0 until its tombstone; others are no reason to bring it back after it.
                if not record.empty:
                    self._send(group, window, record, stamp, sends)
            if len(sends) >= most:
                return

    def _send(self, group: Group, window: Window, record: KpiRecord, stamp: Stamp, sends: list[Send]) -> None:
        if self.anew is not None and not self.anew.takes(record):
            return
        key, body, topics = record.key, record.body, self._topics
        partition = partition_of(key, topics.partitions)
        sends.append(_send((topics.latest, partition, key, body, ())))
        if window is not NOW:
            self.closing.empty_keys.take(group, window, record.kpi, record.emptied, stamp.now_us)
        if body is None:
            self.stats["kpi_tombstones"] += 1
            return
        sends.append(_send((topics.history, partition, key, body, ())))
        self.stats["kpi_records"] += 1
        if window is NOW and record.kpi in self._plan.ages:
            self.ripples.age(group, record.n > 0)

    def take_away(self, most: int) -> list[Send]:
        """Return tombstones, at most so many, of keys that are not among what is published anew; none: all is said."""
        if self.anew is None:
            return []
        sends = self.anew.tombstones(self._topics.latest, self._topics.partitions, most)
        self.stats["kpi_tombstones"] += len(sends)
        if not sends:
            self.anew = None
        return sends
