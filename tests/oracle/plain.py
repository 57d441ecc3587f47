"""KPIs of a catalog's own in plain Python, one fact after the other: what docs/catalog.md says, as it says it.

It reads the catalog as YAML has it and shares nothing with the SQL nor with the engine. It knows facts that are an event
each, and the spans and conversions of a catalog's own.
"""

import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.oracle.arriving import times_us
from tests.oracle.spans import EPOCH, HOUR_US

EVENT_FACTS = {
    "call": "crm.call.logged", "email_sent": "crm.email.sent", "meeting_held": "crm.meeting.held",
    "email_replied": "crm.email.replied", "content_shared": "crm.content.shared",
}  # fmt: skip
"""Kinds of fact and the type of event that each is."""
LIMITS = {"at_least": operator.ge, "at_most": operator.le, "above": operator.gt, "below": operator.lt}
WORKED = (time(9), time(18))
"""On the days from Monday to Friday."""

Catalog = Mapping[str, Any]
Group = tuple[tuple[str, str], ...]


class Fact(NamedTuple):
    """Something that counts, for whom its event says."""

    place: int
    """In the order of events."""
    t_us: int
    team: str
    given: Mapping[str, Any]
    """The fields of the event that completes it, as it gives them."""
    since_us: int | None = None
    """Where it is a time: when that began."""


def facts_of(events: Sequence[Mapping[str, Any]], catalog: Catalog, as_of_us: int) -> dict[str, list[Fact]]:
    """Return the facts of events in the order of their arrival, by kind; of copies the first counts."""
    first: dict[tuple[str, str], tuple[int, str, str, Any]] = {}
    for event, t_us in zip(events, times_us(events), strict=True):
        if t_us <= as_of_us:
            one = (t_us, event["source"], event["id"], event)
            first.setdefault((event["source"], event["id"]), one)
    told = sorted(first.values(), key=lambda one: one[:3])
    moves = [(t_us, one["data"]) for t_us, _, _, one in told if one["type"] == "crm.rep.updated"]
    said: defaultdict[str, list[Fact]] = defaultdict(list)
    for place, (t_us, _, _, event) in enumerate(told):
        given = {name: value for name, value in event["data"].items() if value is not None}
        teams = [to["team"] for at_us, to in moves if at_us <= t_us and to["rep"] == given.get("rep")]
        team = given.get("team") or (teams or ["unassigned"])[-1]
        said[event["type"]].append(Fact(place, t_us, team, given))
    found = {kind: said[type_] for kind, type_ in EVENT_FACTS.items()}
    for name, span in catalog["spans"].items():
        found[name] = [*_spans(span, said)]
    for name, kpi in catalog["kpis"].items():
        if "conversion" in kpi:
            found[f"{name} base"], found[f"{name} reached"] = _conversions(kpi["conversion"], said)
    return found


def _by_entity(
    types: Iterable[str], entity: str, said: Mapping[str, list[Fact]]
) -> Iterator[list[tuple[str, Fact]]]:
    """Yield the events of each entity of an account, in their order."""
    groups: defaultdict[tuple[str, str], list[tuple[str, Fact]]] = defaultdict(list)
    for type_ in dict.fromkeys(types):
        for fact in said.get(type_, ()):
            if entity in fact.given:
                groups[fact.given["account"], fact.given[entity]].append((type_, fact))
    for group in groups.values():
        yield sorted(group, key=lambda one: one[1].place)


def _spans(span: Catalog, said: Mapping[str, list[Fact]]) -> Iterator[Fact]:
    for events in _by_entity((span["from"], span["to"]), span["entity"], said):
        begun: list[int] = []
        for type_, fact in events:
            if type_ == span["from"]:
                begun.append(fact.t_us)
            elif begun:
                yield fact._replace(since_us=begun[-1] if span.get("start") == "latest" else begun[0])
                begun = []


