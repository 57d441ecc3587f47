"""KPIs by DuckDB: the SQL files in order, one per family of facts, one aggregation over all facts, and the rest.

What a KPI is stands in `definitions.sql`, or in the file of its own that `OWN_FILES` names.
"""

import functools
import json
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import duckdb

from tests.oracle.spans import Calendar

SQL = Path(__file__).parent / "sql"
FACT_FILES = {
    "activities": ("call", "email", "meeting"),
    "opinions": ("survey", "feedback", "email"),
    "responses": ("inquiry",),
    "open_inquiries": ("inquiry",),
    "resolutions": ("inquiry",),
    "quotes": ("quote",),
    "leads": ("lead",),
    "deals": ("deal", "content"),
    "stages": ("deal", "content"),
    "open_deals": ("deal", "content"),
    "contents": ("content",),
    "orders": ("order",),
    "costs": ("cost",),
    "customers": ("customer", "order"),
    "alerts": ("alert",),
}
"""Every file of facts, and the events (`crm.call.logged` is a `call`) without which it has none: a small history
needs few of the files. `open_inquiries` reads what `responses` made; `stages`, `open_deals`, `contents` what `deals`."""
OWN_FILES = {
    "growth": ("deal", "target"),
    "quotas": ("target",),
    "churn": ("customer", "order"),
    "clv": ("order",),
    "prices": ("price",),
}
"""The KPIs that `definitions.sql` can't say. `quotas` reads what `growth` made, `churn` what `customers`."""
OWN_KPIS = {
    "sales_growth", "sales_growth_same_elapsed", "quota_attainment", "quota_attainment_share",
    "churn_rate", "retention_rate", "clv", "price_index",
}  # fmt: skip
VARIANTS = frozenset({"sales_growth_same_elapsed"})
"""No KPIs of the standard catalog: counted only when asked for."""

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
    only: Collection[str] | None = None,
    today: bool = False,
    week_before: bool = False,
) -> Expectations:
    """Count every KPI over `events` as of a moment.

    events: valid CloudEvents in the order of their arrival; of copies (same source and id) the first counts,
    events later than `as_of_us` (microseconds since the epoch) do not. `pipeline`: stage names in order.
    `periods`: the calendar periods that run at `as_of_us`, or all that have a fact. `only`: which KPIs to count,
    by default all of the contract. `today`: whether the window of that name is kept too. `week_before`: whether windows
    that move with the clock have the seven days before too, for the keys that say 0 of what left.
    """
    with _lock:
        asked = known_kpis() - VARIANTS if only is None else known_kpis() & set(only)
        rows = _rows(
            events, as_of_us, timezone, fiscal_year_start_month, pipeline, periods, asked, today, week_before
        )
        zones = dict(_connection().execute("SELECT rep, zone FROM rep_zones").fetchall())
    expectations = Expectations(Calendar(as_of_us, timezone, fiscal_year_start_month, zones))
    for kpi, window, period, dims, is_whole, value, n in rows:
        expectations[kpi, window, period, _dims(dims)] = Expected(int(value) if is_whole else value, n)
    return expectations


_lock = threading.Lock()


def known_kpis() -> set[str]:
    """Every KPI that the oracle can count."""
    defined = _connection().execute("SELECT DISTINCT kpi FROM definitions").fetchall()
    return {kpi for (kpi,) in defined} | OWN_KPIS


def _rows(
    events: Sequence[dict[str, Any]],
    as_of_us: int,
    timezone: str,
    fiscal_year_start_month: int,
    pipeline: Sequence[str],
    periods: str,
    asked: Collection[str],
    today: bool,
    week_before: bool,
) -> list[tuple[Any, ...]]:
    db = _connection()
    for name, value in {
        "as_of_us": as_of_us,
        "timezone": timezone,
        "fiscal_start": fiscal_year_start_month,
        "pipeline": list(pipeline),
        "all_periods": periods == "all",
        "asked": sorted(asked),
        "own_days": today,
        "week_before": week_before,
    }.items():
        db.execute(f"SET VARIABLE {name} = ?", [value])
    db.execute(_sql("arrivals"), [json.dumps(list(events))])
    told = {event["type"].split(".")[1] for event in events}
    fact_files, own_files = (
        [name for name, about in files.items() if told.intersection(about)]
        for files in (FACT_FILES, OWN_FILES)
    )
    for name in ("events", "facts", *fact_files, "windows", "groups", "kpis", *own_files):
        db.execute(_sql(name))
    return db.execute("SELECT * FROM results WHERE list_contains(getvariable('asked'), kpi)").fetchall()


@functools.cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One database in memory for all calls: opening it costs more than counting a small history.

    For so few rows, finding a better plan takes longer than carrying out the one that is written.
    """
    db = duckdb.connect(":memory:")
    db.execute("SET threads = 1")
    db.execute("PRAGMA disable_optimizer")
    db.execute(_sql("definitions"))
    return db


@functools.cache
def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=100_000)
def _dims(text: str) -> Dims:
    dims: dict[str, str | None] = json.loads(text)
    return tuple(sorted(dims.items()))
