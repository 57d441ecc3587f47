"""A feed: what all clients with the same question get, made once for all of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from processors.serving.selecting import Selecting, earliest, exactly
from processors.serving.viewing import TeamOf, Viewer
from schemas.kpi import dims_of
from schemas.selector import Selector
from streams.web.api import sse
from streams.web.api.client import Client


class Question(NamedTuple):
    """What a client wants to see, and may."""

    selectors: tuple[Selector, ...]
    alerts: bool
    viewer: Viewer


class Wanted(NamedTuple):
    """A selector in the bucket where its records are now."""

    selector: Selector
    bucket: str
    exactly: str | None


class Snapshot(NamedTuple):
    """A feed's records and alerts as they were read, as JSON arrays."""

    records: bytes
    alerts: bytes
    id: str | None


class _Dims(msgspec.Struct):
    dims: dict[str, str | None]


_dims_of_alert = msgspec.json.Decoder(_Dims).decode


class Feed:
    """The clients of one question, and what has changed for them since the last flush."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.clients: set[Client] = set()
        self.wanted: tuple[Wanted, ...] = ()
        self.from_us: int | None = None
        """Since when its buckets are what they are."""
        self.until_us: int | None = None
        self.snapshot: Snapshot | None = None
        """The last one, while nothing changed since."""
        self.epoch = 0
        """Rises when what was read before is void…"""
        self.version = 0
        """…and with each change."""
        self._kpis: dict[str, bytes | None] = {}
        self._alerts: dict[str, bytes | None] = {}
        self._shown: set[str] = set()
        """Alerts that a restricted viewer was told of: of others it is not told that they are gone."""

    def resolve(self, selecting: Selecting, now_us: int) -> None:
        """Find the buckets of its selectors; what was found in others is void."""
        found = [
            (one, selecting.resolve(one.kpi, one.window, one.period, now_us))
            for one in self.question.selectors
        ]
        self.wanted = tuple(Wanted(one, at.bucket, exactly(one)) for one, at in found)
        self.from_us = max((at.from_us for _, at in found if at.from_us is not None), default=None)
        self.until_us = earliest(at.until_us for _, at in found)
        self.forget()

    def forget(self) -> None:
        """Drop what was collected and the snapshot: the clients get a new one."""
        self.epoch += 1
        self.snapshot = None
        self._kpis.clear()
        self._alerts.clear()
        self._shown.clear()

    def put(self, key: str, dims_text: str, record: bytes | None, team_of: TeamOf) -> None:
        """Take a change of a record that its selectors want; the viewer may still not see it."""
        viewer = self.question.viewer
        if viewer.sees_all or viewer.sees(dims_of(dims_text), team_of):
            self._kpis[key] = record
            self._changed()

    def put_alert(self, id: str, record: bytes | None, team_of: TeamOf) -> None:
        """Take a change of an alert."""
        shown = self.shows(id, record, team_of)
        if shown is not None:
            self._alerts[id] = shown[0]
            self._changed()

    def shows(self, id: str, record: bytes | None, team_of: TeamOf) -> tuple[bytes | None] | None:
        """Return what the viewer is told of an alert: its record, that it is gone (None in it), or nothing."""
        viewer = self.question.viewer
        if viewer.sees_all:
            return (record,)
        if record is not None and viewer.sees(dims_of_alert(record), team_of):
            self._shown.add(id)
            return (record,)
        if id in self._shown:
            # It is over, or has become somebody else's.
            self._shown.discard(id)
            return (None,)
        return None

    def flush(self, id: str | None) -> list[bytes]:
        """Return what changed since the last flush, as messages."""
        messages = []
        if self._kpis:
            messages.append(sse.changed("kpis", "records", self._kpis, id))
            self._kpis = {}
        if self._alerts:
            messages.append(sse.changed("alerts", "alerts", self._alerts, id))
            self._alerts = {}
        return messages

    def missed(
        self,
        kpis: Iterable[tuple[str, bytes | None]],
        alerts: Sequence[tuple[str, bytes | None]],
        id: str,
        team_of: TeamOf,
    ) -> list[bytes]:
        """Return what a client that comes back has missed, as messages."""
        viewer = self.question.viewer
        records: dict[str, bytes | None] = {}
        for key, record in kpis:
            bucket, _, dims_text = key.rpartition("|")
            if self._takes(bucket, dims_text) and viewer.sees(dims_of(dims_text), team_of):
                records[key] = record
        told: dict[str, bytes | None] = {}
        for alert_id, record in alerts if self.question.alerts else ():
            shown = self.shows(alert_id, record, team_of)
            if shown is not None:
                told[alert_id] = shown[0]
        messages = [sse.changed("kpis", "records", records, id)]
        return [*messages, sse.changed("alerts", "alerts", told, id)] if told else messages

    def _changed(self) -> None:
        self.version += 1
        self.snapshot = None

    def _takes(self, bucket: str, dims_text: str) -> bool:
        return any(
            one.bucket == bucket
            and (one.exactly == dims_text if one.exactly is not None else one.selector.takes(dims_text))
            for one in self.wanted
        )


def dims_of_alert(record: bytes) -> dict[str, str | None]:
    """Return the dimensions of an alert's record."""
    return _dims_of_alert(record).dims
