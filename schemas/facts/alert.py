"""What became of alerts."""

from schemas.facts.kind import FactKind

ALERT_FACTS = {
    "alert_acknowledged": FactKind(
        "Somebody took care of an alert, so long after it fired.",
        ("alert_rule",),
        "duration",
        completed_by=("crm.alert.acknowledged",),
    ),
    "alert_resolved": FactKind(
        "An alert was resolved by a recovery, so long after it fired.",
        ("alert_rule",),
        "duration",
        completed_by=("crm.alert.resolved",),
    ),
}
