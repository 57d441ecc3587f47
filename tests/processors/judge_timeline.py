"""A judge as a timeline: values at their minutes in, alerts out."""

from typing import Any

from schemas.rule import Rule
from tests.processors.alert_sequences import MINUTE_US, START_US, Installation, Told, kpi_body

SLOW = Rule.model_validate(
    {
        "title": "Customers wait too long",
        "severity": "critical",
        "kpi": "response_time_p90",
        "window": "rolling_24h",
        "for_each": "team",
        "above": 3600,
        "recover": 2700,
        "for": "5m",
        "min_n": 10,
    }
)
NORTH = "response_time_p90|rolling_24h|team=north"
MONTH = Rule.model_validate({"kpi": "win_rate", "window": "month", "below": 0.2})
NOVEMBER, DECEMBER = "win_rate|month:2026-11|", "win_rate|month:2026-12|"


def at(minute: float) -> int:
    """Return the microsecond of a minute of the test."""
    return START_US + int(minute * MINUTE_US)


class Timeline(Installation):
    """An installation at which values come at minutes."""

    def value(
        self, minute: float, value: float | None, n: int = 31, key: str = NORTH, **more: Any
    ) -> list[Told]:
        """Publish and consume a value that was computed at a minute; return what was told."""
        self.now_us = at(minute)
        self.publish(key, kpi_body(value, n, self.now_us, self.now_us // 1000, **more))
        return self.consume()

    def clock(self, minute: float) -> list[Told]:
        """Tick at a minute, with a checkpoint before and after as often as it takes to tell all."""
        self.now_us = at(minute)
        found = self.tick()
        for _ in range(3):
            self.checkpoint()
            found += self.tick()
        return found


def states(messages: list[Told]) -> list[tuple[str, str]]:
    """Return state and reason of messages."""
    return [(message.state, message.reason) for message in messages]
