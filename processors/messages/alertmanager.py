"""A message's alerts as Alertmanager's API v2 wants them.

Labels are an alert's identity there, so they hold nothing that changes while it is open, but for the severity,
by which Alertmanager's own routes go: when that changes, the alert under the other severities is ended.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from processors.messages import words
from processors.publishing.records import rfc3339
from processors.reading.event_time import decode_time
from schemas.alert import Alert, AlertState
from schemas.message import Message
from schemas.severity import SEVERITIES

_CHANGED = ("escalated", "deescalated")
"""Reasons of a step that changed the severity."""
_NO_LABEL = re.compile(r"[^A-Za-z0-9_]", re.ASCII)


def alertmanager_alerts(
    message: Message, now_us: int, lasts_us: int, labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the body of `POST /api/v2/alerts`. What is open ends by itself unless sent again in time."""
    return [one for alert in message.alerts for one in _alerts(message, alert, now_us, lasts_us, labels)]


def _alerts(
    message: Message, alert: Alert, now_us: int, lasts_us: int, labels: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    if alert.state is AlertState.PENDING:
        return
    # What ends before it began is refused, and another machine's clock may be ahead of this one.
    now = rfc3339(max(now_us, decode_time(alert.starts_at)))
    over = words.is_over(alert)
    made: dict[str, Any] = {
        "labels": _labels(alert, alert.severity, labels),
        "annotations": _annotations(message, alert),
        "startsAt": alert.starts_at,
        "endsAt": (alert.ends_at or now) if over else rfc3339(now_us + lasts_us),
    }
    link = words.link(message)
    if link is not None:
        made["generatorURL"] = link
    yield made
    if alert.reason in _CHANGED and not over:
        for severity in reversed(SEVERITIES):
            if severity != alert.severity:
                yield made | {"labels": _labels(alert, severity, labels), "endsAt": now}


def _labels(alert: Alert, severity: str, added: Mapping[str, str]) -> dict[str, str]:
    dims = {name: value for name, value in alert.dims.items() if value is not None}
    own = {
        "alertname": alert.rule,
        "severity": severity,
        "alert_id": alert.id,
        "kpi": alert.kpi,
        "window": alert.window,
        "period": alert.period or "",
        "account": alert.account or "",
        "entity": alert.entity or "",
        "owner": alert.owner,
    }
    found = {**added, **alert.labels, **dims, **own}
    # An empty label is none, and Alertmanager 0.25 refuses other names.
    return {_label(name): value for name, value in found.items() if value}


def _label(name: str) -> str:
    text = _NO_LABEL.sub("_", name)
    return f"_{text}" if text[:1].isdigit() or not text else text


def _annotations(message: Message, alert: Alert) -> dict[str, str]:
    found = {
        "summary": alert.summary,
        "value": words.measured(alert.value, alert),
        "threshold": words.limit(alert),
        "reason": str(alert.reason),
        "state": str(alert.state),
        "message_id": message.id,
    }
    if alert.target is not None:
        found["target"] = words.measured(alert.target, alert)
    return found
