"""The fields that each type of event has of its own; None where a step leaves one out.

Some have a field that is not of their type, which is to be ignored: a reply's deal, a meeting's lead.
"""

from typing import Any

from tests.oracle.moments import period_of
from tests.oracle.vocabulary import (
    AMOUNTS,
    CONTENTS,
    PRODUCTS,
    RULES,
    SELLERS,
    STAGES,
    TEAMS,
    ZONES,
    Step,
    World,
    pick,
)

TARGET_WINDOWS = ("month", "year", "quarter", "week", "day")
DAYS_IN = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
SCORES = (10, 9, 8.5, 8, 7, 6.5, 6, 0)
SENTIMENTS = ("neutral", "positive", "negative")
FILLINGS = (None, "", "Zoë")


def own_fields(kind: str, step: Step, t_us: int, world: World) -> dict[str, Any]:
    """What the type has of its own, told by the step's integers."""
    name = f"x{step.entity}"  # deals, leads, quotes, conversations bear the same names, on purpose
    amount = pick(AMOUNTS, step.amount)
    stage = pick(STAGES, step.stage)
    rep = pick(world.reps, max(step.rep - 1, 0))
    deal = name if step.deal > 1 else None
    maybe = pick((None, True, False), step.detail)
    match kind:
        case "crm.rep.updated":
            zone = pick(ZONES, step.detail)
            return {"rep": rep, "team": pick(TEAMS, step.team), "timezone": zone, "active": step.stage != 1}
        case "crm.target.set":
            return _target(step, rep, t_us, world)
        case "crm.price.observed":
            product = pick(PRODUCTS[1:], step.about)
            return {"product": product, "seller": pick(SELLERS, step.stage), "price": amount or 0.5}
        case _ if kind.startswith("crm.inquiry."):
            return {"conversation": name}
        case "crm.deal.created":
            return {"deal": name, "stage": stage, "amount": amount}
        case "crm.deal.stage_changed":  # an amount here is no field of the type
            from_stage = pick((None, None, None, None, *STAGES), step.from_stage)
            return {"deal": name, "to_stage": stage, "from_stage": from_stage, "amount": amount}
        case "crm.deal.amount_changed":
            return {"deal": name, "amount": 100 if amount is None else amount}
        case "crm.deal.owner_changed":
            return {"deal": name, "rep": rep}
        case "crm.deal.won" | "crm.deal.lost" | "crm.deal.canceled" | "crm.deal.reopened":
            return {"deal": name, "amount": amount}
        case "crm.call.logged":
            value_added = pick((None, True, False), step.detail // 3)
            duration_s = pick((0, 59.5, None, 600, 0.000001, 3600), step.amount)
            return {
                "deal": deal, "lead": _lead(step, world), "duration_s": duration_s, "direction": "outbound",
                "value_added": value_added, "recontactable": maybe,
            }  # fmt: skip
        case "crm.email.sent":
            return {"deal": deal, "lead": _lead(step, world), "recontactable": maybe}
        case "crm.email.replied":  # only the sentiment is its field
            sentiment = pick((None, *SENTIMENTS), step.detail // 3)
            return {"sentiment": sentiment, "deal": name, "conversation": name, "recontactable": maybe}
        case _ if kind.startswith("crm.meeting."):  # a lead is not its field
            return {"deal": deal, "lead": name, "recontactable": maybe}
        case _ if kind.startswith("crm.quote."):
            return {"quote": name, "deal": deal, "final": maybe, "amount": amount}
        case "crm.lead.created":
            fillings = {
                at: pick(FILLINGS, step.detail // 3**place)
                for place, at in enumerate(("name", "email", "phone"))
            }
            return {"lead": name, "contact": {at: text for at, text in fillings.items() if text is not None}}
        case _ if kind.startswith("crm.lead."):
            return {"lead": name}
        case _ if kind.startswith("crm.order."):
            cost = pick((None, 0, 0.01, 60, 100_000), step.detail // 2)
            return {
                "order": f"{name}.{step.detail % 2}",
                "amount": 100 if amount is None else amount,
                "cost": cost,
            }
        case "crm.cost.recorded":
            spent_on = pick(("acquisition", "retention", "campaign"), step.stage)
            return {"amount": 100 if amount is None else amount, "kind": spent_on}
        case "crm.survey.answered":
            return {"score": pick(SCORES, step.detail // 2), "kind": pick(("nps", "csat"), step.detail)}
        case "crm.feedback.received":
            return {"sentiment": pick(SENTIMENTS, step.detail)}
        case "crm.alert.acknowledged" | "crm.alert.resolved":
            severity = pick(("info", "warning", "critical"), step.stage)
            duration_s = pick((0, 59.5, 86_400, 600, 0.000001, 3600), step.amount)
            return {
                "alert": name, "alert_rule": pick(RULES, step.about), "severity": severity, "duration_s": duration_s,
            }  # fmt: skip
        case "crm.content.shared" | "crm.content.viewed":
            return {"content": pick(CONTENTS, step.detail), "deal": deal}
        case _:
            return {}


def _lead(step: Step, world: World) -> str | None:
    """None, the lead of the same name, or the first one of the same account."""
    return pick((None, f"x{step.entity}", f"x{step.entity % world.accounts}"), step.detail // 9)


def _target(step: Step, rep: str, t_us: int, world: World) -> dict[str, Any]:
    """A target of about that time: for the period that runs, or one before or after it."""
    window = pick(TARGET_WINDOWS, step.detail)
    days = pick((0, 0, 0, -1, 0, 1), step.detail // 5) * DAYS_IN[window]
    if window == "year":  # the last one would be behind the retention at the end of a long history
        days = max(days, 0)
    team = pick(TEAMS, step.team)
    dims = pick(
        (
            {"rep": rep},
            {"rep": rep},
            {},
            {"rep": rep},
            {"team": team},
            {"product": "crm"},
            {"rep": rep, "team": team},
        ),
        step.about,
    )
    return {
        "kpi": pick(("won_revenue", "won_revenue", "won_revenue", "deals_won"), step.stage),
        "window": window,
        "period": period_of(t_us, window, *world.calendar, later_days=days),
        "dims": dims,
        "value": pick((100, 0, 99.99, 250, 1_000_000_000.02), step.amount),
    }
