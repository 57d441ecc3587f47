"""The work that peers are compared on, on plain dicts: nothing checked, nothing durable, nothing published.

Counts per rep and type in five-minute panes (of which 24 hours are 288), response times per rep, stage
transitions per team. No duplicates, no late events, no other KPI or window.
"""

from collections import Counter
from datetime import datetime
from typing import Any

PANE_S = 300


def time_s(text: str) -> float:
    """Return an RFC 3339 time as seconds since the epoch."""
    return datetime.fromisoformat(text).timestamp()


class PlainCounts:
    """All of it in one process's memory."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, int]] = Counter()
        """By rep, type and pane."""
        self.response_s: dict[str, tuple[float, int]] = {}
        """By rep: sum and number."""
        self.transitions: Counter[tuple[str, str, str]] = Counter()
        """By team and both stages."""
        self._received_s: dict[str, float] = {}
        self._stages: dict[str, str] = {}

    def take(self, event: dict[str, Any]) -> None:
        """Count an event."""
        kind, data = event["type"], event["data"]
        at_s = time_s(event["time"])
        self.counts[data["rep"], kind, int(at_s) // PANE_S] += 1
        if kind == "crm.inquiry.received":
            self._received_s[data["conversation"]] = at_s
        elif kind == "crm.inquiry.answered":
            received_s = self._received_s.pop(data["conversation"], None)
            if received_s is not None:
                total_s, number = self.response_s.get(data["rep"], (0.0, 0))
                self.response_s[data["rep"]] = (total_s + at_s - received_s, number + 1)
        elif kind in ("crm.deal.created", "crm.deal.stage_changed"):
            stage = data.get("to_stage") or data["stage"]
            before = self._stages.get(data["deal"], "")
            self._stages[data["deal"]] = stage
            self.transitions[data["team"], before, stage] += 1
