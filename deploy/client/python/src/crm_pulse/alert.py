"""Alerts: the values of `crm.alerts` and `crm.alerts.history`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm_pulse.fields import Fields


@dataclass(frozen=True)
class Alert:
    """A step of an alert. `id` and `starts_at` name one episode, from pending to resolved."""

    id: str
    rule: str
    severity: str
    """`critical`, `warning` or `info`."""
    state: str
    """`pending`, `firing`, `no_data` or `resolved`."""
    reason: str
    """Why it took this step: a word of the list in docs/alerts.md, or a new one."""
    kpi: str
    window: str
    period: str | None
    dims: Mapping[str, str | None]
    value: int | float | None
    threshold: int | float
    target: int | float | None
    n: int
    unit: str
    starts_at: datetime
    updated_at: datetime
    ends_at: datetime | None
    summary: str
    revision: int
    """Rises with each step: a record whose revision isn't higher is out of date, or a repetition."""
    labels: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    limit: str = ""
    """The threshold in words."""
    renotify_s: int | float | None = None
    escalate_after_s: int | float | None = None
    cool_down_s: int | float | None = None
    """The rule's words for notifications: again, to more people, and not so soon again after so long."""
    account: str | None = None
    entity: str | None = None
    """Of a rule about what waits: whose it is, and its id."""
    fired_at: datetime | None = None
    """When it fired, later than it started where the rule waits; None while it is pending."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Fields that this version does not know."""

    @classmethod
    def from_bytes(cls, value: bytes | str) -> Alert:
        """Read a record's value. Raises MalformedRecordError for what is none."""
        of = Fields(value, "alert")
        return cls(
            id=of.text("id"),
            rule=of.text("rule"),
            severity=of.text("severity"),
            state=of.text("state"),
            reason=of.text("reason"),
            kpi=of.text("kpi"),
            window=of.text("window"),
            period=of.text_or_none("period"),
            dims=of.dims("dims"),
            value=of.number_or_none("value"),
            threshold=of.number("threshold"),
            target=of.number_or_none("target"),
            n=of.whole("n"),
            unit=of.text("unit"),
            starts_at=of.time("starts_at"),
            updated_at=of.time("updated_at"),
            ends_at=of.time_or_none("ends_at"),
            summary=of.text("summary"),
            revision=of.whole("revision"),
            labels=of.texts("labels"),
            owner=of.text_or_none("owner") or "",
            limit=of.text_or_none("limit") or "",
            renotify_s=of.number_or_none("renotify_s"),
            escalate_after_s=of.number_or_none("escalate_after_s"),
            cool_down_s=of.number_or_none("cool_down_s"),
            account=of.text_or_none("account"),
            entity=of.text_or_none("entity"),
            fired_at=of.time_or_none("fired_at"),
            extra=of.left,
        )

    @property
    def is_open(self) -> bool:
        """Whether somebody should care: it fires, or did and has no value to judge by now."""
        return self.state in ("firing", "no_data")
