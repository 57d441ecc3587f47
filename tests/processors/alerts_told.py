"""Alerts, and what people say of them, made by hand for tests."""

from typing import Any

from processors.silences.silencing import Silences
from schemas.alert import Alert, AlertState, Reason
from schemas.silence import Silence

NINE, TEN, ELEVEN, NOON = (f"2026-11-21T{hour:02}:00:00Z" for hour in (9, 10, 11, 12))


def alert(**fields: Any) -> Alert:
    """Return an alert about team north that fires since 9."""
    given: dict[str, Any] = {
        "id": "a1",
        "rule": "slow-response",
        "severity": "warning",
        "state": AlertState.FIRING,
        "reason": Reason.ABOVE_THRESHOLD,
        "kpi": "response_time_p90",
        "window": "rolling_24h",
        "period": None,
        "dims": {"team": "north"},
        "value": 5400,
        "threshold": 3600,
        "target": None,
        "n": 31,
        "unit": "seconds",
        "starts_at": NINE,
        "updated_at": NINE,
        "ends_at": None,
        "summary": "",
        "revision": 1,
        "labels": {"desk": "inbound", "team": "label"},
        "owner": "sales-ops",
    }
    return Alert(**given | fields)


def silence(id: str = "s1", **fields: Any) -> Silence:
    """Return a silence of team north from 10 to 11."""
    given: dict[str, Any] = {
        "id": id,
        "kind": "silence",
        "matchers": {"team": "north"},
        "starts_at": TEN,
        "ends_at": ELEVEN,
        "author": "kim",
        "created_at": NINE,
        "revision": 1,
    }
    return Silence(**given | fields)


def acknowledgement(id: str = "k1", **fields: Any) -> Silence:
    """Return an acknowledgement of the alert's episode, made at 10, for an hour."""
    given: dict[str, Any] = {
        "kind": "acknowledgement", "matchers": {}, "alert": "a1", "episode": NINE, "severity": "warning",
    }  # fmt: skip
    return silence(id, **given | fields)


def holds(said: Silence, alert: Alert, at_us: int) -> bool:
    """Tell whether one silence or acknowledgement by itself holds an alert's notifications back at a time."""
    only = Silences()
    only.put(said)
    return only.holding(alert, at_us) is not None
