"""The mapping file that says what the events of an XES log become: its grammar and its checks.

A rule matches by activity (`concept:name`) and lifecycle, and the first rule that matches counts. Texts
may hold {case} (the trace's `concept:name`), {index} (the event's place in its trace, from 0) and, in a
rule's data, {nth} (the events of this rule in this trace, from 1). A value that is absent leaves its
field out.
"""

import string
from collections.abc import Iterator
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from pydantic import Field

from schemas.event import EVENT_TYPES
from schemas.event_fields import FieldKind, event_fields
from schemas.files.document import Section, readable, reading, unknown
from schemas.files.fault import Path, PathMessage

ID_CHARS_MAX = 200

Text = Annotated[str, Field(min_length=1)]


class Reference(Section):
    """A value from the log, one of

    `{trace: AMOUNT_REQ, as: number}`: an attribute of the trace;
    `{event: org:group}`: an attribute of the event;
    `{since: START}`: seconds since the latest earlier event of the same activity with that lifecycle.
    Absent where there is none, and where an event in between has used it: of two starts and two ends in
    a row the second end gets nothing, since nobody knows which start was its own.
    """

    trace: Text | None = None
    event: Text | None = None
    since: Text | None = None
    as_: Literal["text", "number", "boolean"] = Field("text", alias="as")


Value = str | int | float | bool | Reference


class ContactValues(Section):
    """Where the fields of `contact` come from; the engine only looks whether they are filled."""

    name: Value | None = None
    email: Value | None = None
    phone: Value | None = None


class Rule(Section):
    """What an XES event becomes. `*` in `activity` and `lifecycle` stands for anything.

    `contact` is for `crm.lead.created`, the one type whose data hold more than single values.
    """

    activity: Text
    lifecycle: Text = "*"
    type: Text
    data: dict[str, Value] = Field(default_factory=dict)
    contact: ContactValues | None = None

    def values(self) -> Iterator[tuple[tuple[str, str], Value]]:
        """Yield each value with its place in the rule."""
        for name, value in self.data.items():
            yield ("data", name), value
        for name, value in self.contact or ():
            if value is not None:
                yield ("contact", name), value


class XesMapping(Section):
    """A whole mapping file. `stages` and `timezone` are for the catalog that goes with the log; times
    without an offset are read in that time zone too."""

    name: Text
    source: Annotated[str, Field(min_length=1, max_length=ID_CHARS_MAX)]
    id: Text = "{case}-{index}"
    index_digits: Annotated[int, Field(ge=0, le=20)] = 0
    account: Text = "{case}"
    timezone: Text = "UTC"
    rep: Text | None = None
    stages: tuple[Text, ...] = ()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


def parse_xes_mapping(text: str | bytes, file: str) -> XesMapping:
    """Read and check a mapping; `file` is its name in messages. Raises `Faults` with every mistake."""
    with reading(text, file) as document:
        mapping = document.read(XesMapping)
        document.report(_text_faults(mapping, "id"))
        document.report(_text_faults(mapping, "account"))
        document.report(_zone_faults(mapping))
        document.report(_rules_faults(mapping, has_rep=document.data.get("rep") is not None))
        return mapping


def placeholders(text: str) -> list[str]:
    """Return the names in braces. Raises ValueError when the braces don't match."""
    parts = [part[1:] for part in string.Formatter().parse(text)]
    return [name + (conversion or "") + (spec or "") for name, spec, conversion in parts if name is not None]


def _text_faults(mapping: XesMapping, name: Literal["id", "account"]) -> Iterator[PathMessage]:
    yield from _template((name,), getattr(mapping, name), {"case", "index"})


def _zone_faults(mapping: XesMapping) -> Iterator[PathMessage]:
    try:
        ZoneInfo(mapping.timezone)
    except (KeyError, ValueError, OSError):  # how it says "no such zone" depends on the name
        yield ("timezone",), f"unknown time zone {mapping.timezone!r}"


def _rules_faults(mapping: XesMapping, *, has_rep: bool) -> Iterator[PathMessage]:
    for place, rule in enumerate(mapping.rules):
        path = ("rules", place)
        yield from readable(_value_faults(path, rule))
        yield from readable(_contact_faults(path, rule))
        yield from readable(_event_faults(path, rule, has_rep))


def _value_faults(path: Path, rule: Rule) -> Iterator[PathMessage]:
    for place, value in rule.values():
        if isinstance(value, str):
            yield from _template((*path, *place), value, {"case", "index", "nth"})
        elif isinstance(value, Reference):
            given = value.model_dump(exclude_none=True, exclude={"as_"})
            if len(given) != 1:
                yield (*path, *place), "expected one of trace, event, since"
            elif "since" in given and value.as_ != "text":
                yield (*path, *place, "as"), "seconds are a number already"


def _contact_faults(path: Path, rule: Rule) -> Iterator[PathMessage]:
    data_type = EVENT_TYPES.get(rule.type)
    if data_type is not None and rule.contact is not None and "contact" not in data_type.__struct_fields__:
        yield (*path, "contact"), f"{rule.type} has no contact"


def _event_faults(path: Path, rule: Rule, has_rep: bool) -> Iterator[PathMessage]:
    data_type = EVENT_TYPES.get(rule.type)
    if data_type is None:
        yield (*path, "type"), unknown("event type", rule.type, EVENT_TYPES)
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(data_type)}
    kinds = event_fields(rule.type)
    for name, value in rule.data.items():
        if name == "contact":
            yield (*path, "data", name), "contact stands beside data, not in it"
        elif name not in fields:
            yield (*path, "data", name), f"{rule.type}: {unknown('field', name, fields)}"
        elif (wrong := _misfit(value, kinds.get(name))) is not None:
            yield (*path, "data", name), f"{rule.type}: {wrong}"
    filled = {*rule.data, "account", *(["rep"] * has_rep), *(["contact"] * (rule.contact is not None))}
    missing = [name for name, field in fields.items() if field.required and name not in filled]
    if missing:
        yield (*path, "data"), f"{rule.type} needs {', '.join(missing)}"


def _misfit(value: Value, kind: FieldKind | None) -> str | None:
    """Return why a field can't have such a value, whatever stands in the log; None where it can."""
    if kind is None:
        return "it holds more than a single value, which no mapping gives"
    if isinstance(value, Reference):
        given = "number" if value.since is not None else value.as_
        wanted = {"bool": "boolean"}.get(kind.word, kind.word)
        if given == wanted or not (value.trace or value.event or value.since):
            return None
        if value.since is not None:
            return f"expected {kind}, found seconds"
        return f"expected {kind}, found a {given}; as: {wanted} makes it one"
    is_filled_in = isinstance(value, str) and kind.word == "text" and "{" in value
    return None if is_filled_in else kind.misfit(value)


def _template(path: Path, text: str, known: set[str]) -> Iterator[PathMessage]:
    try:
        names = placeholders(text)
    except ValueError:
        yield path, f"braces don't match in {text!r}; a brace itself is written twice"
        return
    for name in names:
        if name not in known:
            yield path, unknown("placeholder", name, known)
