"""The alerts that an example's events make: the worker's stages, with a clock that is wound by hand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from processors.alerts.history import Told, read_told
from processors.compile import Plan
from processors.judge import Judge
from processors.judging.terms import terms_of
from processors.overdue import Overdue
from processors.partition import Send, Stored
from processors.replay import Replay
from processors.virtual_time.example_story import Arrival
from schemas.dead_letter import Unusable
from schemas.fact import PANE_US
from schemas.rule import Rule
from schemas.rules.absence import AbsenceRule

STEPS_MAX = 10_000
"""The clock goes in panes of five minutes; over more of them, in hours, and beyond in days."""
KPIS, ALERTS = "kpis", "alerts"


class Withdrawn(NamedTuple):
    """An alert whose record was withdrawn: it came to nothing while it was pending, or was over for long."""

    at_us: int
    id: str
    reason: str


class AlertClock:
    """Takes events as they arrive and tells what the alerts are at later and later moments."""

    def __init__(
        self,
        plan: Plan,
        rules: Mapping[str, Rule],
        arrivals: Sequence[Arrival],
        dedup_horizon_us: int,
        absences: Mapping[str, AbsenceRule] = MappingProxyType({}),
    ):
        self._waiting = list(reversed(arrivals))
        self._replay = Replay(
            plan,
            arrival_us=arrivals[-1].arrives_us,
            dedup_horizon_us=dedup_horizon_us,
            waits=frozenset(rule.kind for rule in absences.values()),
        )
        self._judge = Judge(
            rules, ALERTS, "history", durable=False, working=plan.business_time, terms=terms_of(plan.catalog)
        )
        self._overdue = Overdue(absences, plan.business_time, ALERTS, "history", durable=False)
        self._offset = -1
        self._now_us = arrivals[0].arrives_us - PANE_US
        self._alerts: dict[bytes, dict[str, Any]] = {}
        self.refused: list[tuple[Arrival, Unusable]] = []
        """Events that could not be used, and why."""
        self._tick(self._now_us)

    def at(self, now_us: int) -> list[dict[str, Any]]:
        """Move on to a moment and return the alerts there are, the latest last."""
        moments = {one.arrives_us for one in self._waiting if one.arrives_us <= now_us} | {now_us}
        before_us = self._now_us
        for moment_us in sorted(moments):
            for step_us in _steps(before_us, moment_us):
                self._tick(step_us)
            # What is answered at the limit is in time: the clock has not reached it yet.
            self._wind(self._overdue, moment_us - 1)
            while self._waiting and self._waiting[-1].arrives_us <= moment_us:
                self._take(self._waiting.pop())
            self._tick(moment_us)
            before_us = max(before_us, moment_us)
        self._now_us = before_us
        return sorted(self._alerts.values(), key=lambda alert: str(alert["updated_at"]))

    @property
    def used(self) -> int:
        """How many of the events so far count: usable, and no copies."""
        return self._replay.used

    def _take(self, arrival: Arrival) -> None:
        try:
            why = self._replay.take(arrival.value)
        except Unusable as error:
            why = error
        if why is not None:
            self.refused.append((arrival, why))

    def _tick(self, now_us: int) -> None:
        records = [self._record(send, now_us) for send in self._replay.tick(now_us) if send.topic == KPIS]
        self._keep(self._judge.process(records, now_us))
        told = self._replay.waiting(now_us)
        if told is not None:
            self._offset += 1
            record = Stored(self._offset, now_us // 1000, None, told)
            self._keep(self._overdue.process([record], now_us))
        self._wind(self._judge, now_us)
        self._wind(self._overdue, now_us)

    def _wind(self, stage: Judge | Overdue, now_us: int) -> None:
        while sends := stage.tick(now_us):
            self._keep(sends)

    def _record(self, send: Send, now_us: int) -> Stored:
        self._offset += 1
        return Stored(self._offset, now_us // 1000, send.key, send.value)

    def _keep(self, sends: Iterable[Send]) -> None:
        for send in sends:
            if send.topic != ALERTS or send.key is None:
                continue
            if send.value is not None:
                self._alerts[send.key] = orjson.loads(send.value)
                self._told(read_told(send.value))
                continue
            self._alerts.pop(send.key, None)
            headers = dict(send.headers)
            # A revision is the milliseconds of its step.
            at_us = int(headers["revision"]) * 1000
            self._withdrawn(Withdrawn(at_us, send.key.decode(), headers["reason"].decode()))

    # For those who write down what passes.

    def _told(self, told: Told) -> None:
        """An alert was told of."""

    def _withdrawn(self, withdrawn: Withdrawn) -> None:
        """An alert's record was withdrawn."""


def _steps(after_us: int, until_us: int) -> Iterator[int]:
    """Yield the moments between at which windows move."""
    for width_us in (PANE_US, 12 * PANE_US, 288 * PANE_US):
        if (until_us - after_us) // width_us <= STEPS_MAX or width_us == 288 * PANE_US:
            yield from range((after_us // width_us + 1) * width_us, until_us, width_us)
            return
