"""Leads: how they come, who gets in touch first, and what becomes of them."""

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from sys import intern
from typing import Any

from processors.entities import lead
from processors.entities.lead import Lead
from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, Timeline
from processors.partition import StateItem
from processors.subjects.subject import Context, kept
from processors.subjects.timelines import TimelineSubject
from processors.tracking.state import EntityId
from processors.tracking.touches import Touch, Touches
from schemas.event import Event
from schemas.fact import MICRO

_CODES = {
    "crm.lead.created": lead.CREATED,
    "crm.lead.qualified": lead.QUALIFIED,
    "crm.lead.converted": lead.CONVERTED,
    "crm.lead.lost": lead.LOST,
}
_TOUCHES = ("crm.call.logged", "crm.email.sent", "crm.meeting.held")
Order = tuple[Any, ...]
"""A place in the order of events: time, source, id; `()` is before all."""


class Leads(TimelineSubject[Lead]):
    """The leads of a partition, and what was done with their accounts.

    A touch may come before the lead that it is the first answer to, so the touches of every account are
    remembered for a while. What a lead was answered by stands in its own timeline, and for ever.
    """

    def __init__(self, context: Context, touches: Touches, used: Collection[str], waits: bool = False):
        """`waits` says that it is asked which leads nobody got in touch with, be there a KPI of that or not."""
        super().__init__(context, b"l", "leads", partial(Lead, used), lead.is_over)
        self.handlers = {type_: partial(self._take, code) for type_, code in _CODES.items()}
        self._touches = touches
        self._by_account: dict[str, tuple[EntityId, ...]] = {}
        self._settled: dict[str, Order] = {}
        """Of accounts all of whose leads were touched: from where on a touch is no lead's first."""
        self._answered = waits or "lead_response" in used
        if self._answered:
            self.handlers = {**self.handlers, **dict.fromkeys(_TOUCHES, self._touch)}
            self.tags = (*self.tags, *touches.tags)

    def _take(self, code: int, event: Event, data: Any, facts: list[Fact]) -> None:
        context = self._context
        id_ = (data.account, data.lead)
        self._settled.pop(data.account, None)
        timeline = self._timelines.get(id_)
        if not timeline.events:
            self._note(id_)
        said = (
            event.t_us, intern(event.source), event.id, code,
            kept(data.rep), intern(context.team(event, data)), kept(data.campaign), kept(data.channel),
            data.contact_filled * MICRO if code == lead.CREATED else 0, context.event_marks,
        )  # fmt: skip
        self._digest(id_, timeline, said, facts)
        if code == lead.CREATED and self._answered:
            touch = self._touches.first_since(data.account, said[:3], context.watermark_us)
            if touch is not None:
                self._offer(id_, touch, facts)

    def _touch(self, event: Event, data: Any, facts: list[Fact]) -> None:
        """Remember a touch; of the account's leads it may be the first."""
        context = self._context
        account = data.account
        touches = self._touches
        team = context.team(event, data)
        who = (data.rep or "", team, data.campaign or "", data.channel or "", context.event_marks)
        who = touches.whos.get(who) or touches.shared(who)
        touch = (event.t_us, intern(event.source), event.id, account, who)
        touches.add(touch, context.watermark_us)
        leads = self._by_account.get(account)
        if leads is not None:
            settled = self._settled.get(account)
            if settled is None or touch[:3] < settled:
                for id_ in leads:
                    self._offer(id_, touch, facts)
                self._settle(account, leads)

    def _settle(self, account: str, leads: Iterable[EntityId]) -> None:
        """Note whether a later touch can be the first of one of the account's leads as they are now."""
        last: Order = ()
        for id_ in leads:
            created, touched = _created_and_touched(self._timelines.get(id_).events)
            if created is not None:
                if touched is None:
                    self._settled.pop(account, None)
                    return
                last = max(last, touched[:3])
        self._settled[account] = last

    def _offer(self, id_: EntityId, touch: Touch, facts: list[Fact]) -> None:
        """Let a lead have a touch if it is the first at or after the creation."""
        timeline: Timeline[Lead] = self._timelines.get(id_)
        order = touch[:3]
        created, earlier = _created_and_touched(timeline.events)
        if created is None or order < created[:3] or (earlier is not None and earlier[:3] <= order):
            return
        rep, team, campaign, channel, marks = touch[4]
        said = (*order, lead.TOUCHED, rep or None, team, campaign or None, channel or None, 0, marks)
        self._digest(id_, timeline, said, facts, earlier)

    def _note(self, id_: EntityId) -> None:
        known = self._by_account.get(id_[0], ())
        if id_ not in known:
            self._by_account[id_[0]] = (*known, id_)

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record."""
        if key[:2] == self.tags[0]:
            super().restore(key, value)
        else:
            self._touches.restore(key, value)

    def restored(self, cut: int) -> None:
        """The changelog is at its end."""
        super().restored(cut)
        self._touches.restored(cut, self._context.watermark_us)
        for id_ in self._timelines.ids():
            self._note(id_)

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise the leads that changed, and the touches since the last snapshot."""
        return [*super().snapshot(cut), *self._touches.snapshot(cut, self._context.watermark_us)]

    def forget(self, floor_us: int) -> None:
        """Let go of leads that ended, and of old touches."""
        super().forget(floor_us)
        self._touches.forget(floor_us)
        self._by_account.clear()
        self._settled.clear()
        for id_ in self._timelines.ids():
            self._note(id_)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many leads and touches are kept."""
        return {**super().counts, "touches_now": len(self._touches)}


def _created_and_touched(events: list[Said]) -> tuple[Said | None, Said | None]:
    """Return the first creation, and the touch that is known."""
    created = touched = None
    for event in events:
        if event[3] == lead.CREATED:
            created = created or event
        elif event[3] == lead.TOUCHED:
            touched = event
    return created, touched
