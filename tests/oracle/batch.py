"""KPIs by DuckDB: the SQL files in order, one per family of facts, then one aggregation over all facts."""

import functools
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import duckdb

from tests.oracle.spans import Calendar

SQL = Path(__file__).parent / "sql"
FACT_FAMILIES = ("activities", "responses", "open_inquiries", "deals", "stages")
"""Every file of facts; `open_inquiries` reads what `responses` made, `stages` what `deals` made."""

Dims = tuple[tuple[str, str | None], ...]
Key = tuple[str, str, str | None, Dims]
"""(kpi, window, period or None, (dimension, value) pairs sorted by dimension)."""


class Expected(NamedTuple):
    """What a KPI record must say: `value` as in the contract (seconds, money, 0-1), `n` the sample size."""

    value: int | float | None
    n: int


class Expectations(dict[Key, Expected]):
    """All KPIs that exist, by key, and the calendar they were counted in. An absent key is 0 or null."""

    def __init__(self, calendar: Calendar) -> None:
        super().__init__()
        self.calendar = calendar


def kpis(
    events: Sequence[dict[str, Any]],
    *,
    as_of_us: int,
    timezone: str = "UTC",
    fiscal_year_start_month: int = 1,
    pipeline: Sequence[str],
    periods: Literal["running", "all"],
) -> Expectations:
    """Count every KPI over `events` as of a moment.

    events: valid CloudEvents in the order of their arrival; of copies (same source and id) the first counts,
    events later than `as_of_us` (microseconds since the epoch) do not. `pipeline`: stage names in order.
    `periods`: the calendar periods that run at `as_of_us`, or all that have a fact.
    """
    with _lock:
        rows = _rows(events, as_of_us, timezone, fiscal_year_start_month, pipeline, periods)
    expectations = Expectations(Calendar(as_of_us, timezone, fiscal_year_start_month))
    for kpi, window, period, dims, is_whole, value, n in rows:
        expectations[kpi, window, period, _dims(dims)] = Expected(int(value) if is_whole else value, n)
    return expectations


_lock = threading.Lock()


def _rows(
    events: Sequence[dict[str, Any]],
    as_of_us: int,
    timezone: str,
    fiscal_year_start_month: int,
    pipeline: Sequence[str],
    periods: str,
) -> list[tuple[Any, ...]]:
    db = _connection()
    for name, value in {
        "as_of_us": as_of_us,
        "timezone": timezone,
        "fiscal_start": fiscal_year_start_month,
        "pipeline": list(pipeline),
        "all_periods": periods == "all",
    }.items():
        db.execute(f"SET VARIABLE {name} = ?", [value])
    db.execute(_sql("arrivals"), [json.dumps(list(events))])
    for name in ("events", "facts", *FACT_FAMILIES, "windows", "groups"):
        db.execute(_sql(name))
    return db.execute(_sql("kpis")).fetchall()


@functools.cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One database in memory for all calls: opening it costs more than counting a small history."""
    db = duckdb.connect(":memory:")
    db.execute("SET threads = 1")
    db.execute(_sql("definitions"))
    return db


@functools.cache
def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=100_000)
def _dims(text: str) -> Dims:
    dims: dict[str, str | None] = json.loads(text)
    return tuple(sorted(dims.items()))
