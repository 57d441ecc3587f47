"""Deals: decisions, stages, and what led there."""

from schemas.facts.kind import FactKind

_DEAL = ("product", "segment", "region")
_PAIR = ("from_stage", "to_stage")
_STAGED = ("crm.deal.created", "crm.deal.stage_changed")
_DECIDED = ("crm.deal.won", "crm.deal.lost", "crm.deal.canceled")

DEAL_FACTS = {
    "deal_created": FactKind(
        "A deal was created (of several creations the first).", _DEAL, completed_by=("crm.deal.created",)
    ),
    "deal_won": FactKind(
        "A deal is won, for so much; at the decision.", _DEAL, "money", completed_by=("crm.deal.won",)
    ),
    "deal_lost": FactKind("A deal is lost; at the decision.", _DEAL, completed_by=("crm.deal.lost",)),
    "deal_canceled": FactKind(
        "A deal is canceled; at the decision.", _DEAL, completed_by=("crm.deal.canceled",)
    ),
    "deal_cohort_won": FactKind(
        "A deal is won now; at its creation.",
        _DEAL,
        completed_by=("crm.deal.created",),
        counts_with="deal_created",
    ),
    "sales_cycle": FactKind(
        "A deal is won, so long after its first follow-up; at the decision.",
        _DEAL,
        "duration",
        completed_by=("crm.deal.won",),
    ),
    "stage_transition": FactKind(
        "A deal changed its stage; creation is a change from null.", _PAIR, completed_by=_STAGED
    ),
    "stage_entered": FactKind(
        "A deal entered from_stage for the first time; once for each pair that the pipelines name.",
        _PAIR,
        completed_by=_STAGED,
    ),
    "stage_reached": FactKind(
        "A deal entered to_stage some time after its first entry into from_stage; at that first entry.",
        _PAIR,
        completed_by=_STAGED,
        counts_with="stage_entered",
    ),
    "stage_stay": FactKind(
        "A deal left a stage, so long after entering it; at leaving.",
        ("stage",),
        "duration",
        completed_by=("crm.deal.stage_changed", *_DECIDED),
    ),
    "open_deal": FactKind(
        "A deal is open, in this stage and for so much, and theirs who own it; at its creation.",
        ("stage",),
        "money",
        gauge=True,
        completed_by=("crm.deal.created",),
        now_only=True,
    ),
    "content_decided": FactKind(
        "A deal with content shared at or before the decision is won, lost or canceled; at the decision.",
        ("content",),
        completed_by=_DECIDED,
    ),
    "content_won": FactKind(
        "A deal with content shared at or before the decision is won; at the decision.",
        ("content",),
        completed_by=("crm.deal.won",),
        counts_with="content_decided",
    ),
}
