"""A message as an event for PagerDuty's Events API v2: an incident for each group, resolved with it."""

from hashlib import sha256
from typing import Any

from processors.messages import words
from schemas.message import Message, Occasion

SUMMARY_CHARS_MAX = 1_024
KEY_CHARS_MAX = 255
"""PagerDuty's limits."""
DETAILS_MAX = 50
TEXT_CHARS_MAX = 10_000

_SEVERITIES = {"critical": "critical", "warning": "warning"}


def pagerduty_event(message: Message, routing_key: str) -> dict[str, Any] | None:
    """Return the event to enqueue; None for a digest, which nobody is to be woken for."""
    if message.occasion is Occasion.DIGEST:
        return None
    event: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": "resolve" if message.occasion is Occasion.RESOLVED else "trigger",
        "dedup_key": dedup_key(message),
        "client": "CRM Pulse",
        "payload": {
            "summary": words.cut(words.title(message), SUMMARY_CHARS_MAX),
            "source": f"crm-pulse/{message.route}",
            "severity": _SEVERITIES.get(message.severity, "info"),
            "timestamp": message.created_at,
            "group": words.cut(message.group, KEY_CHARS_MAX),
            "class": words.rules(message),
            "custom_details": {
                "message_id": message.id,
                "occasion": str(message.occasion),
                "text": words.body(message, TEXT_CHARS_MAX),
                "alerts": [alert.summary for alert in message.alerts[:DETAILS_MAX]],
                "more": message.more + max(0, len(message.alerts) - DETAILS_MAX),
            },
        },
    }
    link = words.link(message)
    if link is not None:
        event["links"] = [{"href": link, "text": "Open"}]
        event["client_url"] = link
    return event


def dedup_key(message: Message) -> str:
    """Return the name of the incident: the group's, shortened where it is too long for PagerDuty."""
    if len(message.group) <= KEY_CHARS_MAX:
        return message.group
    return sha256(message.group.encode()).hexdigest()
