"""What the events of one partition say: each becomes signed facts, once, in whatever order they come.

Drops copies, hands each event to the subjects that it means something to, and puts together what they say
and what they keep. What events mean is in `processors.subjects` and `processors.entities`.
"""

from collections.abc import Collection, Iterable, Mapping

import orjson

from processors.compile import Plan
from processors.deduplicate import Deduplicator
from processors.entities.timeline import Fact
from processors.partition import StateItem
from processors.subjects.alerts import Alerts, Ended, Spread
from processors.subjects.conversations import Conversations
from processors.subjects.customers import Customers
from processors.subjects.deals import Deals
from processors.subjects.leads import Leads
from processors.subjects.market import Market
from processors.subjects.plain import Plain
from processors.subjects.quotes import Quotes
from processors.subjects.reps import Reps
from processors.subjects.spans import Spans
from processors.subjects.subject import Context, Handler, Subject
from processors.subjects.timelines import TimelineSubject
from processors.tracking import distinct_accounts
from processors.tracking.currency import MONEY, Rates, in_currency
from processors.tracking.meta import KEY, NOTHING_TOLD, TrackMeta, read_meta
from processors.tracking.rows import Row, Rows
from processors.tracking.state import WatchedTimelines
from processors.tracking.tell_waiting import TellWaiting
from processors.tracking.touches import HORIZON_US as TOUCHES_HORIZON_US
from processors.tracking.touches import Touches
from schemas.catalogs.retention import DAYS_D, DAYS_US
from schemas.dead_letter import Reason, Unusable
from schemas.event import Event
from schemas.events.directory import RepUpdated
from schemas.waiting import KINDS, Kind

_FORGET_US = DAYS_US // 100
_WAITING_TAGS: Mapping[Kind, bytes] = {"inquiry": b"c|", "quote": b"q|", "lead": b"l|", "deal": b"d|"}


