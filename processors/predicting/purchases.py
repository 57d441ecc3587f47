"""What each account bought, and when: what a model of its next purchases is fitted to.

Days are those of the catalog's time zone. All that an account buys on one day is one purchase, since a model that
counts purchases by the day can't tell them apart. A refund takes back from the day of the order it is of; a day of
which nothing is left is no purchase. Of copies of an event the first counts; their order does not matter.
"""

from collections.abc import Iterable
from typing import NamedTuple

from processors.calendar import Calendar
from schemas.event import Event
from schemas.events.customer import OrderPlaced, OrderRefunded
from schemas.fact import MICRO

Place = tuple[int, str, str]
"""An event's place in the order of all: time, source, id."""


class State(NamedTuple):
    """An account as the model sees it, as of a day."""

    account: str
    frequency: int
    """Repeat purchases: days with a purchase after the first."""
    recency_d: int
    """Days from the first purchase to the last."""
    age_d: int
    """Days from the first purchase to the day that was asked for, the model's T."""
    value: float
    """The mean of what it spent on these repeat days; 0 where there are none."""


class Day(NamedTuple):
    """A day with a purchase."""

    ordinal: int
    micros: int
    """What is left of its amounts, in millionths."""


class Purchases:
    """The orders and the latest segment of every account. Events come in any order."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._seen: set[tuple[str, str]] = set()
        self._placed: dict[str, dict[str, list[tuple[int, int]]]] = {}
        """By account and order: when it was placed, and for how much."""
        self._refunded: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._segments: dict[str, tuple[Place, str]] = {}
        self.orders = 0
        """Orders and refunds taken, copies not counted."""
        self.copies = 0

    def __len__(self) -> int:
        """How many accounts have ordered."""
        return len(self._placed)

    def take(self, event: Event) -> None:
        """Take an event; one that is neither an order nor names a segment changes nothing."""
        data = event.data
        account = data.account
        if account is None:
            return
        if data.segment is not None:
            place = (event.t_us, event.source, event.id)
            latest = self._segments.get(account)
            if latest is None or place > latest[0]:
                self._segments[account] = (place, data.segment)
        if not isinstance(data, OrderPlaced | OrderRefunded):
            return
        identity = (event.source, event.id)
        if identity in self._seen:
            self.copies += 1
            return
        self._seen.add(identity)
        self.orders += 1
        said = (event.t_us, round(data.amount * MICRO))
        if isinstance(data, OrderPlaced):
            self._placed.setdefault(account, {}).setdefault(data.order, []).append(said)
        else:
            self._refunded.setdefault((account, data.order), []).append(said)

    def segment(self, account: str) -> str | None:
        """Return the segment that an account's latest event with one names."""
        latest = self._segments.get(account)
        return None if latest is None else latest[1]

    def days(self, account: str, until_us: int) -> list[Day]:
        """Return the days on which an account bought before a moment, with what is left of them at that moment."""
        left: dict[int, int] = {}
        for order, placed in self._placed.get(account, {}).items():
            known = [(t_us, micros) for t_us, micros in placed if t_us < until_us]
            if not known:
                continue
            for t_us, micros in known:
                ordinal = self._calendar.day_at(t_us).ordinal
                left[ordinal] = left.get(ordinal, 0) + micros
            back = sum(micros for t_us, micros in self._refunded.get((account, order), ()) if t_us < until_us)
            first = self._calendar.day_at(min(known)[0]).ordinal
            left[first] -= back
        return [Day(ordinal, micros) for ordinal, micros in sorted(left.items()) if micros > 0]

    def accounts(self) -> Iterable[str]:
        """Return the accounts that have ordered, in alphabetical order."""
        return sorted(self._placed)

    def states(self, day: int, until_us: int) -> list[State]:
        """Return the accounts that bought before a moment, as of a day with that ordinal."""
        found = (state_of(account, self.days(account, until_us), day) for account in self.accounts())
        return [state for state in found if state is not None]


def state_of(account: str, days: list[Day], day: int) -> State | None:
    """Return an account that bought on these days, as of a day; None where it has not bought."""
    if not days:
        return None
    first, *repeats = days
    return State(
        account,
        len(repeats),
        days[-1].ordinal - first.ordinal,
        max(day - first.ordinal, days[-1].ordinal - first.ordinal),
        sum(one.micros for one in repeats) / len(repeats) / MICRO if repeats else 0.0,
    )
