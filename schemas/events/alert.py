"""What became of alerts: our own events, told by `crm-pulse notify`."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from schemas.events.fields import EventData, Name, Seconds

AlertId = Annotated[Name, Meta(description="The alert's id, on `crm.alerts`.")]
AlertRule = Annotated[Name, Meta(description="The rule that made the alert.")]
AlertSeverity = Annotated[
    Literal["info", "warning", "critical"], Meta(description="How bad it was at this step.")
]


class AlertAcknowledged(EventData, frozen=True, kw_only=True):
    """Somebody takes care of an alert. No account."""

    TYPE: ClassVar[str] = "crm.alert.acknowledged"

    alert: AlertId
    alert_rule: AlertRule
    severity: AlertSeverity
    duration_s: Annotated[Seconds, Meta(description="How long it had been firing, in seconds.")]


class AlertResolved(EventData, frozen=True, kw_only=True):
    """An alert is over, since what it was about is well again. No account."""

    TYPE: ClassVar[str] = "crm.alert.resolved"

    alert: AlertId
    alert_rule: AlertRule
    severity: AlertSeverity
    duration_s: Annotated[Seconds, Meta(description="How long it had been firing, in seconds.")]
