"""Where an engine's KPI records differ from what the oracle expects, in words."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.oracle.batch import Expectations, Expected, Key
from tests.oracle.spans import Calendar, rfc3339

PERCENTILE_ERROR = 0.01
"""The relative error that percentiles may have."""
PERCENTILE_HAIR_S = 1e-6
"""Rounding a percentile to a microsecond is no error."""
SUBTRACTION_HAIR = 1e-12
"""What is left of a difference of nearly equal numbers, as a growth of nothing, may be rounded so far."""
NOTHING = Expected(0, 0)


def compare(records: Iterable[Mapping[str, Any]], expected: Mapping[Key, Expected]) -> list[str]:
    """Compare the latest record of each key (JSON objects of the contract's section 5) with the oracle.

    Counts must be equal, other values within a relative 1e-9, percentiles within 1 %, `n` always equal.
    Every expected key must have a record; a record that is not expected may say 0 or null with n 0. Where
    `expected` comes from `kpis`, `start` and `end` are compared too, and `final` where a record has it.
    An empty list means no difference.
    """
    calendar = expected.calendar if isinstance(expected, Expectations) else None
    differences: list[str] = []
    seen: set[Key] = set()
    for record in records:
        key: Key = (record["kpi"], record["window"], record["period"], tuple(sorted(record["dims"].items())))
        said = [_value_fault(key[0], record, expected.get(key, NOTHING), key in expected)]
        if calendar is not None:
            said.append(_calendar_fault(record, calendar))
        if key in seen:
            said.append("a second record with this key")
        seen.add(key)
        differences += [f"{_name(key)}: {fault}" for fault in said if fault]
    differences += [
        f"{_name(key)}: no record, expected {wanted.value!r} (n {wanted.n})"
        for key, wanted in expected.items()
        if key not in seen
    ]
    return differences


def aged(record: Mapping[str, Any], as_of_us: int) -> Mapping[str, Any]:
    """Return a record as of a later moment of its pane: an age goes on between two publications."""
    if record["kpi"] != "oldest_open_inquiry_s" or record["value"] is None:
        return record
    said = datetime.fromisoformat(record["as_of"]) - datetime(1970, 1, 1, tzinfo=UTC)
    later_us = as_of_us - said // timedelta(microseconds=1)
    return {**record, "value": record["value"] + later_us / 1e6}


def _value_fault(kpi: str, record: Mapping[str, Any], wanted: Expected, is_expected: bool) -> str | None:
    value, n = record["value"], record["n"]
    if not is_expected and n == 0 and value is None:
        return None
    if type(n) is int and n == wanted.n and _same(kpi, value, wanted.value):
        return None
    return f"got {value!r} (n {n!r}), expected {wanted.value!r} (n {wanted.n})"


def _same(kpi: str, value: Any, wanted: float | None) -> bool:
    if value is None or wanted is None:
        return value is wanted
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(wanted, int):
        return value == wanted
    if kpi.endswith(("_p50", "_p90")):
        return abs(value - wanted) <= PERCENTILE_ERROR * (1 + 1e-9) * wanted + PERCENTILE_HAIR_S
    return math.isclose(value, wanted, rel_tol=1e-9, abs_tol=SUBTRACTION_HAIR)


def _calendar_fault(record: Mapping[str, Any], calendar: Calendar) -> str | None:
    window, period = record["window"], record["period"]
    try:
        span = calendar.span(window, period, record["dims"].get("rep"))
    except ValueError as fault:
        return str(fault)
    bounds = (None, None) if span is None else (rfc3339(span[0]), rfc3339(span[1]))
    if (record["start"], record["end"]) != bounds:
        return f"runs from {record['start']} to {record['end']}, expected {bounds[0]} to {bounds[1]}"
    is_final = calendar.is_final(window, period)
    if record.get("final", is_final) is not is_final:
        return f"final is {record['final']}, expected {is_final} as of {rfc3339(calendar.as_of_us)}"
    return None


def _name(key: Key) -> str:
    kpi, window, period, dims = key
    span = window if period is None else f"{window}:{period}"
    return f"{kpi}|{span}|{','.join(f'{name}={value}' for name, value in dims)}"
