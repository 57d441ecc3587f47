"""Alerts: how long they went on until somebody took care, and until they were resolved."""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from typing import Any

from processors.entities.timeline import Fact
from processors.subjects.subject import Context, Handler, Stateless
from schemas.event import Event
from schemas.fact import MICRO

RULES_MAX = 500
"""Rules that are counted by name; what comes beyond, from whoever writes events, counts under `other`."""
OTHER = "other"
BOUNDS_S = (60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 28_800.0, 86_400.0, 259_200.0, 604_800.0)
"""Upper bounds in which durations are counted: from a minute to a week."""
ENDS = {"crm.alert.acknowledged": "acknowledged", "crm.alert.resolved": "resolved"}

Ended = tuple[str, str, str]
"""What happened, `acknowledged` or `resolved`; rule and severity."""


class Spread:
    """How many durations lie under each bound and above the one before, and their sum."""

    __slots__ = ("counts", "total_us")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_S) + 1)
        self.total_us = 0

    def observe(self, took_us: int) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS_S, took_us / MICRO)] += 1
        self.total_us += took_us

    def add(self, other: "Spread") -> None:
        """Count all that another one has."""
        self.counts = [mine + more for mine, more in zip(self.counts, other.counts, strict=True)]
        self.total_us += other.total_us


class Alerts(Stateless):
    """Says what each event says, as far as it is `used`, and counts the times since the start."""

    def __init__(self, context: Context, used: Collection[str]):
        self._context = context
        self._used = used
        self._rules: set[str] = set()
        self.times: dict[Ended, Spread] = {}
        self.handlers: Mapping[str, Handler] = dict.fromkeys(ENDS, self._ended)

    def _ended(self, event: Event, data: Any, facts: list[Fact]) -> None:
        what, took_us = ENDS[event.type], round(data.duration_s * MICRO)
        self._observe(what, data.alert_rule, data.severity, took_us)
        kind = f"alert_{what}"
        if kind in self._used:
            context = self._context
            team = context.team(event, data)
            marks = context.event_marks
            facts.append((kind, 1, event.t_us, took_us, data.rep, team, marks, data.alert_rule))

    def _observe(self, what: str, rule: str, severity: str, took_us: int) -> None:
        if rule not in self._rules:
            if len(self._rules) >= RULES_MAX:
                rule = OTHER
            self._rules.add(rule)
        self.times.setdefault((what, rule, severity), Spread()).observe(took_us)
