"""Events that are a fact by themselves."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from processors.entities.timeline import Fact
from processors.subjects.subject import Context, Handler, Stateless
from schemas.event import Event
from schemas.fact import MICRO

_SCORES = {"positive": MICRO, "neutral": 0, "negative": -MICRO}


class Plain(Stateless):
    """Says what each event says, as far as it is `used`."""

    def __init__(self, context: Context, used: Collection[str]):
        self._context = context
        self._used = used
        self.handlers: Mapping[str, Handler] = {
            type_: handler
            for type_, kinds, handler in (
                ("crm.call.logged", {"call"}, self._call),
                ("crm.email.sent", {"email_sent"}, self._email),
                ("crm.email.replied", {"email_replied", "sentiment"}, self._reply),
                ("crm.meeting.scheduled", {"meeting_scheduled"}, partial(self._meeting, "meeting_scheduled")),
                ("crm.meeting.held", {"meeting_held"}, partial(self._meeting, "meeting_held")),
                ("crm.meeting.canceled", {"meeting_canceled"}, partial(self._meeting, "meeting_canceled")),
                ("crm.survey.answered", {"nps_answer", "csat_answer"}, self._survey),
                ("crm.feedback.received", {"feedback", "sentiment"}, self._feedback),
                ("crm.content.shared", {"content_shared"}, self._content),
            )
            if not kinds.isdisjoint(used)
        }

    def _call(self, event: Event, data: Any, facts: list[Fact]) -> None:
        context = self._context
        rep, team, took_s = data.rep, context.team(event, data), data.duration_s
        value = None if took_s is None else round(took_s * MICRO)
        facts.append(("call", 1, event.t_us, value, rep, team, context.event_marks, data.channel))

    def _email(self, event: Event, data: Any, facts: list[Fact]) -> None:
        context = self._context
        rep, team = data.rep, context.team(event, data)
        marks = context.event_marks
        facts.append(("email_sent", 1, event.t_us, None, rep, team, marks, data.channel, data.campaign))

    def _meeting(self, kind: str, event: Event, data: Any, facts: list[Fact]) -> None:
        context = self._context
        rep, team = data.rep, context.team(event, data)
        facts.append((kind, 1, event.t_us, None, rep, team, context.event_marks, data.channel))

    def _reply(self, event: Event, data: Any, facts: list[Fact]) -> None:
        self._say(event, data, facts, "email_replied", None, data.campaign)
        if data.sentiment is not None:
            self._say(event, data, facts, "sentiment", _SCORES[data.sentiment])

    def _feedback(self, event: Event, data: Any, facts: list[Fact]) -> None:
        self._say(event, data, facts, "feedback", None)
        self._say(event, data, facts, "sentiment", _SCORES[data.sentiment])

    def _survey(self, event: Event, data: Any, facts: list[Fact]) -> None:
        self._say(event, data, facts, f"{data.kind}_answer", round(data.score * MICRO))

    def _content(self, event: Event, data: Any, facts: list[Fact]) -> None:
        self._say(event, data, facts, "content_shared", None, data.content)

    def _say(
        self, event: Event, data: Any, facts: list[Fact], kind: str, value: int | None, *dims: str | None
    ) -> None:
        """Append a fact of an event that is not among the many, if it is used."""
        if kind in self._used:
            context = self._context
            team = context.team(event, data)
            facts.append((kind, 1, event.t_us, value, data.rep, team, context.event_marks, *dims))
