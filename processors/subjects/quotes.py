"""Quotes: asked for, and sent."""

from collections.abc import Collection
from functools import partial
from sys import intern
from typing import Any

from processors.entities import quote
from processors.entities.quote import Quote
from processors.entities.timeline import Fact
from processors.subjects.subject import Context, kept
from processors.subjects.timelines import TimelineSubject
from schemas.event import Event


class Quotes(TimelineSubject[Quote]):
    """The quotes of a partition."""

    def __init__(self, context: Context, used: Collection[str]):
        super().__init__(context, b"q", "quotes", partial(Quote, used), quote.is_over)
        self.handlers = {"crm.quote.requested": self._requested, "crm.quote.sent": self._sent}

    def _requested(self, event: Event, data: Any, facts: list[Fact]) -> None:
        self._take(quote.REQUESTED, event, data, facts)

    def _sent(self, event: Event, data: Any, facts: list[Fact]) -> None:
        self._take(quote.SENT if data.final else quote.DRAFT_SENT, event, data, facts)

    def _take(self, code: int, event: Event, data: Any, facts: list[Fact]) -> None:
        context = self._context
        said = (
            event.t_us, intern(event.source), event.id, code,
            kept(data.rep), intern(context.team(event, data)), kept(data.product), context.event_marks,
        )  # fmt: skip
        id_ = (data.account, data.quote)
        self._digest(id_, self._timelines.get(id_), said, facts)
