"""Silences and acknowledgements: what people say of alerts, on the compacted topic `crm.silences`.

A silence keeps notifications back of every alert that it matches, while it lasts. An acknowledgement is of one
episode of one alert: somebody takes care, so it is not told again until it is over, or worse. Neither changes an
alert's state. Records are keyed by `id`; one that is ended early is published again with an earlier `ends_at`.
"""

from typing import Literal

import msgspec


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a record on `crm.silences`; times are RFC 3339, UTC."""

    id: str
    kind: Literal["silence", "acknowledgement"]
    matchers: dict[str, str] = {}
    """Of a silence: what an alert must have, all of it, by name: `id`, `rule`, `severity`, `kpi`, `window`, `owner`,
    `account`, `entity`, a dimension (`team`, `rep`, …) or a label. `*` and `?` stand for any text and any character."""
    alert: str | None = None
    """Of an acknowledgement: the alert's id…"""
    episode: str | None = None
    """…its `starts_at`: a later episode is not acknowledged…"""
    severity: str | None = None
    """…and its severity: what is worse is not acknowledged."""
    starts_at: str
    ends_at: str
    author: str
    comment: str = ""
    created_at: str
    revision: int
    """Milliseconds of the last change, kept increasing: a record with a lower one is out of date."""
