"""Units as Grafana names them."""

import pytest

from schemas.catalogs.kpi import Kpi
from streams.grafana.units import decimals_of, unit_of


@pytest.mark.parametrize(
    ("fields", "unit"),
    [
        ({"unit": "count"}, "short"),
        ({"unit": "seconds"}, "s"),
        ({"unit": "ratio"}, "percentunit"),
        ({"unit": "percent"}, "percent"),
        ({"unit": "currency"}, "currencyEUR"),
        ({"unit": "number", "format": "currency"}, "currencyEUR"),
        ({"unit": "ratio", "format": "number"}, "none"),
        ({"unit": "ratio", "format": "percent"}, "percentunit"),
        ({"unit": "number", "format": "percent"}, "percentunit"),
        ({"unit": "percent", "format": "percent"}, "percent"),
        ({"unit": "number", "format": "duration"}, "s"),
        ({"unit": "years"}, "suffix: years"),
    ],
)
def test_units(fields: dict[str, str], unit: str) -> None:
    """The format goes before the unit; shares are 0–1 and shown in percent."""
    assert unit_of(Kpi(label="X", count="call", **fields), "EUR") == unit  # type: ignore[arg-type]


def test_money_that_grafana_has_no_sign_for() -> None:
    """The code stands before the amount."""
    kpi = Kpi(label="X", unit="currency", sum="deal_won")

    assert unit_of(kpi, "KES") == "currency:KES "
    assert decimals_of(kpi) is None
