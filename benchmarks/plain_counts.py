"""The work that peers are compared on, on plain dicts: nothing checked, nothing durable, nothing published.

Counts per rep and type of the last 24 hours in five-minute panes, response times per rep, stage transitions
per team. Duplicates are not known, late events correct nothing, there is no other KPI or window.
"""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

PANE_S = 300
DAY_PANES = 288


def time_s(text: str) -> float:
    """Return an RFC 3339 time as seconds since the epoch."""
    return datetime.fromisoformat(text).timestamp()


class PlainCounts:
    """All of it in one process's memory."""

    def __init__(self) -> None:
        self.counts: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        """By rep and type: events by pane; the sum is what the last 24 hours had."""
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
        pane = int(at_s) // PANE_S
        panes = {old: n for old, n in self.counts[data["rep"], kind].items() if old > pane - DAY_PANES}
        panes[pane] = panes.get(pane, 0) + 1
        self.counts[data["rep"], kind] = panes
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
