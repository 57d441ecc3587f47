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
    """The record's key. An acknowledgement's is made from the alert's id and episode."""
    kind: Literal["silence", "acknowledgement"]
    """A silence of all alerts that match, or the acknowledgement of one episode of one alert."""
    matchers: dict[str, str] = {}
    """Of a silence: what an alert must have, all of it, by name: `id`, `rule`, `severity`, `kpi`, `window`, `owner`,
    `account`, `entity`, a dimension or a label. `*` and `?` stand for any text and any character."""
    alert: str | None = None
    """Of an acknowledgement: the alert's id."""
    episode: str | None = None
    """Of an acknowledgement: the alert's `starts_at`. A later episode is not acknowledged."""
    severity: str | None = None
    """Of an acknowledgement: the alert's severity. What is worse is not acknowledged."""
    starts_at: str
    """From when on it holds."""
    ends_at: str
    """Until when. To end it early, publish it again with an earlier one."""
    author: str
    """Who said so."""
    comment: str = ""
    """Why."""
    created_at: str
    """When it was said first."""
    revision: int
    """Rises with each change: milliseconds of it. A record with a lower one is out of date."""
