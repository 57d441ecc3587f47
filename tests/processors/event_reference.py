"""The contract's rules for events, written down a second time: by hand from its tables, in plain Python.

Tests hold the engine's reading to it. It shares nothing with the engine but the period's calendar.
"""

import datetime
import math
import re
from typing import Any

COMMON = "rep? team? campaign? channel? product? segment? region?"
TABLE = {
    "crm.call.logged": "direction?:outbound/inbound duration_s?:number outcome? value_added?:bool "
    "recontactable?:bool deal? lead?",
    "crm.email.sent": "recontactable?:bool deal? lead?",
    "crm.email.replied": "sentiment?:positive/neutral/negative",
    "crm.meeting.scheduled": "meeting? recontactable?:bool deal?",
    "crm.meeting.held": "meeting? recontactable?:bool deal?",
    "crm.meeting.canceled": "meeting? recontactable?:bool deal?",
    "crm.inquiry.received": "conversation topic?",
    "crm.inquiry.answered": "conversation topic?",
    "crm.inquiry.resolved": "conversation topic?",
    "crm.inquiry.reopened": "conversation topic?",
    "crm.quote.requested": "quote amount?:number currency?:currency final?:bool deal?",
    "crm.quote.sent": "quote amount?:number currency?:currency final?:bool deal?",
    "crm.lead.created": "lead contact:contact",
    "crm.lead.qualified": "lead",
    "crm.lead.converted": "lead",
    "crm.lead.lost": "lead",
    "crm.deal.created": "deal stage amount?:number currency?:currency",
    "crm.deal.stage_changed": "deal to_stage from_stage?",
    "crm.deal.amount_changed": "deal amount:number currency?:currency",
    "crm.deal.owner_changed": "deal rep team?",
    "crm.deal.won": "deal amount?:number currency?:currency reason?",
    "crm.deal.lost": "deal amount?:number currency?:currency reason?",
    "crm.deal.canceled": "deal amount?:number currency?:currency reason?",
    "crm.deal.reopened": "deal amount?:number currency?:currency reason?",
    "crm.order.placed": "order amount:number cost?:number currency?:currency",
    "crm.order.refunded": "order amount:number cost?:number currency?:currency",
    "crm.customer.registered": "",
    "crm.customer.activated": "",
    "crm.customer.canceled": "",
    "crm.cost.recorded": "account? amount:number currency?:currency kind:acquisition/retention/campaign",
    "crm.survey.answered": "score:score kind:nps/csat",
    "crm.feedback.received": "sentiment:positive/neutral/negative",
    "crm.content.shared": "content deal?",
    "crm.content.viewed": "content deal?",
    "crm.price.observed": "-account product seller price:number currency?:currency",
    "crm.rep.updated": "-account rep team timezone? active:bool",
    "crm.target.set": "-account kpi window:day/week/month/quarter/year period:period dims:dims value:number",
    "crm.alert.acknowledged": "-account alert alert_rule severity:info/warning/critical duration_s:number",
    "crm.alert.resolved": "-account alert alert_rule severity:info/warning/critical duration_s:number",
}
"""The type's fields: `?` optional, after a colon what is no name; `-account`: has none."""


def fields_of(kind: str) -> dict[str, tuple[bool, str]]:
    """Return (required, rule) of each field of a type, by its name."""
    fields: dict[str, tuple[bool, str]] = {"account": (True, "name")}
    for entry in (COMMON + " " + TABLE[kind]).split():
        name, _, rule = entry.partition(":")
        if name.startswith("-"):
            del fields[name[1:]]
        else:
            fields[name.rstrip("?")] = (not name.endswith("?"), rule or "name")
    return fields


def reference(event: Any) -> str | None:
    """Return the reason why a decoded JSON value is no usable event, or None when it is one."""
    if not isinstance(event, dict):
        return "bad_envelope"
    data = event.get("data")
    right = (
        event.get("specversion") == "1.0"
        and _is_name(event.get("source"))
        and _is_name(event.get("id"))
        and isinstance(event.get("type"), str)
        and event["type"] != ""
        and event.get("time") is not None
    )
    if not right or not isinstance(data, dict):
        return "bad_envelope"
    if event["type"] not in TABLE:
        return "unknown_type"
    if not is_time(event["time"]):
        return "bad_time"
    return _data_reason(event["type"], data)


def _data_reason(kind: str, data: dict[str, Any]) -> str | None:
    fields = fields_of(kind)
    if any(required and data.get(name) is None for name, (required, _) in fields.items()):
        return "missing_field"
    if kind == "crm.cost.recorded" and data.get("account") is None and data.get("campaign") is None:
        return "missing_field"
    for name, (_, rule) in fields.items():
        value = data.get(name)
        if value is not None and not _obeys(rule, value, data):
            return "bad_field"
    return None


def _obeys(rule: str, value: Any, data: dict[str, Any]) -> bool:
    match rule:
        case "name":
            return _is_name(value)
        case "bool":
            return value is True or value is False
        case "currency":
            return isinstance(value, str) and re.fullmatch("[A-Z]{3}", value) is not None
        case "number":
            return _is_number(value) and value <= 9e12
        case "score":
            return _is_number(value) and value <= 10
        case "contact":
            return isinstance(value, dict) and all(
                isinstance(value.get(name, ""), str | None) for name in ("name", "email", "phone")
            )
        case "dims":
            return isinstance(value, dict) and all(map(_is_name, [*value, *value.values()]))
        case "period":
            return isinstance(value, str) and _is_period(data.get("window"), value)
    return isinstance(value, str) and value in rule.split("/")


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and value >= 0


def _is_period(window: Any, period: str) -> bool:
    if window == "quarter":
        return re.fullmatch("[0-9]{4}-Q[1-4]", period) is not None
    if window == "week":
        match = re.fullmatch("([0-9]{4})-W([0-9]{2})", period)
        # Whether a year has a week 53 depends on the day that weeks start on.
        return match is not None and int(match[1]) >= 1 and 1 <= int(match[2]) <= 53
    shapes = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
    if window not in list(shapes):
        return False
    try:
        day = datetime.datetime.strptime(period, shapes[window]).date()  # noqa: DTZ007 - a date
    except ValueError:
        return False
    return {"day": f"{day}", "month": f"{day}"[:7], "year": f"{day}"[:4]}[window] == period


def is_time(text: Any) -> bool:
    """Say whether a value is a time as the contract asks; knows no leap seconds."""
    if not isinstance(text, str):
        return False
    match = re.fullmatch(
        r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?"
        r"([Zz]|[+-][0-9]{2}:[0-9]{2})",
        text,
    )
    if match is None:
        return False
    try:
        offset = match[4].upper().replace("Z", "+00:00")
        datetime.datetime.fromisoformat(f"{match[1]}T{match[2]}{offset}").astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return False
    return int(offset[4:]) < 60
