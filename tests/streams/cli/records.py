"""KPI and alert records made by hand, for tests of what shows them."""

from typing import Any

from schemas.kpi import kpi_key

UNITS = {
    "response_time_p50": "seconds", "response_time_p90": "seconds", "time_in_stage_mean": "seconds",
    "won_revenue": "currency", "average_deal_size": "currency",
    "win_rate": "ratio", "response_within_1h": "ratio", "stage_conversion": "ratio",
}  # fmt: skip


def kpi_record(
    kpi: str, value: float | None, window: str = "rolling_24h", period: str | None = None, **dims: str | None
) -> tuple[str, dict[str, Any]]:
    """Return (key, record) of a KPI value, as on the KPI topic."""
    record = {
        "kpi": kpi,
        "window": window,
        "period": period,
        "dims": dims,
        "value": value,
        "n": 0 if value is None else 10,
        "unit": UNITS.get(kpi, "count"),
        "start": "2026-11-20T09:05:00Z",
        "end": "2026-11-21T09:05:00Z",
        "as_of": "2026-11-21T09:03:10Z",
        "final": False,
        "revision": 1,
        "catalog": "crm-standard@3f2a",
    }
    return kpi_key(kpi, window, period, dims), record


def alert_record(state: str = "firing", id: str = "a", **fields: Any) -> dict[str, Any]:
    """Return a record as on the alert topic."""
    return {
        "id": id,
        "rule": "slow-response",
        "severity": "critical",
        "state": state,
        "reason": "above_threshold",
        "kpi": "response_time_p90",
        "window": "rolling_24h",
        "period": None,
        "dims": {"team": "north"},
        "value": 5_400,
        "threshold": 3_600,
        "target": None,
        "n": 31,
        "unit": "seconds",
        "starts_at": "2026-11-21T09:01:00Z",
        "updated_at": "2026-11-21T09:03:10Z",
        "ends_at": None,
        "summary": "response_time_p90 of team north is 1h 30m",
        "revision": 3,
    } | fields
