"""What must mean something in a file of examples: types of event, their fields, KPIs, rules, and what items say.

All of it is looked for in the plain data, so that it is found beside what the grammar doesn't allow.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from schemas.alert import Alert
from schemas.catalogs.kpi_groups import Groups
from schemas.event import EVENT_TYPES
from schemas.events.directory import is_period
from schemas.examples.dims import dims_faults
from schemas.examples.expectation import ASKED
from schemas.files.fault import PathMessage, unknown

Fields = Mapping[str, Any]

PREFIX = "crm."
EVENT_OWN = frozenset(("at", "type", "arrives", "id", "source"))
"""What an event says beside its data."""
RECORD_FIELDS = frozenset(
    (
        "value", "n", "unit", "start", "end", "as_of", "final", "revision", "target", "attainment", "expected",
        "previous", "baseline", "team_value", "rank", "rank_change", "of", "catalog",
    )
)  # fmt: skip
"""What a KPI record may say beside kpi, window, period and dims."""
ALERT_FIELDS = frozenset(Alert.__struct_fields__) - {"rule", "period", "dims"}


def entries(data: Fields, name: str) -> Iterator[tuple[int, Fields]]:
    """Yield the entries of a list that have fields, with their places; the grammar speaks of the others."""
    listed = data.get(name)
    for place, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, dict):
            yield place, entry


def name_faults(data: Fields) -> Iterator[PathMessage]:
    """Yield what is wrong with names that don't depend on a catalog."""
    for index, example in entries(data, "examples"):
        path = ("examples", index)
        yield from _event_faults(path, example)
        if not example.get("expect") and not example.get("expect_alerts"):
            yield path, "expected expect or expect_alerts: an example that asks nothing shows nothing"
        for number, one in entries(example, "expect"):
            here = (*path, "expect", number)
            yield from _expectation_faults(here, "a value, or another field of the record", one)
            yield from _field_faults(here, "a KPI record", _said(one), RECORD_FIELDS)
            yield from _period_faults(here, one)
        for number, alert in entries(example, "expect_alerts"):
            here = (*path, "expect_alerts", number)
            yield from _expectation_faults(here, "a state, or another field of the alert", alert)
            yield from _field_faults(here, "an alert", _said(alert), ALERT_FIELDS)


def catalog_faults(
    data: Fields, known: Mapping[str, Collection[str]], kept: Groups, judged: Groups
) -> Iterator[PathMessage]:
    """Yield what there is not: KPIs, windows (`known` by KPI), rules, and groups (`kept` by KPI, `judged` by rule)."""
    for index, example in entries(data, "examples"):
        for number, one in entries(example, "expect"):
            path = ("examples", index, "expect", number)
            kpi, window = one.get("kpi"), one.get("window")
            if not isinstance(kpi, str):
                continue
            if kpi not in known:
                yield (*path, "kpi"), unknown("KPI", kpi, known)
                continue
            if isinstance(window, str) and window not in known[kpi]:
                yield (*path, "window"), unknown(f"window of {kpi}", window, known[kpi])
            yield from dims_faults(path, kpi, one.get("dims", {}), kept.get(kpi, ()))
        for number, alert in entries(example, "expect_alerts"):
            path, rule = ("examples", index, "expect_alerts", number), alert.get("rule")
            if not isinstance(rule, str):
                continue
            if rule not in judged:
                yield (*path, "rule"), unknown("rule", rule, judged)
            else:
                yield from dims_faults(path, rule, alert.get("dims", {}), judged[rule])


def whole_type(name: str) -> str:
    """Return the whole type, `crm.call.logged`, which may be given without its prefix."""
    return name if name.startswith(PREFIX) else PREFIX + name


def _event_faults(path: tuple[str | int, ...], example: Fields) -> Iterator[PathMessage]:
    given = example.get("defaults")
    defaults = given if isinstance(given, dict) else {}
    used: set[str] = set()
    for number, event in entries(example, "events"):
        here, name = (*path, "events", number), event.get("type")
        kind = EVENT_TYPES.get(whole_type(name)) if isinstance(name, str) else None
        if kind is None:
            used.update(defaults)
            if isinstance(name, str):
                short = [one.removeprefix(PREFIX) for one in EVENT_TYPES]
                yield (*here, "type"), unknown("type", name.removeprefix(PREFIX), short)
            continue
        fields = set(kind.__struct_fields__)
        used |= fields
        own = [one for one in event if one not in EVENT_OWN]
        yield from _field_faults(here, kind.TYPE, own, fields)
    for name in defaults:
        if name not in used:
            yield (*path, "defaults", name), unknown("field of its events", name, used)


def _expectation_faults(path: tuple[str | int, ...], what: str, one: Fields) -> Iterator[PathMessage]:
    if one.get("absent", False) is bool(_said(one)):
        both = ", and not both" if one.get("absent") else ""
        yield path, f"expected {what}, or `absent: true`{both}"


def _period_faults(path: tuple[str | int, ...], one: Fields) -> Iterator[PathMessage]:
    period, window = one.get("period"), one.get("window")
    if isinstance(period, bool) or not isinstance(period, str | int) or not isinstance(window, str):
        return
    if not is_period(window, str(period)):
        yield (*path, "period"), f"{str(period)!r} is no period of the window {window!r}"


def _said(one: Fields) -> list[str]:
    return [name for name in one if name not in ASKED]


def _field_faults(
    path: tuple[str | int, ...], what: str, said: Iterable[str], known: Collection[str]
) -> Iterator[PathMessage]:
    for name in said:
        if name not in known:
            yield (*path, name), unknown(f"field of {what}", name, known)
