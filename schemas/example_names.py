"""The names in a file of examples that must mean something: types of event, their fields, KPIs, rules."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from schemas.alert import Alert
from schemas.event import EVENT_TYPES
from schemas.fault import unknown

if TYPE_CHECKING:
    from schemas.example import Example, ExampleEvent, ExamplesFile

PathMessage = tuple[tuple[str | int, ...], str]

PREFIX = "crm."
RECORD_FIELDS = frozenset(
    (
        "value", "n", "unit", "start", "end", "as_of", "final", "revision", "target", "attainment", "expected",
        "previous", "baseline", "team_value", "rank", "rank_change", "of", "catalog",
    )
)  # fmt: skip
"""What a KPI record may say beside kpi, window, period and dims."""
ALERT_FIELDS = frozenset(Alert.__struct_fields__) - {"rule", "period", "dims"}

ACCOUNT = "acme"
"""The account of events that name none."""
INVENTED = ("conversation", "deal", "lead", "order", "quote")
"""Ids that a type requires and an example need not say, as long as each account has only one of the kind."""


def name_faults(content: "ExamplesFile") -> Iterator[PathMessage]:
    """Yield what is wrong with names that don't depend on a catalog."""
    for index, example in enumerate(content.examples):
        yield from _example_faults(("examples", index), example)


def catalog_faults(
    content: "ExamplesFile", known: Mapping[str, Collection[str]], rules: Collection[str]
) -> Iterator[PathMessage]:
    """Yield the KPIs, windows (`known`: by KPI) and rules that there are not."""
    for index, example in enumerate(content.examples):
        for number, one in enumerate(example.expect):
            path = ("examples", index, "expect", number)
            if one.kpi not in known:
                yield (*path, "kpi"), unknown("KPI", one.kpi, known)
            elif one.window not in known[one.kpi]:
                yield (*path, "window"), unknown(f"window of {one.kpi}", one.window, known[one.kpi])
        for number, alert in enumerate(example.expect_alerts):
            if alert.rule not in rules:
                yield (
                    ("examples", index, "expect_alerts", number, "rule"),
                    unknown("rule", alert.rule, rules),
                )


def data_of(event: "ExampleEvent", defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event's data: what it says, else the example's defaults, else an invented id."""
    kind = EVENT_TYPES[event.kind]
    data = {name: value for name, value in defaults.items() if name in kind.__struct_fields__}
    data |= event.fields
    required = {field.name for field in msgspec.structs.fields(kind) if field.required}
    if "account" in required:
        data.setdefault("account", ACCOUNT)
    for name in INVENTED:
        if name in required:
            data.setdefault(name, f"{data['account']}-{name}")
    return {name: value for name, value in data.items() if value is not None}


def _example_faults(path: tuple[str | int, ...], example: "Example") -> Iterator[PathMessage]:
    used: set[str] = set()
    for number, event in enumerate(example.events):
        here = (*path, "events", number)
        kind = EVENT_TYPES.get(event.kind)
        if kind is None:
            short = [name.removeprefix(PREFIX) for name in EVENT_TYPES]
            yield (*here, "type"), unknown("type", event.type.removeprefix(PREFIX), short)
            used.update(example.defaults)
            continue
        fields = set(kind.__struct_fields__)
        used |= fields
        for name in event.fields:
            if name not in fields:
                yield (*here, name), unknown(f"field of {event.kind}", name, fields)
    for name in example.defaults:
        if name not in used:
            yield (*path, "defaults", name), unknown("field of its events", name, used)
    for number, one in enumerate(example.expect):
        yield from _field_faults((*path, "expect", number), "a KPI record", one.said, RECORD_FIELDS)
    for number, alert in enumerate(example.expect_alerts):
        yield from _field_faults((*path, "expect_alerts", number), "an alert", alert.said, ALERT_FIELDS)


def _field_faults(
    path: tuple[str | int, ...], what: str, said: Iterable[str], known: Collection[str]
) -> Iterator[PathMessage]:
    for name in said:
        if name not in known:
            yield (*path, name), unknown(f"field of {what}", name, known)
