"""Explain: where a KPI's value is from: its parts, their facts, the events that gave them or took them back."""

from collections.abc import Iterable

from processors.activity import Activity
from processors.compile import Plan
from processors.decode import decode
from processors.explaining.fact_ledger import FactLedger
from processors.explaining.inquiry import FOREVER_US, Inquiry, Part, Question
from processors.replay import Replay
from schemas.catalogs.facts import all_kinds
from schemas.dead_letter import Unusable
from schemas.events.directory import RepUpdated


class Explainer:
    """Takes events as `Replay` does, and keeps them, to say of one value what it is made of."""

    def __init__(self, plan: Plan, *, arrival_us: int, dedup_horizon_us: int, as_of_us: int | None = None):
        self._plan = plan
        self.replay = Replay(
            plan, arrival_us=arrival_us, dedup_horizon_us=dedup_horizon_us, as_of_us=as_of_us
        )
        self._used: list[tuple[int, str, str, bytes, str]] = []
        """Time, source, id, the event, and where it was read; of events that count."""

    def learn(self, value: bytes) -> None:
        """Learn from an update of the directory ahead of the activity that it explains."""
        self.replay.learn(value)

    def take(self, value: bytes, where: str) -> Unusable | None:
        """Digest an event as `Replay` does: return or raise what is wrong with it."""
        before = self.replay.used
        refused = self.replay.take(value)
        if self.replay.used > before:
            event = decode(value)
            self._used.append((event.t_us, event.source, event.id, value, where))
        return refused

    def explain(self, question: Question) -> Part | None:
        """Return what the value is made of; None when there was no event at all."""
        as_of_us = self.replay.as_of_us
        if as_of_us is None:
            return None
        records = {
            record.key.decode(): record.body
            for record in self.replay.records("all", emptied=True)
            if record.body is not None
        }
        kinds = all_kinds(question.kpi, self._plan.catalog)
        inquiry = Inquiry(self._plan, records, self._ledger(kinds), as_of_us, self.replay.rollup)
        return inquiry.part(question)

    def keys(self, kpi: str) -> list[str]:
        """Return the keys of the records of a KPI."""
        return [
            record.key.decode()
            for record in self.replay.records("all", emptied=True)
            if record.kpi == kpi and record.body is not None
        ]

    def _ledger(self, kinds: Iterable[str]) -> FactLedger:
        activity = Activity(self._plan, FOREVER_US)
        events = [(decode(value), where) for *_, value, where in sorted(self._used)]
        for event, _ in events:
            if event.type == RepUpdated.TYPE:
                activity.learn(event, -1)
        ledger = FactLedger(activity, {kind: self._plan.kinds[kind] for kind in kinds})
        for event, where in events:
            ledger.take(event, where)
        return ledger
