"""A floor to listen to, for tests."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson

from streams.sources.salesfloor.outbox import Arrival
from streams.sources.simulate import FloorPlan, simulate

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
MONDAY_US = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp()) * 1_000_000 - HOUR_US
"""Midnight in Berlin."""

Said = dict[str, Any]
"""An event: type, t_us, arrival_us, and its data."""


def heard(arrivals: Iterable[Arrival]) -> list[Said]:
    """Read events back, in order of arrival."""
    found = []
    for arrival in arrivals:
        event = orjson.loads(arrival.value)
        t_us = round(datetime.fromisoformat(event["time"]).timestamp() * 1_000) * 1_000
        found.append(event["data"] | {"type": event["type"], "t_us": t_us, "arrival_us": arrival.t_us})
    return found


@cache
def three_weeks() -> tuple[Said, ...]:
    """What a punctual floor says in three weeks from a Monday on, nothing twice, in order of event time."""
    plan = FloorPlan(late_share=0.0, duplicate_share=0.0)
    events = heard(simulate(7, MONDAY_US, plan, until_us=MONDAY_US + 21 * DAY_US))
    return tuple(sorted(events, key=lambda event: event["t_us"]))


def by(name: str, kind: str) -> dict[str, list[Said]]:
    """Return the events whose type begins with `crm.{kind}`, by one of their fields."""
    found = defaultdict(list)
    for event in three_weeks():
        if event["type"].startswith(f"crm.{kind}"):
            found[event[name]].append(event)
    return found


def what(event: Said) -> str:
    """Return the last word of an event's type."""
    return str(event["type"].rpartition(".")[2])
