"""Conversations and quotes: what was asked, and answered."""

from schemas.facts.kind import FactKind

CONVERSATION_FACTS = {
    "response": FactKind(
        "An answer closed the open inquiries of a conversation, so long after the earliest of them; at the answer.",
        ("channel",),
        "duration",
        completed_by=("crm.inquiry.answered",),
    ),
    "inquiry_received": FactKind(
        "An inquiry was received.", ("channel",), completed_by=("crm.inquiry.received",)
    ),
    "inquiry_open": FactKind(
        "An inquiry is open; at its receipt.",
        ("channel",),
        gauge=True,
        completed_by=("crm.inquiry.received",),
    ),
    "conversation_resolved": FactKind(
        "A conversation was resolved for the first time.", (), completed_by=("crm.inquiry.resolved",)
    ),
    "first_contact_resolved": FactKind(
        "A conversation was resolved after exactly one answer, and not reopened within 7 days; at its first "
        "resolution.",
        (),
        completed_by=("crm.inquiry.resolved",),
        counts_with="conversation_resolved",
    ),
    "quote_requested": FactKind(
        "A quote was requested (of several requests the first).",
        ("product",),
        completed_by=("crm.quote.requested",),
    ),
    "quote_turnaround": FactKind(
        "A final quote was sent, so long after it was first requested; at the sending.",
        ("product",),
        "duration",
        completed_by=("crm.quote.sent",),
    ),
}
