"""Events that are a fact by themselves."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from processors.entities.timeline import Fact
from processors.subjects.subject import Context, Handler, Stateless
from schemas.event import Event

_BY_CHANNEL = {
    "crm.call.logged": "call",
    "crm.email.sent": "email_sent",
    "crm.meeting.scheduled": "meeting_scheduled",
    "crm.meeting.held": "meeting_held",
}


class Plain(Stateless):
    """Says what each event says."""

    def __init__(self, context: Context, used: Collection[str]):
        self._context = context
        self.handlers: Mapping[str, Handler] = {
            type_: partial(self._by_channel, kind) for type_, kind in _BY_CHANNEL.items() if kind in used
        }

    def _by_channel(self, kind: str, event: Event, data: Any, facts: list[Fact]) -> None:
        context = self._context
        team = data.team or context.team(event, data)
        facts.append((kind, 1, event.t_us, None, data.rep, team, context.marks(event), data.channel))
