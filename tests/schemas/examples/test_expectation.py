"""What an example expects: numbers, quotients of two, and how near they must come."""

from typing import get_args, get_type_hints

import pytest
from msgspec.structs import fields

from schemas.alert import Alert, Number
from schemas.examples.expectation import AlertExpectation, Expectation
from schemas.examples.names import ALERT_FIELDS, RECORD_FIELDS
from schemas.kpi_record import KpiRecord

NUMBERS = {int, float}


@pytest.mark.parametrize(
    ("tolerance", "value", "margin"),
    [(0, 3_000_000_000, 3), (0.5, 100, 0.5), ("1 %", 200, 2), ("0.5%", -200, 1)],
)
def test_how_near_a_number_must_be(tolerance: str | float, value: float, margin: float) -> None:
    """Floats to nine digits by default, else within a number or a share of the value."""
    said = Expectation(kpi="calls", window="day", value=value, tolerance=tolerance)
    assert margin == pytest.approx(said.margin(value))


def test_quotients_are_exact() -> None:
    """`2 / 3` says how the number comes about, and no digit is lost."""
    assert [2 / 3, 1.5, -0.25, 100 / 730.5] == [
        Expectation.model_validate({"kpi": "k", "window": "day", "value": text}).value
        for text in ("2 / 3", "3/2", "-1 / 4", "100 / 730.5")
    ]


@pytest.mark.parametrize("field", ["value", "target", "attainment", "baseline", "rank_change", "of"])
def test_every_number_of_a_record_may_be_a_quotient(field: str) -> None:
    """Not its value alone."""
    said = Expectation.model_validate({"kpi": "k", "window": "day", field: "1 / 8"}).said
    assert {field: 0.125} == said


def test_a_year_may_be_a_number() -> None:
    """YAML takes it for one."""
    said = Expectation.model_validate({"kpi": "k", "window": "year", "period": 2026, "value": 1})
    assert "2026" == said.period


def test_counts_may_be_quotients_that_come_out_even() -> None:
    """Half a sample is a mistake."""
    assert {"n": 2} == Expectation.model_validate({"kpi": "k", "window": "day", "n": "4 / 2"}).said
    with pytest.raises(ValueError, match="n\n"):
        Expectation.model_validate({"kpi": "k", "window": "day", "n": "1 / 2"})


def test_no_number_is_left_out() -> None:
    """The grammar has each field of a KPI record and of an alert that is a number."""
    hints = get_type_hints(KpiRecord)
    of_record = {name for name in RECORD_FIELDS if NUMBERS & {hints[name], *get_args(hints[name])}}
    of_alert = {
        field.name for field in fields(Alert) if NUMBERS & {field.type, *get_args(field.type)}
    } & ALERT_FIELDS

    assert Number == int | float
    assert of_record and of_record <= Expectation.model_fields.keys()
    assert of_alert and of_alert <= AlertExpectation.model_fields.keys()
