"""What the events of one partition say: each becomes signed facts, once, in whatever order they come.

Knows which events were seen, the directory, and the timelines of conversations and deals; the state of
tracking is its state.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from sys import intern
from typing import Any

import orjson

from processors.compile import Plan
from processors.deduplicate import Deduplicator
from processors.entities import conversation, deal
from processors.entities.conversation import Conversation
from processors.entities.deal import Deal
from processors.entities.directory import Directory
from processors.entities.timeline import Event as EntityEvent
from processors.entities.timeline import Fact, Timeline
from processors.partition import StateItem
from processors.track_state import EntityId, Timelines, directory_items, restore_directory
from schemas.dead_letter import Reason, Unusable
from schemas.event import Event
from schemas.fact import PANE_US

RETENTION_US = 800 * 86_400_000_000
"""How far behind the watermark an event may be; as far as day panes are kept."""
_MICRO = 1_000_000

Handler = Callable[["Activity", Event, Any], list[Fact]]


class Activity:
    """The state of a partition's events."""

    def __init__(self, plan: Plan, dedup_horizon_us: int):
        self.cut = -1
        self._seen = Deduplicator(dedup_horizon_us)
        self._directory = Directory()
        self._conversations = Timelines(b"c")
        self._deals = Timelines(b"d")
        self._new_deal = partial(Deal, plan.stage_pairs)
        self._watermark_us = 0
        self._offset = -1
        self._updated_reps: set[str] = set()
        self._tombstones: list[StateItem] = []
        self._written_cut = -1
        self._deal: Timeline[Deal] | None = None
        self._stats = dict.fromkeys(("events", "duplicates", "facts", "late_corrections", "state_records"), 0)

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take changelog records, in log order."""
        seen: list[StateItem] = []
        for key, value in items:
            tag = key[:2]
            if tag == b"c|":
                self._conversations.restore(key, value)
            elif tag == b"d|":
                self._deals.restore(key, value)
            elif tag == b"s|":
                seen.append((key, value))
            elif value is not None and tag == b"r|":
                restore_directory(self._directory, key, value)
            elif value is not None and key == b"meta":
                cut, watermark_us = orjson.loads(value)
                if cut >= self.cut:
                    self.cut, self._watermark_us = cut, watermark_us
        if seen:
            self._seen.restore(seen)

    def restored(self) -> None:
        """The changelog is at its end."""
        self._conversations.restored()
        self._deals.restored()
        self._seen.restored(self.cut)
        self._written_cut = self.cut

    def snapshot(self) -> list[list[StateItem]]:
        """Entities first, then the ids seen, then the cut: who knows an id has what it did."""
        if self.cut == self._written_cut:
            return []
        entities = [
            *self._conversations.snapshot(self.cut),
            *self._deals.snapshot(self.cut),
            *directory_items(self._directory, self._updated_reps, self.cut),
            *self._tombstones,
        ]
        self._updated_reps.clear()
        self._tombstones.clear()
        last: list[StateItem] = [(b"meta", orjson.dumps((self.cut, self._watermark_us)))]
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
        if t_us < self._watermark_us - RETENTION_US:
            raise Unusable(
                Reason.TOO_LATE, "time is more than 800 days behind the newest event of its partition"
            )
        if t_us > self._watermark_us:
            self._advance(t_us)
        if self._seen.seen(event.source, event.id, self._watermark_us):
            self._stats["duplicates"] += counted
            return []
        self._stats["events"] += counted
        self._offset = offset
        handler = _HANDLERS.get(event.type)
        facts = handler(self, event, event.data) if handler is not None else []
        self._stats["facts"] += len(facts)
        return facts

    def learn(self, event: Event, offset: int) -> None:
        """Take a directory update, known from `offset` on."""
        rep, team = event.data.rep, event.data.team
        assert rep is not None
        assert team is not None
        self._directory.learn(rep, (event.t_us, event.source, event.id, team, offset))
        self._updated_reps.add(rep)

    def _advance(self, t_us: int) -> None:
        """Move the watermark; at the turn of a retention's hundredth, forget what ended long ago."""
        step = RETENTION_US // 100
        if self._watermark_us and t_us // step != self._watermark_us // step:
            floor_us = t_us - RETENTION_US
            self._tombstones += self._conversations.forget_before(floor_us, _conversation_ended)
            self._tombstones += self._deals.forget_before(floor_us, _deal_ended)
        self._watermark_us = t_us

    @property
    def stats(self) -> Mapping[str, int]:
        """Counters, and how much is kept."""
        return {
            **self._stats,
            "conversations_now": len(self._conversations),
            "deals_now": len(self._deals),
            "ids_now": len(self._seen),
            "watermark_us_now": self._watermark_us,
        }

    # What each type of event means

    def _team(self, event: Event, data: Any) -> str:
        team: str | None = data.team
        return team or self._directory.team(data.rep, event.t_us, self._offset)

    def _simple(self, event: Event, data: Any, kind: str) -> list[Fact]:
        fact = (kind, 1, event.t_us // PANE_US, None, data.rep, self._team(event, data), data.channel)
        return [fact]

    def _touch(self, event: Event, data: Any, kind: str) -> list[Fact]:
        """A call, e-mail or meeting: counted, and a follow-up of the deal that it carries."""
        facts = self._simple(event, data, kind)
        if data.deal is not None:
            facts += self._follow_up(event, data)
        return facts

    def _follow_up(self, event: Event, data: Any) -> list[Fact]:
        id_ = (data.account, data.deal)
        timeline = self._deals.get(id_)
        touched = (event.t_us, event.source, event.id, deal.FOLLOWED_UP, *(None,) * 8)
        earlier = next((other for other in timeline.events if other[3] == deal.FOLLOWED_UP), None)
        if earlier is not None and earlier[:3] <= touched[:3]:
            return []  # only the earliest means anything
        return self._digest_deal(id_, timeline, touched, earlier)

    def _conversation(self, event: Event, data: Any, code: int) -> list[Fact]:
        id_ = (data.account, data.conversation)
        timeline = self._conversations.get(id_)
        if timeline.fence >= self._offset:
            return []
        said = (
            event.t_us, intern(event.source), event.id, code,
            _kept(data.rep), intern(self._team(event, data)), _kept(data.channel),
        )  # fmt: skip
        facts, late = timeline.digest(said, Conversation, _no_owner)
        self._conversations.touch(id_)
        self._stats["late_corrections"] += late
        return facts

    def _deal_event(self, event: Event, data: Any, code: int) -> list[Fact]:
        id_ = (data.account, data.deal)
        team = self._team(event, data) if data.rep is not None else _kept(data.team)
        amount = getattr(data, "amount", None)
        said = (
            event.t_us, intern(event.source), event.id, code, _kept(data.rep), team,
            _kept(getattr(data, "from_stage", None)),
            _kept(data.to_stage if code == deal.STAGE_CHANGED else getattr(data, "stage", None)),
            None if amount is None else round(amount * _MICRO),
            _kept(data.product), _kept(data.segment), _kept(data.region),
        )  # fmt: skip
        return self._digest_deal(id_, self._deals.get(id_), said, None)

    def _digest_deal(
        self, id_: EntityId, timeline: Timeline[Deal], said: EntityEvent, replaced: EntityEvent | None
    ) -> list[Fact]:
        if timeline.fence >= self._offset:
            return []
        self._deal = timeline
        facts, late = timeline.digest(said, self._new_deal, self._owner_team, replaced)
        self._deals.touch(id_)
        self._stats["late_corrections"] += late
        return facts

    def _owner_team(self, event: EntityEvent, owner: str | None) -> str:
        """The team of a deal's owner by the directory; asked once, so that a later update changes nothing said."""
        assert self._deal is not None
        key = (event[1], event[2], owner or "")
        teams = self._deal.owner_teams = self._deal.owner_teams or {}
        team = teams.get(key)
        if team is None:
            team = teams[key] = self._directory.team(owner, event[0], self._offset)
        return team

    def _rep_updated(self, event: Event, _data: Any) -> list[Fact]:
        self.learn(event, self._offset)
        return []


def _kept(name: str | None) -> str | None:
    """Return the one copy of a name that comes again and again, for what is kept."""
    return None if name is None else intern(name)


def _no_owner(_event: EntityEvent, _owner: str | None) -> str:
    raise AssertionError("only deals have owners")


def _conversation_ended(events: list[EntityEvent]) -> bool:
    return bool(events[-1][3] in (conversation.ANSWERED, conversation.RESOLVED))


def _deal_ended(events: list[EntityEvent]) -> bool:
    decisions = [
        event[3] for event in events if event[3] in (deal.WON, deal.LOST, deal.CANCELED, deal.REOPENED)
    ]
    return bool(decisions and decisions[-1] != deal.REOPENED)


def _bound(method: Callable[..., list[Fact]], what: Any) -> Handler:
    return lambda activity, event, data: method(activity, event, data, what)


_HANDLERS: dict[str, Handler] = {
    "crm.call.logged": _bound(Activity._touch, "call"),
    "crm.email.sent": _bound(Activity._touch, "email_sent"),
    "crm.meeting.held": _bound(Activity._touch, "meeting_held"),
    "crm.meeting.scheduled": _bound(Activity._simple, "meeting_scheduled"),
    "crm.inquiry.received": _bound(Activity._conversation, conversation.RECEIVED),
    "crm.inquiry.answered": _bound(Activity._conversation, conversation.ANSWERED),
    "crm.inquiry.resolved": _bound(Activity._conversation, conversation.RESOLVED),
    "crm.inquiry.reopened": _bound(Activity._conversation, conversation.REOPENED),
    "crm.deal.created": _bound(Activity._deal_event, deal.CREATED),
    "crm.deal.stage_changed": _bound(Activity._deal_event, deal.STAGE_CHANGED),
    "crm.deal.amount_changed": _bound(Activity._deal_event, deal.AMOUNT_CHANGED),
    "crm.deal.owner_changed": _bound(Activity._deal_event, deal.OWNER_CHANGED),
    "crm.deal.won": _bound(Activity._deal_event, deal.WON),
    "crm.deal.lost": _bound(Activity._deal_event, deal.LOST),
    "crm.deal.canceled": _bound(Activity._deal_event, deal.CANCELED),
    "crm.deal.reopened": _bound(Activity._deal_event, deal.REOPENED),
    "crm.rep.updated": Activity._rep_updated,
}
