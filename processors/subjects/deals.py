"""Deals: who owns them, through which stages they go, and how they end."""

from collections.abc import Collection
from functools import partial
from sys import intern
from typing import Any

from processors.entities import deal
from processors.entities.deal import Deal, Rules
from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, Timeline
from processors.subjects.owner_team import owner_team
from processors.subjects.subject import Context, kept
from processors.subjects.timelines import TimelineSubject
from processors.tracking.state import EntityId
from schemas.event import Event
from schemas.fact import MICRO

_CODES = {
    "crm.deal.created": deal.CREATED,
    "crm.deal.stage_changed": deal.STAGE_CHANGED,
    "crm.deal.amount_changed": deal.AMOUNT_CHANGED,
    "crm.deal.owner_changed": deal.OWNER_CHANGED,
    "crm.deal.won": deal.WON,
    "crm.deal.lost": deal.LOST,
    "crm.deal.canceled": deal.CANCELED,
    "crm.deal.reopened": deal.REOPENED,
}
_TOUCHES = ("crm.call.logged", "crm.email.sent", "crm.meeting.held")


class Deals(TimelineSubject[Deal]):
    """The deals of a partition."""

    def __init__(self, context: Context, stage_pairs: tuple[tuple[str, str], ...], used: Collection[str]):
        super().__init__(context, b"d", "deals", partial(Deal, Rules(stage_pairs, used)), deal.is_over)
        self.handlers = {type_: partial(self._take, code) for type_, code in _CODES.items()}
        self.handlers = {
            **self.handlers,
            **dict.fromkeys(_TOUCHES, self._follow_up),
            "crm.content.shared": self._share,
        }

    def _follow_up(self, event: Event, data: Any, facts: list[Fact]) -> None:
        """Take a call, e-mail or meeting that carries a deal."""
        if data.deal is not None:
            self._earliest(deal.FOLLOWED_UP, None, event, data, facts)

    def _share(self, event: Event, data: Any, facts: list[Fact]) -> None:
        """Take content that was shared for a deal."""
        if data.deal is not None:
            self._earliest(deal.SHARED, intern(data.content), event, data, facts)

    def _earliest(self, code: int, content: str | None, event: Event, data: Any, facts: list[Fact]) -> None:
        """Take an event of which, for its content, only the earliest means anything to the deal."""
        id_ = (data.account, data.deal)
        timeline = self._timelines.get(id_)
        order = (event.t_us, event.source, event.id)
        earlier = None
        for other in timeline.events:
            if other[3] == code and other[7] == content:
                if other[:3] <= order:
                    return
                earlier = other
        said = (event.t_us, intern(event.source), event.id, code, None, None, None, content, *(None,) * 4, "")
        self._digest_owned(id_, timeline, said, facts, earlier)

    def _take(self, code: int, event: Event, data: Any, facts: list[Fact]) -> None:
        context = self._context
        rep = data.rep
        amount = getattr(data, "amount", None)
        said = (
            event.t_us, intern(event.source), event.id, code, kept(rep),
            kept(data.team) if rep is None else intern(context.team(event, data)),
            kept(getattr(data, "from_stage", None)),
            kept(data.to_stage if code == deal.STAGE_CHANGED else getattr(data, "stage", None)),
            None if amount is None else round(amount * MICRO),
            kept(data.product), kept(data.segment), kept(data.region), context.event_marks,
        )  # fmt: skip
        id_ = (data.account, data.deal)
        self._digest_owned(id_, self._timelines.get(id_), said, facts, None)

    def _digest_owned(
        self, id_: EntityId, timeline: Timeline[Deal], said: Said, facts: list[Fact], replaced: Said | None
    ) -> None:
        context = self._context
        if timeline.fence < context.offset:
            late = timeline.digest(said, self._new, partial(owner_team, context, timeline), facts, replaced)
            context.late_corrections += late
            self._timelines.touch(id_)