def _conversions(conversion: Catalog, said: Mapping[str, list[Fact]]) -> tuple[list[Fact], list[Fact]]:
    base, reached = conversion["base"], conversion["reached"]
    within_us = int(conversion["within"].removesuffix("h")) * HOUR_US
    bases, converted = [], []
    for events in _by_entity((base, reached), conversion["entity"], said):
        place = next((place for place, (type_, _) in enumerate(events) if type_ == base), None)
        if place is None:
            continue
        began = events[place][1]
        bases.append(began)
        if any(type_ == reached and one.t_us - began.t_us <= within_us for type_, one in events[place + 1 :]):
            converted.append(began)
    return bases, converted


def passes(where: Mapping[str, Any] | None, given: Mapping[str, Any]) -> bool:
    """Say whether an event's own fields pass a condition."""
    return all(_holds(name, test, given) for name, test in (where or {}).items())


def _holds(name: str, test: Any, given: Mapping[str, Any]) -> bool:
    match name, test:
        case "any", _:
            return any(passes(one, given) for one in test)
        case "all", _:
            return all(passes(one, given) for one in test)
        case "not", _:
            return not passes(test, given)
        case _, {"present": present}:
            return (given.get(name) is not None) == present
        case _, dict():
            value = given.get(name)
            return value is not None and all(LIMITS[word](value, limit) for word, limit in test.items())
    return given.get(name) in (test if isinstance(test, list) else [test])


def worked_us(start_us: int, end_us: int, zone: ZoneInfo) -> int:
    """Return how much of a time was working time."""
    total, day = 0, local_date(start_us, zone)
    while day <= local_date(end_us, zone):
        if day.weekday() < 5:
            begins, ends = (
                (datetime.combine(day, at, zone) - EPOCH) // timedelta(microseconds=1) for at in WORKED
            )
            total += max(0, min(ends, end_us) - max(begins, start_us))
        day += timedelta(days=1)
    return total


def local_date(t_us: int, zone: ZoneInfo) -> date:
    """Return the day of a moment."""
    return (EPOCH + timedelta(microseconds=t_us)).astimezone(zone).date()


def value_of(
    name: str, catalog: Catalog, facts: Mapping[str, list[Fact]], group: Group, zone: ZoneInfo
) -> tuple[Fraction | None, int, bool]:
    """Return a KPI's value and n over the facts of a window, and whether it has a key there."""
    kpi = catalog["kpis"][name]
    formula = next(
        word for word in ("count", "sum", "mean", "share", "distinct", "conversion") if word in kpi
    )
    body = kpi[formula]

    def of(kinds: str | Iterable[str]) -> list[Fact]:
        every = (fact for kind in ([kinds] if isinstance(kinds, str) else kinds) for fact in facts[kind])
        return [
            one
            for one in every
            if all({**one.given, "team": one.team}.get(dim) == value for dim, value in group)
        ]

    if formula == "conversion":
        n = len(of(f"{name} base"))
        return Fraction(len(of(f"{name} reached")), n) if n else None, n, n > 0
    there = of(body["accounts"] if formula == "distinct" else body["of"])
    chosen = [
        fact for fact in there if passes(body.get("among" if formula == "share" else "where"), fact.given)
    ]
    if formula == "count":
        return Fraction(len(chosen)), len(chosen), bool(there)
    if formula == "distinct":
        n = len({fact.given["account"] for fact in chosen})
        return Fraction(n), n, n > 0
    if formula == "share" and "where" in body:
        n = len(chosen)
        return (
            Fraction(sum(passes(body["where"], one.given) for one in chosen), n) if n else None,
            n,
            bool(there),
        )
    times = [_time_us(fact, body.get("business", False), zone) for fact in chosen]
    values = [one for one in times if one is not None]
    n = len(values)
    if formula == "sum":
        return Fraction(sum(values), 1_000_000), n, bool(there)
    if formula == "share":
        values = [one <= body["at_most_s"] * 1_000_000 for one in values]
    scale = 1 if formula == "share" else 1_000_000
    return Fraction(sum(values), n * scale) if n else None, n, bool(there)


def _time_us(fact: Fact, business: bool, zone: ZoneInfo) -> int | None:
    if fact.since_us is not None:
        return worked_us(fact.since_us, fact.t_us, zone) if business else fact.t_us - fact.since_us
    seconds = fact.given.get("duration_s")
    return None if seconds is None else round(seconds * 1_000_000)
