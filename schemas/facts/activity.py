"""What reps do and customers say: an event a fact."""

from schemas.facts.kind import FactKind

ACTIVITY_FACTS = {
    "call": FactKind(
        "A call was logged; it may say how long it took.",
        ("channel",),
        "duration",
        completed_by=("crm.call.logged",),
        optional_value=True,
    ),
    "email_sent": FactKind("An e-mail was sent.", ("channel", "campaign"), completed_by=("crm.email.sent",)),
    "meeting_scheduled": FactKind(
        "A meeting was scheduled.", ("channel",), completed_by=("crm.meeting.scheduled",)
    ),
    "meeting_held": FactKind("A meeting was held.", ("channel",), completed_by=("crm.meeting.held",)),
    "meeting_canceled": FactKind(
        "A meeting was called off.", ("channel",), completed_by=("crm.meeting.canceled",)
    ),
    "email_replied": FactKind(
        "A customer replied to an e-mail.", ("campaign",), completed_by=("crm.email.replied",)
    ),
    "sentiment": FactKind(
        "A reply or feedback sounds positive (1), neutral (0) or negative (-1).",
        (),
        "score",
        completed_by=("crm.email.replied", "crm.feedback.received"),
    ),
    "nps_answer": FactKind(
        "A customer was asked whether to recommend us, and gave 0 to 10.",
        (),
        "score",
        completed_by=("crm.survey.answered",),
    ),
    "csat_answer": FactKind(
        "A customer was asked how satisfied they are, and gave 0 to 10.",
        (),
        "score",
        completed_by=("crm.survey.answered",),
    ),
    "feedback": FactKind("A customer gave feedback.", (), completed_by=("crm.feedback.received",)),
    "content_shared": FactKind("Content was shared.", ("content",), completed_by=("crm.content.shared",)),
}
