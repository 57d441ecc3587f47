"""Conversations: what customers ask, and how they are answered."""

from collections.abc import Collection
from functools import partial
from sys import intern
from typing import Any

from processors.entities import conversation
from processors.entities.conversation import Conversation
from processors.entities.timeline import Fact
from processors.subjects.subject import Context, kept
from processors.subjects.timelines import TimelineSubject
from schemas.event import Event

_CODES = {
    "crm.inquiry.received": conversation.RECEIVED,
    "crm.inquiry.answered": conversation.ANSWERED,
    "crm.inquiry.resolved": conversation.RESOLVED,
    "crm.inquiry.reopened": conversation.REOPENED,
}


class Conversations(TimelineSubject[Conversation]):
    """The conversations of a partition."""

    def __init__(self, context: Context, used: Collection[str]):
        super().__init__(context, b"c", "conversations", partial(Conversation, used), conversation.is_over)
        self.handlers = {type_: partial(self._take, code) for type_, code in _CODES.items()}

    def _take(self, code: int, event: Event, data: Any, facts: list[Fact]) -> None:
        id_ = (data.account, data.conversation)
        context = self._context
        said = (
            event.t_us, intern(event.source), event.id, code,
            kept(data.rep), intern(context.team(event, data)), kept(data.channel), context.event_marks,
        )  # fmt: skip
        self._digest(id_, self._timelines.get(id_), said, facts)
