"""Leads: how they come, and what becomes of them."""

from schemas.facts.kind import FactKind

_LEAD = ("campaign", "channel")

LEAD_FACTS = {
    "lead_created": FactKind(
        "A lead came in (of several creations the first), with so many of name, e-mail and phone filled.",
        _LEAD,
        "score",
        completed_by=("crm.lead.created",),
        whole=3,
    ),
    "lead_qualified": FactKind(
        "A lead was qualified, for the first time.", _LEAD, completed_by=("crm.lead.qualified",)
    ),
    "lead_converted": FactKind(
        "A lead was converted, for the first time.", _LEAD, completed_by=("crm.lead.converted",)
    ),
    "lead_lost": FactKind("A lead was lost, for the first time.", _LEAD, completed_by=("crm.lead.lost",)),
    "lead_cohort_converted": FactKind(
        "A lead was converted some time; at its creation.",
        _LEAD,
        completed_by=("crm.lead.created",),
        counts_with="lead_created",
    ),
    "lead_response": FactKind(
        "A lead or its account was called, written to or met for the first time since its creation, so long "
        "after it; at that touch.",
        _LEAD,
        "duration",
        completed_by=("crm.call.logged", "crm.email.sent", "crm.meeting.held"),
    ),
}
