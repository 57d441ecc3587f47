"""What the life of a customer says: active since when and by whom, lost in which periods, worth how much."""

from collections.abc import Callable
from typing import Any

from processors.calendar import Period
from processors.entities.order import ACTIVATED, AMOUNT, CANCELED, COST, PLACED, PRICE, Said
from processors.entities.timeline import Fact

Change = tuple[Any, ...]
"""A fact but for its dimension, the account's latest segment, which is not known here."""

PeriodsOf = Callable[[int], tuple[Period, ...]]
"""The calendar's periods that a time lies in, from the day to the year."""


class Life:
    """Whether a customer is active after some of its events, taken in order."""

    __slots__ = ("active",)

    def __init__(self, active: Said | None = None) -> None:
        self.active = active
        """The event that made it so."""

    def told(self) -> list[Change]:
        """Return what was said of the event that made it active."""
        return [] if self.active is None else [_became(self.active)]

    def step(self, event: Said, changes: list[Change], periods_of: PeriodsOf) -> None:
        """Take the next event and append what it says.

        `customer_active` goes up when a customer becomes active and down when it cancels, each at its own
        time, for whoever made it active: the sum is who is active now, and the sum of what is before a
        period who was active at its start.
        """
        code = event[3]
        if code == CANCELED:
            if self.active is not None:
                self._cancel(event, self.active, changes, periods_of)
                self.active = None
        elif self.active is None and code in (PLACED, ACTIVATED):
            self.active = event
            changes.append(_became(event))

    def _cancel(self, event: Said, active: Said, changes: list[Change], periods_of: PeriodsOf) -> None:
        t_us = event[0]
        rep, team, marks = active[4:7]
        changes.append(("customer_active", -1, t_us, None, rep, team, marks))
        # Active since before the period: no cancel of it came before this one.
        lost_in = [period.name for period in periods_of(t_us) if _before(active, period)]
        changes += [(f"customer_churned_{name}", 1, t_us, None, rep, team, event[6]) for name in lost_in]


def _before(event: Said, period: Period) -> bool:
    return period.start_us is not None and bool(event[0] < period.start_us)


def _became(event: Said) -> Change:
    return ("customer_active", 1, event[0], None, *event[4:7])


class Worth:
    """First and last order, and what the account brought and cost. No order of events matters."""

    __slots__ = ("first_us", "last_us", "margin", "money_us")

    def __init__(
        self, first_us: int | None = None, last_us: int = 0, margin: int = 0, money_us: int | None = None
    ):
        self.first_us = first_us
        """When the first order was placed; None where there is none."""
        self.last_us = last_us
        self.margin = margin
        """Orders less refunds, less costs; millionths."""
        self.money_us = money_us
        """When money last moved; None where it never did."""

    def add(self, event: Said) -> None:
        """Take an order, a refund or a cost."""
        t_us, code = event[0], event[3]
        if self.money_us is None or t_us > self.money_us:
            self.money_us = t_us
        if code == COST:
            self.margin -= event[AMOUNT]
            return
        paid = event[AMOUNT] - (event[PRICE] or 0)
        self.margin += paid if code == PLACED else -paid
        if code == PLACED:
            if self.first_us is None:
                self.first_us = self.last_us = t_us
            self.first_us, self.last_us = min(self.first_us, t_us), max(self.last_us, t_us)

    def facts(self, segment: str | None) -> list[Fact]:
        """Return the facts of it; of the account as a whole, so of no rep and no team."""
        facts: list[Fact] = []
        if self.first_us is not None:
            span_us = self.last_us - self.first_us
            facts.append(("customer_span", 1, self.last_us, span_us, None, "", "", None))
        return facts if segment is None else facts + self.segment_facts(1, segment)

    def segment_facts(self, sign: int, segment: str) -> list[Fact]:
        """Return those of the facts that count for the account's latest segment."""
        facts: list[Fact] = []
        if self.first_us is not None:
            span_us = self.last_us - self.first_us
            facts.append(("customer_span^", sign, self.last_us, span_us, None, "", "", segment))
        if self.money_us is not None:
            facts.append(("account_margin^", sign, self.money_us, self.margin, None, "", "", segment))
        return facts

    def written(self) -> tuple[Any, ...]:
        """Return it as the constructor takes it."""
        return (self.first_us, self.last_us, self.margin, self.money_us)
