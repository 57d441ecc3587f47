"""The mapping file that says what the events of an XES log become: its grammar and its checks.

A rule matches by activity (`concept:name`) and lifecycle, and the first rule that matches counts. Texts
may hold {case} (the trace's `concept:name`), {index} (the event's place in its trace, from 0) and, in a
rule's data, {nth} (the events of this rule in this trace, from 1). A value that is absent leaves its
field out.
"""

import string
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from pydantic import Field

from schemas.document import Document, Fault, Faults, Section, check, parse, unknown
from schemas.event import EVENT_TYPES

ID_CHARS_MAX = 200

As = Literal["text", "number", "boolean"]
Text = Annotated[str, Field(min_length=1)]


class TraceValue(Section):
    """`{trace: AMOUNT_REQ, as: number}`: an attribute of the trace."""

    trace: Text
    as_: As = Field("text", alias="as")


class EventValue(Section):
    """`{event: org:group}`: an attribute of the event."""

    event: Text
    as_: As = Field("text", alias="as")


class SinceValue(Section):
    """`{since: START}`: seconds since the latest earlier event of the same activity with that lifecycle.

    Absent where there is none, and where an event in between has used it: of two starts and two ends in
    a row the second end gets nothing, since nobody knows which start was its own.
    """

    since: Text


Value = str | int | float | bool | TraceValue | EventValue | SinceValue


class ContactValues(Section):
    """The contact of a `crm.lead.created`; may be empty."""

    name: Value | None = None
    email: Value | None = None
    phone: Value | None = None


class Rule(Section):
    """What an XES event becomes. `*` in `activity` and `lifecycle` stands for anything."""

    activity: Text
    lifecycle: Text = "*"
    type: Text
    data: dict[str, Value | ContactValues] = Field(default_factory=dict)


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
    document = parse(text, file)
    mapping = check(XesMapping, document)
    faults = [*_faults(mapping, document)]
    if faults:
        raise Faults(faults)
    return mapping


def placeholders(text: str) -> list[str]:
    """Return the names in braces. Raises ValueError when the braces don't match."""
    parts = string.Formatter().parse(text)
    return [name + (conversion or "") + (spec or "") for _, name, spec, conversion in parts if name is not None]


def _faults(mapping: XesMapping, document: Document) -> Iterator[Fault]:
    yield from _template(document, ("id",), mapping.id, {"case", "index"})
    yield from _template(document, ("account",), mapping.account, {"case", "index"})
    try:
        ZoneInfo(mapping.timezone)
    except (KeyError, ValueError, OSError):  # how it says "no such zone" depends on the name
        yield document.fault(("timezone",), f"unknown time zone {mapping.timezone!r}")
    for index, rule in enumerate(mapping.rules):
        yield from _rule_faults(document, ("rules", index), rule, has_rep=mapping.rep is not None)


def _rule_faults(document: Document, path: tuple[str | int, ...], rule: Rule, has_rep: bool) -> Iterator[Fault]:
    for name, value in rule.data.items():
        values = dict(value) if isinstance(value, ContactValues) else {None: value}
        for part, text in values.items():
            if isinstance(text, str):
                where = (*path, "data", name) if part is None else (*path, "data", name, part)
                yield from _template(document, where, text, {"case", "index", "nth"})
        if isinstance(value, ContactValues) != (name == "contact"):
            yield document.fault((*path, "data", name), "contact, and nothing else, has the fields name, email, phone")
    data_type = EVENT_TYPES.get(rule.type)
    if data_type is None:
        yield document.fault((*path, "type"), unknown("event type", rule.type, EVENT_TYPES))
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(data_type)}
    for name in rule.data:
        if name not in fields:
            yield document.fault((*path, "data", name), f"{rule.type}: {unknown('field', name, fields)}")
    given = {*rule.data, "account"} | ({"rep"} if has_rep else set())
    missing = [name for name, field in fields.items() if field.required and name not in given]
    if missing:
        yield document.fault((*path, "data"), f"{rule.type} needs {', '.join(missing)}")


def _template(document: Document, path: Sequence[str | int], text: str, known: set[str]) -> Iterator[Fault]:
    try:
        names = placeholders(text)
    except ValueError:
        yield document.fault(path, f"braces don't match in {text!r}; {{{{ and }}}} stand for braces themselves")
        return
    for name in names:
        if name not in known:
            yield document.fault(path, unknown("placeholder", name, known))
