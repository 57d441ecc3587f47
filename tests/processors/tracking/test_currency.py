"""Amounts in other currencies, to the millionth."""

import copy
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.decode import decode
from processors.tracking.currency import MONEY, Rates, in_currency
from schemas.dead_letter import Reason, Unusable
from schemas.event import Event
from tests.examples import EVENTS
from tests.processors.event_records import dump

RATES = Rates("EUR", {"USD": 0.92, "JPY": "0.0061", "KWD": 3})


def event(kind: str = "crm.order.placed", **data: Any) -> Event:
    """Return an example with some of its data changed."""
    said = copy.deepcopy(EVENTS[kind])
    said["data"].update(data)
    return decode(dump(said))


@pytest.mark.parametrize(
    ("micros", "currency", "expected"),
    [
        (100_000_000, "USD", 92_000_000),
        (1, "USD", 1),
        (25, "USD", 23),
        (0, "USD", 0),
        (1_000_000, "KWD", 3_000_000),
        (7, "EUR", 7),
        (9 * 10**18, "JPY", 54_900_000_000_000_000),
    ],
)
def test_by_hand(micros: int, currency: str, expected: int) -> None:
    """Millionths times the rate as it is written, not as a float has it."""
    assert expected == RATES.converted(micros, currency)


@pytest.mark.parametrize(("micros", "expected"), [(1, 0), (3, 2), (5, 2), (7, 4)])
def test_halves_go_to_the_even_millionth(micros: int, expected: int) -> None:
    """At a rate of a half, every odd number is a half."""
    assert expected == Rates("EUR", {"XXX": 0.5}).converted(micros, "XXX")


@given(st.integers(0, 9 * 10**18), st.decimals("0.000001", "1000", allow_nan=False, places=6))
def test_equals_decimal_arithmetic(micros: int, rate: Decimal) -> None:
    """Any amount at any rate: the product, rounded once."""
    product = Context(prec=60).multiply(Decimal(micros), rate)

    assert int(product.to_integral_value(ROUND_HALF_EVEN)) == Rates("EUR", {"XXX": rate}).converted(
        micros, "XXX"
    )


@pytest.mark.parametrize("kind", MONEY)
def test_every_amount_of_every_type(kind: str) -> None:
    """All that is money is converted, and nothing else; a condition may still ask for the currency it was in."""
    plain = event(kind)
    amounts = dict.fromkeys(MONEY[kind], 200)
    found: Any = in_currency(event(kind, currency="USD", **amounts), RATES)

    assert dict.fromkeys(amounts, 184.0) == {name: getattr(found.data, name) for name in amounts}
    assert (plain.type, plain.source, plain.id, plain.t_us) == (
        found.type,
        found.source,
        found.id,
        found.t_us,
    )
    rest = [name for name in plain.data.__struct_fields__ if name not in {*amounts, "currency"}]
    assert [getattr(plain.data, name) for name in rest] == [getattr(found.data, name) for name in rest]
    assert "USD" == found.data.currency


def test_absent_amounts() -> None:
    """A deal may be won in dollars for an amount known before."""
    found: Any = in_currency(event("crm.deal.won", currency="USD", amount=None), RATES)

    assert found.data.amount is None


@pytest.mark.parametrize("kind", EVENTS)
def test_events_without_a_currency_are_as_they_were(kind: str) -> None:
    """The very same object: nothing is copied in the hot loop. So is one in the catalog's currency."""
    one = event(kind)
    assert in_currency(one, RATES) is one
    if kind in MONEY:
        own = event(kind, currency="EUR")
        assert in_currency(own, RATES) is own


def test_a_currency_without_a_rate() -> None:
    """Is a bad field, and the sentence says which there are."""
    with pytest.raises(Unusable) as caught:
        in_currency(event(currency="CHF"), RATES)

    assert Reason.BAD_FIELD == caught.value.reason
    assert (
        'crm.order.placed: data.currency is "CHF", must be one of EUR, JPY, KWD, USD' == caught.value.sentence
    )


def test_an_amount_that_becomes_too_large() -> None:
    """What doesn't fit any more is refused by name, not wrapped."""
    with pytest.raises(Unusable) as caught:
        in_currency(event(currency="KWD", amount=4e12), RATES)

    assert "data.amount is 4e+12 KWD, must be at most 9e+12 EUR" in caught.value.sentence


@given(st.integers(0, 2**50), st.sampled_from(["USD", "JPY"]))
def test_millionths_survive_being_a_field(micros: int, currency: str) -> None:
    """What entities count of a converted field is the converted integer."""
    found: Any = in_currency(event(currency=currency, amount=micros / 1e6), RATES)

    assert round(found.data.amount * 1_000_000) == RATES.converted(round(micros / 1e6 * 1_000_000), currency)


@pytest.mark.parametrize(
    ("rates", "sentence"), [({"USD": 0}, "the rate of USD must be above 0"), ({"EUR": 2}, "its rate is 1")]
)
def test_bad_rates(rates: dict[str, float], sentence: str) -> None:
    """A table that can't be right is refused."""
    with pytest.raises(ValueError, match=sentence):
        Rates("EUR", rates)
