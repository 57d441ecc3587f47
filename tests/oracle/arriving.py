"""How a history arrives: the directory first, copies in time to be known for copies, cut into chunks."""

import re
from collections.abc import Sequence
from itertools import pairwise

from tests.oracle.moments import DAY_US, instant
from tests.oracle.vocabulary import Event

DEDUPLICATION_HORIZON_US = 7 * DAY_US


def times_us(history: Sequence[Event]) -> list[int]:
    """The events' times in microseconds, digits beyond cut."""
    return [instant(cut(event["time"])) for event in history]


def parted(events: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """(activity, directory)"""
    activity = [event for event in events if event["type"] != "crm.rep.updated"]
    directory = [event for event in events if event["type"] == "crm.rep.updated"]
    return activity, directory


def altered(event: Event) -> Event:
    """A copy that says something else, but about the same entity and time."""
    if event["type"] == "crm.rep.updated":
        return event
    return event | {"data": event["data"] | {"rep": "copycat", "team": "copycats", "amount": 666}}


def within_horizon(arriving: Sequence[Event]) -> list[Event]:
    """Without the copies that come too late to be known for copies."""
    kept: list[Event] = []
    seen: set[tuple[str, str]] = set()
    latest_us = 0
    for event, t_us in zip(arriving, times_us(arriving), strict=True):
        identity = (event["source"], event["id"])
        if identity not in seen or latest_us - t_us <= DEDUPLICATION_HORIZON_US:
            kept.append(event)
        seen.add(identity)
        if event["type"] != "crm.rep.updated":
            latest_us = max(latest_us, t_us)
    return kept


def chunks(arriving: list[Event], cuts: Sequence[int]) -> list[list[Event]]:
    """The events cut before these positions (in any order); no chunk is empty."""
    bounds = [0, *sorted(min(cut, len(arriving)) for cut in cuts), len(arriving)]
    return [arriving[start:end] for start, end in pairwise(bounds) if start < end]


def cut(text: str) -> str:
    """RFC 3339 as `datetime.fromisoformat` reads it: six digits of fraction at most, capitals."""
    return re.sub(r"(\.\d{6})\d+", r"\1", text.upper())
