"""What the events of one partition say: each becomes signed facts, once, in whatever order they come.

Drops copies, hands each event to the subjects that it means something to, and puts together what they say
and what they keep. What events mean is in `processors.subjects` and `processors.entities`.
"""

from collections.abc import Callable, Iterable, Mapping

import orjson

from processors.compile import Plan
from processors.deduplicate import Deduplicator
from processors.entities.timeline import Fact
from processors.partition import StateItem
from processors.subjects.conversations import Conversations
from processors.subjects.customers import Customers
from processors.subjects.deals import Deals
from processors.subjects.leads import Leads
from processors.subjects.market import Market
from processors.subjects.plain import Plain
from processors.subjects.quotes import Quotes
from processors.subjects.reps import Reps
from processors.subjects.subject import Context, Handler, Subject
from processors.touches import Touches
from schemas.dead_letter import Reason, Unusable
from schemas.event import Event

RETENTION_US = 800 * 86_400_000_000
"""How far behind the watermark an event may be; as far as day panes are kept."""
_FORGET_US = RETENTION_US // 100


class Activity:
    """The state of a partition's events."""

    def __init__(
        self,
        plan: Plan,
        dedup_horizon_us: int,
        marks: Callable[[Event], str] = lambda _event: "",
        written: bool = True,
    ):
        """`marks` says which of the catalog's filters an event passes; `written` whether there are snapshots."""
        self.cut = -1
        self._seen = Deduplicator(dedup_horizon_us)
        self._context = context = Context()
        self._marks = marks
        self._reps = Reps(context)
        touches = Touches(dedup_horizon_us, RETENTION_US, written)
        self._subjects = _subjects(context, self._reps, touches, plan)
        self._handlers = _by_type(self._subjects)
        self._by_tag = {tag: subject for subject in self._subjects for tag in subject.tags}
        self._written_cut = -1
        self._stats = dict.fromkeys(("events", "duplicates", "facts", "state_records"), 0)

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order."""
        seen: list[StateItem] = []
        for key, value in items:
            subject = self._by_tag.get(key[:2])
            if subject is not None:
                subject.restore(key, value)
            elif key[:2] == b"s|":
                seen.append((key, value))
            elif value is not None and key == b"meta":
                cut, watermark_us = orjson.loads(value)
                if cut >= self.cut:
                    self.cut, self._context.watermark_us = cut, watermark_us
        if seen:
            self._seen.restore(seen)

    def restored(self) -> None:
        """The changelog is at its end."""
        for subject in self._subjects:
            subject.restored(self.cut)
        self._seen.restored(self.cut)
        self._written_cut = self.cut

    def snapshot(self) -> list[list[StateItem]]:
        """Entities first, then the ids seen, then the cut: who knows an id has what it did."""
        if self.cut == self._written_cut:
            return []
        entities = [item for subject in self._subjects for item in subject.snapshot(self.cut)]
        last: list[StateItem] = [(b"meta", orjson.dumps((self.cut, self._context.watermark_us)))]
        groups: list[list[StateItem]] = [entities, self._seen.snapshot(self.cut), last]
        self._written_cut = self.cut
        self._stats["state_records"] += sum(len(group) for group in groups)
        return [group for group in groups if group]

    def digest(self, event: Event, offset: int, counted: bool = True) -> list[Fact]:
        """Return the signed facts that an event gives; none for a copy of one seen.

        What is not `counted` is no event of the log's own, but put there by the engine.

        Raises Unusable when it is older than the retention.
        """
        t_us = event.t_us
        context = self._context
        watermark_us = context.watermark_us
        if t_us > watermark_us:
            self._advance(watermark_us, t_us)
            watermark_us = t_us
        elif t_us < watermark_us - RETENTION_US:
            raise Unusable(
                Reason.TOO_LATE, "time is more than 800 days behind the newest event of its partition"
            )
        facts: list[Fact] = []
        stats = self._stats
        if self._seen.seen(event.source, event.id, watermark_us):
            stats["duplicates"] += counted
            return facts
        stats["events"] += counted
        handlers = self._handlers.get(event.type)
        if handlers is not None:
            context.offset = offset
            context.event_marks = self._marks(event)
            data = event.data
            for handler in handlers:
                handler(event, data, facts)
            stats["facts"] += len(facts)
        return facts

    def learn(self, event: Event, offset: int) -> None:
        """Take a directory update, known from `offset` on."""
        self._reps.learn(event, offset)

    def _advance(self, before_us: int, t_us: int) -> None:
        """Move the watermark; at the turn of a retention's hundredth, forget what ended long ago."""
        if before_us and t_us // _FORGET_US != before_us // _FORGET_US:
            for subject in self._subjects:
                subject.forget(t_us - RETENTION_US)
        self._context.watermark_us = t_us

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters, and how much is kept."""
        stats = {**self._stats, "late_corrections": self._context.late_corrections}
        for subject in self._subjects:
            stats |= subject.counts
        return {**stats, "ids_now": len(self._seen), "watermark_us_now": self._context.watermark_us}


def _subjects(context: Context, reps: Reps, touches: Touches, plan: Plan) -> list[Subject]:
    """Return the subjects in the order of an event's facts. They give the kinds that the catalog uses."""
    used = frozenset(plan.signatures)
    return [
        Plain(context, used),
        Conversations(context, used),
        Quotes(context, used),
        Leads(context, touches, used),
        Deals(context, plan.stage_pairs, used),
        Customers(context, plan.calendar, used),
        Market(context, used),
        reps,
    ]


def _by_type(subjects: Iterable[Subject]) -> dict[str, tuple[Handler, ...]]:
    handlers: dict[str, tuple[Handler, ...]] = {}
    for subject in subjects:
        for type_, handler in subject.handlers.items():
            handlers[type_] = (*handlers.get(type_, ()), handler)
    return handlers
