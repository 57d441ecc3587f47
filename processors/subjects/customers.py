"""Customers: what they order and cost, their life, and the segment they are in."""

from collections.abc import Collection, Mapping
from functools import partial
from sys import intern
from typing import Any

from processors.calendar import Calendar, Period
from processors.entities import order
from processors.entities.order import Said
from processors.entities.timeline import Fact
from processors.partition import StateItem
from processors.subjects.subject import Context, Handler, kept
from processors.subjects.used import only_used
from processors.tracking import account_books, account_segments
from processors.tracking.account_book import LEAF_US
from processors.tracking.account_books import AccountBooks
from processors.tracking.account_segments import AccountSegments
from schemas.catalogs.retention import DAYS_US
from schemas.event import EVENT_TYPES, Event
from schemas.events.customer import CostRecorded
from schemas.events.fields import AccountData
from schemas.fact import MICRO, PANE_US
from schemas.facts.customer import CUSTOMER_FACTS


class Customers:
    """The customers of a partition. An event that is none of theirs costs them a look at its segment."""

    tags: tuple[bytes, ...] = (account_books.TAG, account_segments.TAG)

    def __init__(self, context: Context, calendar: Calendar, used: Collection[str]):
        self._context = context
        self._calendar = calendar
        self._books = AccountBooks()
        self._segments = AccountSegments()
        handlers: dict[str, Handler] = {
            **{type_: self._segment for type_, data in EVENT_TYPES.items() if issubclass(data, AccountData)},
            "crm.customer.registered": self._registered,
            "crm.customer.activated": partial(self._life, order.ACTIVATED, "customer_activated"),
            "crm.customer.canceled": partial(self._life, order.CANCELED, "customer_canceled"),
            "crm.order.placed": partial(self._order, order.PLACED),
            "crm.order.refunded": partial(self._order, order.REFUNDED),
            CostRecorded.TYPE: self._cost,
        }
        self.handlers: Mapping[str, Handler] = only_used(handlers, CUSTOMER_FACTS, used)

    def _segment(self, event: Event, data: Any, facts: list[Fact]) -> None:
        """Take the segment that an event names; facts by the latest segment follow when it becomes another."""
        segment = data.segment
        if segment is None:
            return
        account = data.account
        before, moved = self._segments.take(account, event.t_us, event.source, event.id, segment)
        if moved:
            book = self._books.find(account)
            if book is not None:
                book.move(before, segment, facts, self._periods_of)

    def _registered(self, event: Event, data: Any, facts: list[Fact]) -> None:
        self._segment(event, data, facts)
        self._once("customer_registered", event, data, facts)

    def _life(self, code: int, kind: str, event: Event, data: Any, facts: list[Fact]) -> None:
        self._segment(event, data, facts)
        self._once(kind, event, data, facts)
        self._take(data.account, self._said(code, event, data), facts)

    def _order(self, code: int, event: Event, data: Any, facts: list[Fact]) -> None:
        self._segment(event, data, facts)
        cost = None if data.cost is None else round(data.cost * MICRO)
        said = (
            *self._said(code, event, data), round(data.amount * MICRO), cost, data.order,
            kept(data.product), kept(data.channel), kept(data.campaign), kept(data.segment),
        )  # fmt: skip
        self._take(data.account, said, facts)

    def _cost(self, event: Event, data: Any, facts: list[Fact]) -> None:
        said = (*self._said(order.COST, event, data), round(data.amount * MICRO))
        if data.campaign is not None:
            facts.append(("campaign_cost", 1, said[0], said[order.AMOUNT], *said[4:7], data.campaign))
        if data.account is not None:
            self._segment(event, data, facts)
            self._take(data.account, said, facts)

    def _once(self, kind: str, event: Event, data: Any, facts: list[Fact]) -> None:
        """Say that it happened. Which accounts it happened to is counted elsewhere."""
        context = self._context
        team = context.team(event, data)
        facts.append((kind, 1, event.t_us, None, data.rep, team, context.event_marks, data.segment))

    def _said(self, code: int, event: Event, data: Any) -> Said:
        context = self._context
        team, marks = intern(context.team(event, data)), context.event_marks
        return (event.t_us, intern(event.source), event.id, code, kept(data.rep), team, marks)

    def _take(self, account: str, said: Said, facts: list[Fact]) -> None:
        context, books = self._context, self._books
        book = books.get(account)
        gone = book.fold(context.watermark_us - DAYS_US)
        if gone:
            books.folded(account, gone)
        if not book.has(said[0], context.offset):
            context.late_corrections += book.take(said, self._segments.of(account), facts, self._periods_of)
            books.touch(account, said[0] // LEAF_US)

    def _periods_of(self, t_us: int) -> tuple[Period, ...]:
        calendar = self._calendar
        return calendar.periods_of(calendar.day_of_pane(t_us // PANE_US))[:-1]

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a changelog record."""
        (self._books if key.startswith(account_books.TAG) else self._segments).restore(key, value)

    def restored(self, cut: int) -> None:
        """The changelog is at its end."""
        self._books.restored()
        self._segments.restored()

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise what changed."""
        return [*self._segments.snapshot(), *self._books.snapshot(cut)]

    def forget(self, floor_us: int) -> None:
        """Nothing to do: a book lets go of what is old when an event comes for it."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many accounts have a book, and how many a segment."""
        return {"customers_now": len(self._books), "segments_now": len(self._segments)}
