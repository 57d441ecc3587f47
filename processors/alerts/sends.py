"""An alert's step as it is published: on the compacted topic and in the history, or as a tombstone with its reason."""

import msgspec

from processors.partition import Send
from schemas.alert import Alert, Reason

_encode = msgspec.json.Encoder().encode


def alert_sends(
    id_: str, alert: Alert | None, reason: Reason, revision: int, topics: tuple[str, str]
) -> tuple[Send, ...]:
    """Return what is published of a step; no alert: it is withdrawn. `topics`: the alerts' and their history's."""
    latest, history = topics
    key = id_.encode()
    if alert is None:
        headers = (("reason", reason.encode()), ("revision", b"%d" % revision))
        return (Send(latest, None, key, None, headers),)
    body = _encode(alert)
    return Send(latest, None, key, body), Send(history, None, key, body)


def in_seconds(length_us: int | None) -> float | None:
    """Return a length that a rule gives as the record has it."""
    return None if length_us is None else length_us / 1_000_000
