"""What records say beside their values, computed again in plain Python from the values of all records.

It knows the contract's section 5 and nothing of how the engine goes about it: every comparison looks its
other side up among the records of the same moment.
"""

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tests.oracle.arriving import times_us
from tests.oracle.moments import DAY_US
from tests.oracle.spans import CALENDAR_WINDOWS, Calendar

Catalog = Any
"""What the catalog says, looked at and not imported."""
Record = Mapping[str, Any]
Found = dict[str, float]

CHECKED = ("target", "attainment", "previous", "team_value", "rank", "of")
"""What follows from the records of one moment and the events alone."""
OF_WHICH = {"value_added_calls": "calls", "call_duration_mean": "calls"}
"""What counts or measures some of the facts of another KPI has a key where that has one, and may say 0 or null of it."""
LOOKS = {"growth", "churn", "attainment", "attainment_share"}
"""Formulas that may have something to say of periods without facts."""
ADDS_UP = {"count", "sum", "distinct", "gauge", "gauge_sum"}


class Rep(NamedTuple):
    """What the directory says of a rep."""

    team: str
    active: bool


def at_us(event: dict[str, Any]) -> int:
    """Return when an event was."""
    return times_us([event])[0]


def latest(events: Sequence[dict[str, Any]], type_: str, as_of_us: int) -> list[dict[str, Any]]:
    """Return the events of a type by then, of copies the first, in the order of events."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        if event["type"] == type_ and at_us(event) <= as_of_us:
            first.setdefault((event["source"], event["id"]), event)
    return sorted(first.values(), key=lambda one: (at_us(one), one["source"], one["id"]))


def roster(events: Sequence[dict[str, Any]], as_of_us: int) -> dict[str, Rep]:
    """Return where the directory says that reps are."""
    return {
        event["data"]["rep"]: Rep(event["data"]["team"], event["data"]["active"])
        for event in latest(events, "crm.rep.updated", as_of_us)
    }


def targets(events: Sequence[dict[str, Any]], as_of_us: int) -> dict[tuple[Any, ...], float]:
    """Return the targets by what they are for."""
    return {
        (said["kpi"], said["window"], said["period"], dims_of(said["dims"])): said["value"]
        for said in (event["data"] for event in latest(events, "crm.target.set", as_of_us))
    }


def dims_of(dims: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return dims as part of a key."""
    return tuple(sorted(dims.items()))


def key_of(record: Record) -> tuple[Any, ...]:
    """Return what a record is about."""
    return record["kpi"], record["window"], record["period"], dims_of(record["dims"])


def with_facts(
    records: Iterable[Record], catalog: Catalog, there: Container[tuple[Any, ...]]
) -> dict[tuple[Any, ...], Record]:
    """Return the records that others are compared with, by key: those that a query finds facts for."""
    return {
        key: one
        for one in records
        if (key := key_of(one)) in there
        or one["n"]
        or catalog.kpis[one["kpi"]].formula in LOOKS
        or (OF_WHICH.get(one["kpi"]), *key[1:]) in there
    }


def wrong(
    records: Iterable[Record],
    events: Sequence[dict[str, Any]],
    catalog: Catalog,
    as_of_us: int,
    there: Container[tuple[Any, ...]],
) -> list[str]:
    """Return in words where records compare themselves with something else than they should.

    `there` are the keys that a query finds.
    """
    records = list(records)
    by_key = with_facts(records, catalog, there)
    by_end = {
        (one["kpi"], one["window"], one["end"], dims_of(one["dims"])): one
        for one in by_key.values()
        if one["window"] in CALENDAR_WINDOWS
    }
    reps, set_targets = roster(events, as_of_us), targets(events, as_of_us)
    fields: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for (kpi, window, period, dims), record in by_key.items():
        value = record["value"]
        if [name for name, _ in dims] == ["rep"] and value is not None:
            fields[kpi, window, period, reps[dims[0][1]].team].append(value)
    found = []
    for record in records:
        key = kpi, window, period, dims = key_of(record)
        value = record["value"]
        expected: Found = {}
        target = set_targets.get(key) if window in CALENDAR_WINDOWS else None
        if target is not None:
            expected["target"] = target
            if value is not None and target:
                expected["attainment"] = value / target
        before = by_end.get((kpi, window, record["start"], dims)) if period else None
        if before is not None and before["value"] is not None:
            expected["previous"] = before["value"]
        if [name for name, _ in dims] == ["rep"] and key in by_key:
            expected |= standing(key, value, by_key, fields, reps, catalog)
        said = {name: record[name] for name in CHECKED if name in record}
        if expected.keys() != said.keys() or not all(
            math.isclose(said[name], expected[name], rel_tol=1e-9) for name in said
        ):
            found.append(f"{key}: says {said}, expected {expected}")
    return found


