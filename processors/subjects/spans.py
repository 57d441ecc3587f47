"""Spans, and conversions between types of event: facts that the catalog defines, of entities that it names.

An account's events with the same value of the linking field are an entity, with a timeline of its own. Types of
event that no span and no conversion names have no handler here.
"""

from collections.abc import Mapping
from functools import partial
from operator import attrgetter
from sys import intern
from typing import Any

from processors.compile import Plan
from processors.entities.linked import OPENS, OWNS
from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, Timeline
from processors.partition import StateItem
from processors.subjects.links import DEAL, Link, dims_of, links
from processors.subjects.owner_team import owner_team
from processors.subjects.subject import Context, Handler, kept
from processors.tracking.state import Timelines
from schemas.catalogs.retention import DAYS_US
from schemas.event import Event

_TAG = b"x|"
_FOLD_FROM = 4
"""Events from which on a timeline looks for those that mean nothing any more, whenever it has grown to twice that."""


class _Linked:
    """The timelines of one span or conversion."""

    def __init__(self, link: Link):
        self.link = link
        self.value_of = attrgetter(link.entity)
        self.timelines = Timelines(_TAG + link.name.encode())


class Spans:
    """The spans and conversions of a partition, on the changelog as `x|name|[account, value]`."""

    tags: tuple[bytes, ...] = (_TAG,)

    def __init__(self, context: Context, plan: Plan):
        self._context = context
        self._linked = {link.name: _Linked(link) for link in links(plan)}
        self._strangers: dict[bytes, None] = {}
        """Restored records of what the catalog no longer has: should it come back, they would be old."""
        parts: dict[str, list[tuple[_Linked, int]]] = {}
        for linked in self._linked.values():
            for type_, roles in linked.link.roles.items():
                parts.setdefault(type_, []).append((linked, roles))
        self.handlers: Mapping[str, Handler] = {
            type_: partial(self._take, tuple(found), type_.startswith(DEAL)) for type_, found in parts.items()
        }

    def _take(
        self,
        parts: tuple[tuple[_Linked, int], ...],
        of_deal: bool,
        event: Event,
        data: Any,
        facts: list[Fact],
    ) -> None:
        account = data.account
        if account is None:
            return
        for linked, roles in parts:
            link = linked.link
            value = linked.value_of(data)
            if value is None:
                if not (link.whole and roles & OWNS):
                    continue
                roles = OWNS
            said = (
                event.t_us, intern(event.source), event.id, roles, kept(value) if link.whole else None,
                *self._details(link, roles, of_deal, event, data),
            )  # fmt: skip
            self._digest(linked, (account, "" if link.whole else value), said, facts)

    def _details(
        self, link: Link, roles: int, of_deal: bool, event: Event, data: Any
    ) -> tuple[str | None, ...]:
        """Return what an event is to tell beside its roles and its value."""
        context = self._context
        if roles & link.counts:
            rep, deal = data.rep, data.deal if of_deal else None
            team = kept(data.team) if of_deal and rep is None else intern(context.team(event, data))
            return (deal, kept(rep), team, context.event_marks, *map(kept, dims_of(data)))
        return (data.deal, kept(data.rep)) if roles & OWNS else ()

    def _digest(self, linked: _Linked, id_: tuple[str, str], said: Said, facts: list[Fact]) -> None:
        context, link = self._context, linked.link
        timeline: Timeline[Any] = linked.timelines.get(id_)
        if timeline.fence >= context.offset:
            return
        events, state = timeline.events, timeline.state
        if state is not None and events and said[:3] > events[-1][:3] and not state.wants(said):
            return
        team_of = partial(owner_team, context, timeline)
        context.late_corrections += timeline.digest(said, link.new, team_of, facts)
        linked.timelines.touch(id_)
        count = len(events)
        if count >= _FOLD_FROM and count & (count - 1) == 0:
            self._fold(link, timeline)

    def _fold(self, link: Link, timeline: Timeline[Any]) -> None:
        """Let go of events that mean nothing any more. What the timeline is by now stays what it is."""
        events = link.fold(timeline.events, self._context.watermark_us - DAYS_US)
        if len(events) < len(timeline.events):
            timeline.events = events
            if timeline.owner_teams:
                left = {event[1:3] for event in events}
                timeline.owner_teams = {
                    key: team for key, team in timeline.owner_teams.items() if key[:2] in left
                }

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record."""
        linked = self._linked.get(key[len(_TAG) : key.index(b"|", len(_TAG))].decode())
        if linked is not None:
            linked.timelines.restore(key, value)
        elif value is None:
            self._strangers.pop(key, None)
        else:
            self._strangers[key] = None

    def restored(self, cut: int) -> None:
        """The changelog is at its end."""
        for linked in self._linked.values():
            linked.timelines.restored()

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise the entities that changed."""
        items: list[StateItem] = [(key, None) for key in self._strangers]
        self._strangers.clear()
        for linked in self._linked.values():
            items += linked.timelines.snapshot(cut)
        return items

    def forget(self, floor_us: int) -> None:
        """Let go of entities that ended."""
        for linked in self._linked.values():
            linked.timelines.forget_before(floor_us, linked.link.ended)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many entities there are."""
        found = {"spans_now": 0, "conversions_now": 0}
        for linked in self._linked.values():
            name = "conversions_now" if linked.link.counts == OPENS else "spans_now"
            found[name] += len(linked.timelines)
        return found
