"""Ends: events of the engine's own that say how long alerts went on, for the KPIs about that.

Everything on `crm.alerts` and `crm.silences` is read again at each start, and what it says of the last days is told
again: an event's id follows from the alert and its episode, so that tracking drops the copies.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import orjson

from processors.alerts.history import NOT_RESOLVED, Told, after_firing_s, ended_us, read_told
from processors.partition import Send
from processors.publishing.records import rfc3339
from processors.reading.event_time import decode_time
from schemas.alert import AlertState
from schemas.duration import DAY_US
from schemas.silence import Silence

TOLD_US: Final = 6 * DAY_US
"""What is older is not told any more…"""
TOLD_OF_HORIZON: Final = 6 / 7
"""…nor what is older than this share of the time for which tracking knows copies: they would count again."""
SOURCE: Final = "crm-pulse/alerts"

_decode_silence = msgspec.json.Decoder(Silence).decode


class Ends:
    """Watches alerts and acknowledgements; `sends` gives what is to be published."""

    def __init__(self, topic: str, dedup_horizon_us: int = 7 * DAY_US) -> None:
        """`topic` is that of the activity; `dedup_horizon_us` is how long copies are known there."""
        self._topic = topic
        self._told_us = min(TOLD_US, round(dedup_horizon_us * TOLD_OF_HORIZON))
        self._alerts: dict[str, Told] = {}
        """Those that fired, open or over, as they are now."""
        self._acknowledged: dict[tuple[str | None, str | None], Silence] = {}
        """By alert and episode."""
        self._episodes: dict[str, tuple[str | None, str | None]] = {}
        """Of each acknowledgement."""
        self._told: dict[str, set[str]] = {}
        """By alert: the ids of events that this process published."""
        self._sends: list[Send] = []

    def take_alert(self, key: str, value: bytes | None, now_us: int) -> None:
        """Take a record of `crm.alerts`."""
        if value is None:
            self._alerts.pop(key, None)
            self._told.pop(key, None)
            return
        try:
            alert = read_told(value)
        except msgspec.MsgspecError:
            return  # whoever tells of alerts counts it
        known = self._alerts.get(key)
        if alert.fired_at is None or (known is not None and alert.revision <= known.revision):
            return
        if known is not None and known.starts_at != alert.starts_at:
            self._told.pop(key, None)
        self._alerts[key] = alert
        said = self._acknowledged.get((alert.id, alert.starts_at))
        if said is not None:
            self._tell_acknowledged(alert, said, now_us)
        if alert.state == AlertState.RESOLVED and alert.reason not in NOT_RESOLVED:
            self._tell("resolved", alert, ended_us(alert), now_us)

    def take_silence(self, key: str, value: bytes | None, now_us: int) -> None:
        """Take a record of `crm.silences`."""
        if value is None:
            self._acknowledged.pop(self._episodes.pop(key, (None, None)), None)
            return
        try:
            said = _decode_silence(value)
        except msgspec.MsgspecError:
            return
        if said.kind != "acknowledgement":
            return
        self._episodes[key] = (said.alert, said.episode)
        self._acknowledged[said.alert, said.episode] = said
        alert = self._alerts.get(said.alert or "")
        if alert is not None and alert.starts_at == said.episode:
            self._tell_acknowledged(alert, said, now_us)

    def sends(self) -> list[Send]:
        """Return what is to be published, once."""
        found, self._sends = self._sends, []
        return found

    def _tell_acknowledged(self, alert: Told, said: Silence, now_us: int) -> None:
        assert alert.fired_at is not None
        # Who took care while it was pending was as quick as can be.
        at_us = max(decode_time(said.created_at), decode_time(alert.fired_at))
        self._tell("acknowledged", alert, at_us, now_us)

    def _tell(self, what: str, alert: Told, at_us: int, now_us: int) -> None:
        id_ = f"{alert.id}|{alert.starts_at}|{what}"
        told = self._told.setdefault(alert.id, set())
        if id_ in told or at_us < now_us - self._told_us:
            return
        told.add(id_)
        value = orjson.dumps(_event(what, id_, alert, at_us, now_us))
        self._sends.append(Send(self._topic, None, alert.id.encode(), value))


def _event(what: str, id_: str, alert: Told, at_us: int, now_us: int) -> Mapping[str, Any]:
    who = {
        name: value
        for name in ("rep", "team")
        if (value := alert.dims.get(name, alert.labels.get(name))) is not None
    }
    return {
        "specversion": "1.0",
        "source": SOURCE,
        "id": id_,
        "type": f"crm.alert.{what}",
        # The clock of who judged may be ahead, and what comes from the future is refused.
        "time": rfc3339(min(at_us, now_us)),
        "data": {
            "alert": alert.id,
            "alert_rule": alert.rule,
            "severity": alert.severity,
            "duration_s": after_firing_s(alert, at_us),
            **who,
        },
    }