def standing(
    key: tuple[Any, ...],
    value: float | None,
    by_key: Mapping[Any, Record],
    fields: Mapping[Any, list[float]],
    reps: Mapping[str, Rep],
    catalog: Catalog,
) -> Found:
    """Return where a rep stands in his team."""
    kpi, window, period, dims = key
    team = reps[dims[0][1]].team
    found: Found = {}
    own = by_key.get((kpi, window, period, (("team", team),)))
    measure = None if own is None else own["value"]
    if measure is not None and catalog.kpis[kpi].formula in ADDS_UP:
        active = sum(one.team == team and one.active for one in reps.values())
        measure = measure / active if active else None
    if measure is not None:
        found["team_value"] = measure
    if value is not None:
        field = fields[kpi, window, period, team]
        up = catalog.kpis[kpi].direction == "up"
        found["rank"] = 1 + sum(other > value if up else other < value for other in field)
        found["of"] = len(field)
    return found


def wrong_baselines(
    records: Iterable[Record], calendar: Calendar, catalog: Catalog, there: Container[tuple[Any, ...]]
) -> list[str]:
    """Return in words where records of days that are over have a baseline other than from those of four days."""
    days = {
        (one["kpi"], one["period"], dims_of(one["dims"])): one for one in records if one["window"] == "day"
    }
    known = with_facts(days.values(), catalog, there)
    running = calendar.date_of(calendar.as_of_us).isoformat()
    first: defaultdict[Any, str] = defaultdict(lambda: running)
    for (_, period, dims), one in days.items():
        if key_of(one) in there or one["n"]:
            first[dims] = min(first[dims], period)
    found = []
    for (kpi, period, dims), record in days.items():
        formula = catalog.kpis[kpi].formula
        if period >= running or formula in LOOKS:
            continue
        at = datetime.fromisoformat(period)
        values, silent, before = [], 0, 0
        for weeks in range(1, 5):
            earlier = (at - timedelta(weeks=weeks)).date().isoformat()
            other = known.get((kpi, "day", earlier, dims))
            if other is None:
                silent += earlier >= first[dims]
                before += earlier < first[dims]
            elif other["value"] is not None:
                values.append(other["value"])
        if formula not in ADDS_UP:
            silent = before = 0
        # A group may have begun with facts that no KPI shows by the day: then earlier days are silent as well.
        means = [sum(values) / (len(values) + silent + more) for more in range(before + 1)] if values else []
        said = record.get("baseline")
        if said is None and not means:
            continue
        if said is None or not any(math.isclose(said, mean, rel_tol=1e-9) for mean in means):
            found.append(f"{kpi} {period} {dims}: baseline {said}, expected {means}")
    return found


def with_directory(events: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """Put every rep into the directory, ahead of all else it says, so that everyone's team is known."""
    flat = [event for chunk in events for event in chunk]
    names = {one["data"]["rep"] for one in flat if one["data"].get("rep")}
    names |= {
        one["data"]["dims"]["rep"]
        for one in flat
        if one["type"] == "crm.target.set" and one["data"]["dims"].get("rep")
    }
    if not flat:
        return events
    start_us = min(times_us(flat)) - DAY_US
    time = datetime.fromtimestamp(start_us // 1_000_000, UTC)
    updates = [
        {
            "specversion": "1.0", "source": "hr", "id": f"hr-{name}", "type": "crm.rep.updated",
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "data": {"rep": name, "team": ("north", "south")[number % 2], "active": number % 3 > 0},
        }
        for number, name in enumerate(sorted(names))
    ]  # fmt: skip
    return [updates, *events]
