"""A feed: what all clients with the same question get, made once for all of them."""

from collections.abc import Iterable, Mapping, Sequence
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


class Snapshot:
    """A feed's records and alerts as they were read, as JSON arrays."""

    __slots__ = ("_alerts", "_id", "_made", "_records")

    def __init__(self, records: bytes, alerts: bytes, id: str | None) -> None:
        self._records, self._alerts, self._id = records, alerts, id
        self._made: tuple[bytes | None, bytes] = (None, b"")
        """The status that a message was made with last, and the message."""

    def message(self, status: bytes) -> bytes:
        """Return it with a status. At midnight a thousand clients get one at once: they share it."""
        if self._made[0] != status:
            self._made = status, sse.snapshot(self._records, self._alerts, status, self._id)
        return self._made[1]


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
        self._withheld: set[str] | None = None
        """While a snapshot is read: alerts that are not its viewer's now, whatever an older reading says."""

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

    def runs_at(self, now_us: int) -> bool:
        """Say whether the periods of its selectors are those that run then."""
        return (self.from_us or 0) <= now_us and (self.until_us is None or now_us < self.until_us)

    def forget(self) -> None:
        """Drop what was collected and the snapshot: the clients get a new one."""
        self.epoch += 1
        self.snapshot = None
        self._kpis.clear()
        self._alerts.clear()
        self._shown.clear()

    def begin_reading(self) -> None:
        """A snapshot is about to be read."""
        self._withheld = set()

    def read_alerts(self, alerts: Mapping[str, bytes], team_of: TeamOf) -> bytes:
        """Return those of a reading that the viewer is shown, as a JSON array."""
        withheld, self._withheld = self._withheld or (), None
        shown = [self.shows(id, alerts[id], team_of) for id in sorted(alerts) if id not in withheld]
        return sse.array(one[0] for one in shown if one is not None and one[0] is not None)

    def put(self, key: str, dims_text: str, record: bytes | None, team_of: TeamOf) -> None:
        """Take a change of a record that its selectors want; the viewer may still not see it."""
        viewer = self.question.viewer
        if viewer.sees_all or viewer.sees(dims_of(dims_text), team_of):
            self._kpis[key] = record
            self._changed()

    def put_alert(self, id: str, record: bytes | None, team_of: TeamOf) -> None:
        """Take a change of an alert."""
        shown = self.shows(id, record, team_of)
        if self._withheld is not None:
            if shown is None or shown[0] is None:
                self._withheld.add(id)
            else:
                self._withheld.discard(id)
        if shown is not None:
            self._alerts[id] = shown[0]
            self._changed()

    def shows(self, id: str, record: bytes | None, team_of: TeamOf) -> tuple[bytes | None] | None:
        """Return what the viewer is told of an alert: its record, that it is gone (None in it), or nothing."""
        viewer = self.question.viewer
        if viewer.sees_all:
            return (record,)
        if record is not None and sees_alert(viewer, record, team_of):
            self._shown.add(id)
            return (record,)
        if id in self._shown:
            # It is over, or has become somebody else's.
            self._shown.discard(id)
            return (None,)
        return None

    def flush(self, id: str | None) -> list[bytes]:
        """Return what changed since the last flush, as messages."""
        kpis, self._kpis = self._kpis, {}
        alerts, self._alerts = self._alerts, {}
        messages = [_kpis_message(kpis, alerts, id)] if kpis else []
        return [*messages, sse.changed("alerts", "alerts", alerts, id)] if alerts else messages

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
        messages = [_kpis_message(records, told, id)]
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


def _kpis_message(
    kpis: Mapping[str, bytes | None], alerts: Mapping[str, bytes | None], id: str | None
) -> bytes:
    """Return it without the id where alerts follow: who has the id goes on after it, so it comes with the last."""
    return sse.changed("kpis", "records", kpis, None if alerts else id)


def sees_alert(viewer: Viewer, record: bytes, team_of: TeamOf) -> bool:
    """Tell whether a viewer sees an alert; one that does not say whose it is, only who sees everything."""
    if viewer.sees_all:
        return True
    try:
        dims = _dims_of_alert(record).dims
    except msgspec.MsgspecError:
        return False
    return viewer.sees(dims, team_of)
