"""Helpers for hand-computed cases: short ways to write an event down and to ask for one KPI."""

import itertools
from collections.abc import Iterable
from typing import Any, Literal

from tests import oracle
from tests.oracle.histories import PIPELINE
from tests.oracle.moments import instant

Event = dict[str, Any]
DAY = "2026-03-04"
"""A Wednesday in week 10, quarter 1, far from any clock change."""
_ids = itertools.count(1)


def event(kind: str, time: str, /, *, source: str = "crm", id: str | None = None, **data: Any) -> Event:
    """An event of `crm.{kind}`; `time` is "HH:MM[:SS[.ffffff]]" on DAY in UTC, or a whole RFC 3339 time."""
    if len(time) < len("YYYY-MM-DDTHH:MM:SS"):
        time = f"{DAY}T{time}{':00' if time.count(':') == 1 else ''}Z"
    event_id = (
        f"{next(_ids):09d}" if id is None else id
    )  # in the order of writing unless a case says otherwise
    subject = {} if kind == "rep.updated" else {"account": "acme"}
    return {
        "specversion": "1.0",
        "source": source,
        "id": event_id,
        "type": f"crm.{kind}",
        "time": time,
        "data": subject | data,
    }


def rep_updated(time: str, rep: str, team: str, **attributes: str) -> Event:
    """The directory says that `rep` is in `team` from `time` on."""
    return event("rep.updated", time, rep=rep, team=team, active=True, **attributes)


def count(
    events: Iterable[Event],
    *,
    as_of: str = f"{DAY}T23:00:00Z",
    timezone: str = "UTC",
    fiscal_year_start_month: int = 1,
    periods: Literal["running", "all"] = "running",
    today: bool = False,
) -> oracle.Expectations:
    """All KPIs of the events."""
    return oracle.kpis(
        list(events),
        as_of_us=instant(as_of),
        timezone=timezone,
        fiscal_year_start_month=fiscal_year_start_month,
        pipeline=PIPELINE,
        periods=periods,
        today=today,
    )


def ask(
    counted: oracle.Expectations,
    kpi: str,
    window: str = "all_time",
    period: str | None = None,
    **dims: str | None,
) -> oracle.Expected | None:
    """(value, n) of one KPI, None where it does not exist."""
    return counted.get((kpi, window, period, tuple(sorted(dims.items()))))
