"""A KPI's unit in Grafana's words."""

from typing import Final

from schemas.catalogs.kpi import Kpi

#: Those with a sign that Grafana knows; of others the code is shown.
CURRENCIES: Final = frozenset(
    {
        "USD", "GBP", "EUR", "JPY", "UAH", "BRL", "DKK", "ISK", "NOK", "SEK", "CZK", "CHF", "PLN", "ZAR", "INR",
        "KRW", "IDR", "PHP", "VND", "TRY", "MYR",
    }
)  # fmt: skip

_UNITS: Final = {
    "count": "short",
    "seconds": "s",
    "ratio": "percentunit",
    "percent": "percent",
    "score": "none",
    "years": "suffix: years",
    "index": "none",
    "number": "none",
}
_DECIMALS: Final = {"ratio": 1, "percent": 1, "years": 1, "score": 1, "index": 2, "number": 2}


def unit_of(kpi: Kpi, currency: str) -> str:
    """Return Grafana's id of the unit in which a KPI's values are shown."""
    money = f"currency{currency}" if currency in CURRENCIES else f"currency:{currency} "
    match kpi.format:
        case "currency":
            return money
        case "duration":
            return "s"
        case "number":
            return "none"
        case "percent":
            # As on wallboards: 0.5 is 50 %; what is in percent already only wants the sign.
            return "percent" if kpi.unit == "percent" else "percentunit"
    return money if kpi.unit == "currency" else _UNITS[kpi.unit]


def decimals_of(kpi: Kpi) -> int | None:
    """Return how many decimals make sense; None leaves it to Grafana."""
    return _DECIMALS.get(kpi.unit)
