"""Histories for rules, made by hand: a team whose inquiries come and are answered."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from processors.virtual_time.rule_history import Events, History, history
from schemas.catalog import load_catalog
from schemas.rule import Rule
from tests.oracle.moments import instant
from tests.oracle.telling import Event, event

CATALOG = load_catalog()
HORIZON_US = 7 * 86_400_000_000
WALL_US = instant("2026-12-01T00:00:00Z")


def open_rule(**fields: Any) -> Rule:
    """Return a rule on open inquiries of each team: more than so many are too many."""
    return Rule.model_validate(
        {"kpi": "open_inquiries", "window": "now", "for_each": "team", "above": 2} | fields
    )


def inquiries(open_at: Sequence[tuple[str, int]], team: str = "north") -> list[Event]:
    """Return events after which so many inquiries are open at these times of day."""
    events, waiting = [], []
    for number, (time, wanted) in enumerate(open_at):
        while len(waiting) < wanted:
            name = f"{team}-{number}-{len(waiting)}"
            waiting.append(name)
            events.append(event("inquiry.received", time, conversation=name, rep=f"rep-{team}", team=team))
        while len(waiting) > wanted:
            name = waiting.pop()
            events.append(event("inquiry.answered", time, conversation=name, rep=f"rep-{team}", team=team))
    return events


def past(rules: Mapping[str, Rule], events: Iterable[Event], until: str | None = None) -> History:
    """Return what rules would have made of events."""
    taken = Events(WALL_US)
    for one in events:
        taken.take(orjson.dumps(one))
    return history(CATALOG, rules, taken, HORIZON_US, None if until is None else instant(until))


RESTLESS = [("09:00", 1), ("09:10", 3), ("09:20", 2), ("09:30", 3), ("09:40", 2), ("09:50", 3), ("10:40", 0)]
"""Open inquiries that go over 2 and back: for ten minutes, for ten minutes, for fifty."""
