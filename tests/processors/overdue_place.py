"""An inquiry that waits under rules: what is heard of it at a minute, and what is told."""

from typing import Any

from tests.processors.overdue_floor import MINUTE_US, START_US, Floor, rules_of, states

INQUIRY = "kind: inquiry, limits: {warning: 1h, critical: 24h}"
DAY = 24 * 60
WEEK = 7 * DAY
OVERDUE = ("firing", "warning", "overdue")


def floor(*, durable: bool = False, **rules: str) -> Floor:
    """Return both stages under these rules, the one about inquiries by default."""
    return Floor(rules_of(**(rules or {"late": INQUIRY})), durable=durable)


def received(place: Floor, minute: float = 0, **more: Any) -> None:
    """Let an inquiry come to Ann at a minute, which is now."""
    place.now_us = START_US + round(minute * MINUTE_US)
    data = {"conversation": "c1", "rep": "ann", "team": "north", "channel": "chat", **more}
    assert [] == place.event("inquiry.received", minute, **data)


def heard(place: Floor, at: float, kind: str, minute: float, **more: Any) -> list[tuple[str, str, str]]:
    """Hear at a minute of an event at another; return what was told."""
    place.now_us = START_US + round(at * MINUTE_US)
    return states(place.event(kind, minute, **{"conversation": "c1", "rep": "ann", "team": "north", **more}))
