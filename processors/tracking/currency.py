"""Currencies: amounts of events that name one become amounts of the catalog's, by its table of rates.

Amounts are counted in millionths. A conversion multiplies that integer by the rate, which is taken for the
decimal fraction that it is written as, and rounds the product to the nearest millionth, halves to the even
one. Nothing is rounded twice, so a batch query can say the same. The event has the result as a float again, as
it has all amounts: from some two thousand million up that may be a millionth off.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from processors.reading.field_faults import quote
from schemas.dead_letter import Reason, Unusable
from schemas.event import EVENT_TYPES, Event
from schemas.events.fields import NUMBER_MAX
from schemas.fact import MICRO

_MICROS_MAX = int(NUMBER_MAX) * MICRO

MONEY: Mapping[str, tuple[str, ...]] = {
    name: tuple(field for field in ("amount", "cost", "price") if field in data.__struct_fields__)
    for name, data in EVENT_TYPES.items()
    if "currency" in data.__struct_fields__
}
"""The types whose amounts may be in another currency, and the fields that are amounts."""


class Rates:
    """What one unit of each currency is worth in the catalog's."""

    def __init__(self, currency: str, rates: Mapping[str, float | str | Decimal] | None = None) -> None:
        """`rates` says that one USD is 0.92 of `currency`: `{"USD": 0.92}`.

        Raises:
            ValueError: a rate is not above 0, or `currency` itself has one other than 1.
        """
        self.currency = currency
        self._rates = {name: Fraction(Decimal(str(rate))) for name, rate in (rates or {}).items()}
        for name, rate in self._rates.items():
            if rate <= 0:
                raise ValueError(f"the rate of {name} must be above 0")
        if self._rates.setdefault(currency, Fraction(1)) != 1:
            raise ValueError(f"{currency} is the catalog's currency, its rate is 1")

    def __contains__(self, currency: object) -> bool:
        return currency in self._rates

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._rates))

    def converted(self, micros: int, currency: str) -> int:
        """Return millionths of a known currency as millionths of the catalog's."""
        rate = self._rates[currency]
        whole, rest = divmod(micros * rate.numerator, rate.denominator)
        twice = 2 * rest
        return whole + (twice > rate.denominator or (twice == rate.denominator and whole % 2))


def in_currency(event: Event, rates: Rates) -> Event:
    """Return the event with its amounts in the catalog's currency; itself when it names none.

    It goes on to name its own, which conditions may ask for: convert an event once.

    Raises Unusable when the catalog has no rate for its currency, or an amount becomes too large.
    """
    if event.type not in MONEY or event.data.currency is None:  # type: ignore[union-attr]
        return event
    return _converted(event, rates)


def _converted(event: Event, rates: Rates) -> Event:
    data: Any = event.data
    if data.currency not in rates:
        raise Unusable(
            Reason.BAD_FIELD,
            f"{event.type}: data.currency is {quote(data.currency)}, must be one of {', '.join(rates)}",
        )
    if data.currency == rates.currency:
        return event
    changed: dict[str, Any] = {}
    for name in MONEY[event.type]:
        amount = getattr(data, name)
        if amount is None:
            continue
        micros = rates.converted(round(amount * MICRO), data.currency)
        if micros > _MICROS_MAX:
            raise Unusable(
                Reason.BAD_FIELD,
                f"{event.type}: data.{name} is {amount:g} {data.currency}, "
                f"must be at most {NUMBER_MAX:g} {rates.currency}",
            )
        changed[name] = micros / MICRO
    return Event(event.type, event.source, event.id, event.t_us, replace(data, **changed))