class Activity:
    """The state of a partition's events."""

    def __init__(
        self,
        plan: Plan,
        dedup_horizon_us: int,
        written: bool = True,
        tells_roster: bool = True,
        waits: Collection[Kind] = (),
    ):
        """`written` says whether there are snapshots, `tells_roster` whether the roll-up hears of reps from here,
        `waits` of which kinds of entity it is told what waits."""
        self.cut = -1
        self.quiet_until: int | None = NOTHING_TOLD
        """See `TrackMeta`."""
        self._catalog = plan.name
        self._seen = Deduplicator(dedup_horizon_us)
        self._context = context = Context()
        self._marks = plan.marks
        self._rates = Rates(plan.catalog.currency, plan.catalog.rates)
        self._rows = Rows(plan)
        self._reps = Reps(context, tells_roster)
        self._alerts = Alerts(context, plan.used)
        touches = Touches(TOUCHES_HORIZON_US, DAYS_US, written)
        self._subjects = _subjects(context, self._reps, self._alerts, touches, plan, "lead" in waits)
        self._handlers = _by_type(self._subjects)
        self._by_tag = {tag: subject for subject in self._subjects for tag in subject.tags}
        self.waiting = TellWaiting(_watched(self._by_tag, waits)) if waits else None
        """None where nothing is asked for."""
        self._waiting_told = () if self.waiting is None else self.waiting.told
        """What of it the changelog says was told."""
        self._forget_at_us = 0
        """From this watermark on what ended long ago is to be forgotten."""
        self._written_cut = -1
        self._stats = dict.fromkeys(("events", "duplicates", "facts", "state_records"), 0)

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order."""
        seen: list[StateItem] = []
        for key, value in items:
            subject = self._by_tag.get(key[:2])
            if subject is not None:
                subject.restore(key, value)
            elif key[:2] == distinct_accounts.TAG:
                self._rows.restore(key, value)
            elif key[:2] == b"s|":
                seen.append((key, value))
            elif value is not None and key == KEY:
                meta = read_meta(value)
                if meta.cut >= self.cut:
                    self.cut, self._context.watermark_us = meta.cut, meta.watermark_us
                    self.quiet_until, self._waiting_told = meta.quiet_until, meta.waiting
        if seen:
            self._seen.restore(seen)

    def restored(self) -> None:
        """The changelog is at its end."""
        for subject in self._subjects:
            subject.restored(self.cut)
        self._rows.restored()
        self._seen.restored(self.cut)
        self._written_cut = self.cut
        if self.waiting is not None:
            self.waiting.restored(self.cut, self._waiting_told)

    def snapshot(self) -> list[list[StateItem]]:
        """Accounts counted, entities, then the ids seen, then the cut: who knows an id has what it did.

        What takes a record's place is durable before the record gets its tombstone.
        """
        told = () if self.waiting is None else self.waiting.told
        if self.cut == self._written_cut and told == self._waiting_told:
            return []
        entities = [item for subject in self._subjects for item in subject.snapshot(self.cut)]
        meta = TrackMeta(self.cut, self._context.watermark_us, self._catalog, self.quiet_until, told)
        last: list[StateItem] = [(KEY, orjson.dumps(tuple(meta)))]
        counted = self._rows.snapshot(self.cut)
        groups = [counted, *_apart(entities), *_apart(self._seen.snapshot(self.cut)), last]
        self._written_cut, self._waiting_told = self.cut, told
        self._stats["state_records"] += sum(len(group) for group in groups)
        return [group for group in groups if group]

    def tell(self, event: Event, offset: int, rows: list[Row], counted: bool = True) -> None:
        """Append the rows for the roll-up that an event gives; see `digest`."""
        facts = self.digest(event, offset, counted)
        if facts:
            self._rows.add(facts, event.data.account, offset, self._context.watermark_us, rows)

    def digest(self, event: Event, offset: int, counted: bool = True) -> list[Fact]:
        """Return the signed facts that an event gives; none for a copy of one seen.

        What is not `counted` is no event of the log's own, but put there by the engine.

        Raises Unusable when it is older than the retention, or in a currency that the catalog has no rate for.
        """
        if event.type in MONEY:
            event = in_currency(event, self._rates)
        t_us = event.t_us
        context = self._context
        watermark_us = context.watermark_us
        # What the directory says, or said years ago, is no sign of where the history is that it explains.
        is_history = event.type != RepUpdated.TYPE
        if t_us > watermark_us and is_history:
            if t_us >= self._forget_at_us:
                self._forget(watermark_us, t_us)
            context.watermark_us = watermark_us = t_us
        elif t_us < watermark_us - DAYS_US and is_history:
            raise Unusable(
                Reason.TOO_LATE, f"time is more than {DAYS_D} days behind the newest event of its partition"
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

    def _forget(self, before_us: int, t_us: int) -> None:
        """At the turn of a retention's hundredth, forget what ended long ago."""
        if before_us and t_us // _FORGET_US != before_us // _FORGET_US:
            for subject in self._subjects:
                subject.forget(t_us - DAYS_US)
        self._forget_at_us = (t_us // _FORGET_US + 1) * _FORGET_US

    @property
    def duplicates(self) -> int:
        """How many copies were dropped."""
        return self._stats["duplicates"]

    @property
    def alert_times(self) -> Mapping[Ended, Spread]:
        """How long alerts went on that ended since the start, by how, rule and severity."""
        return self._alerts.times

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters, and how much is kept."""
        stats = {**self._stats, "late_corrections": self._context.late_corrections}
        for subject in self._subjects:
            stats |= subject.counts
        stats |= self._rows.counts
        return {**stats, "ids_now": len(self._seen), "watermark_us_now": self._context.watermark_us}


def _subjects(
    context: Context, reps: Reps, alerts: Alerts, touches: Touches, plan: Plan, leads_wait: bool
) -> list[Subject]:
    """Return the subjects in the order of an event's facts. They give the kinds that the catalog uses."""
    used = plan.used
    return [
        Plain(context, used),
        Conversations(context, used),
        Quotes(context, used),
        Leads(context, touches, used, leads_wait),
        Deals(context, plan.stage_pairs, used),
        Customers(context, plan.calendar, used),
        Market(context, used),
        Spans(context, plan),
        alerts,
        reps,
    ]


def _watched(by_tag: Mapping[bytes, Subject], waits: Collection[Kind]) -> dict[Kind, WatchedTimelines]:
    """Have it noted what changes among the entities of these kinds."""
    watched: dict[Kind, WatchedTimelines] = {}
    for kind in KINDS:
        if kind in waits:
            subject = by_tag[_WAITING_TAGS[kind]]
            assert isinstance(subject, TimelineSubject)
            watched[kind] = subject.watch()
    return watched


def _by_type(subjects: Iterable[Subject]) -> dict[str, tuple[Handler, ...]]:
    handlers: dict[str, tuple[Handler, ...]] = {}
    for subject in subjects:
        for type_, handler in subject.handlers.items():
            handlers[type_] = (*handlers.get(type_, ()), handler)
    return handlers


def _apart(items: list[StateItem]) -> tuple[list[StateItem], list[StateItem]]:
    """Return the records, and the tombstones."""
    return [item for item in items if item[1] is not None], [item for item in items if item[1] is None]
