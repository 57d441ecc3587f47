"""JSON Schemas of whole events, made from the vocabulary: one for each type, draft 2020-12.

They say what the engine reads: `null` is allowed wherever a field may be absent, unknown fields are
allowed everywhere. They can't say which dates exist.
"""

from typing import Any

import msgspec

from schemas.event import EVENT_TYPES
from schemas.events.customer import CostRecorded
from schemas.events.directory import PERIODS, TargetSet
from schemas.events.fields import NAME_LENGTH_MAX, EventData
from schemas.events.lead import Filled

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TIME_PATTERN = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH_MAX}

ENVELOPE: dict[str, Schema] = {
    "specversion": {"const": "1.0", "description": "The version of CloudEvents."},
    "source": {**_NAME, "description": "Where the event comes from, such as `crm/phone`."},
    "id": {
        **_NAME,
        "description": "The event's id in its source. (`source`, `id`) is the event's identity: "
        "a second arrival is dropped and counted.",
    },
    "type": {"type": "string", "description": "The event's type."},
    "time": {
        "type": "string",
        "format": "date-time",
        "pattern": _TIME_PATTERN,
        "description": "When it happened: RFC 3339 with an offset. Every KPI goes by it.",
    },
    "data": {"type": "object", "description": "The fields of the type."},
}
"""The attributes that every event must have."""


def event_schema(data: type[EventData]) -> Schema:
    """Return the schema of a type's whole CloudEvent, by the class of its data."""
    fields, definitions = data_schema(data)
    properties = {
        **ENVELOPE,
        "type": {"const": data.TYPE, "description": ENVELOPE["type"]["description"]},
        "data": fields,
    }
    schema: Schema = {
        "$schema": DIALECT,
        "$id": f"urn:crm-pulse:event:{data.TYPE}",
        "title": data.TYPE,
        "description": (data.__doc__ or "").strip(),
        "type": "object",
        "properties": properties,
        "required": list(ENVELOPE),
    }
    if definitions:
        schema["$defs"] = definitions
    return schema


def data_schema(data: type[EventData]) -> tuple[Schema, Schema]:
    """Return the schema of a type's `data`, and the definitions it refers to.

    Its title is what code generators call the class that they make of it.
    """
    (_, components) = msgspec.json.schema_components([data], schema_hook=_personal_text)
    definitions = {name: _plain(part) for name, part in components.items()}
    fields = definitions.pop(data.__name__)
    del fields["description"]
    return {**fields, **_RULES.get(data, {})}, definitions


def event_schemas() -> dict[str, Schema]:
    """Return the schema of every type, by the type's name."""
    return {name: event_schema(data) for name, data in EVENT_TYPES.items()}


_RULES: dict[type[EventData], Schema] = {
    CostRecorded: {
        "anyOf": [
            {"required": [name], "properties": {name: {"type": "string"}}} for name in ("account", "campaign")
        ]
    },
    TargetSet: {
        "allOf": [
            {
                "if": {"properties": {"window": {"const": window}}},
                "then": {"properties": {"period": {"type": "string", "pattern": f"^{pattern}$"}}},
            }
            for window, (pattern, _) in PERIODS.items()
        ]
    },
}
"""What the types of single fields can't say."""


def _personal_text(kind: type) -> Schema:
    if kind is not Filled:
        raise NotImplementedError(kind)
    return {"type": "string"}


def _plain(schema: Schema) -> Schema:
    """Write fields that may be null in one piece, and leave out `default: null`, which says nothing more."""
    properties = {name: _plain_field(field) for name, field in schema["properties"].items()}
    return {**schema, "properties": properties}


def _plain_field(field: Schema) -> Schema:
    plain = {key: value for key, value in field.items() if (key, value) != ("default", None)}
    options = plain.pop("anyOf", None)
    if options is not None:
        (value, _null) = options
        plain = {**value, **plain}
        if "enum" in value:
            plain["enum"] = [*value["enum"], None]
        else:
            plain["type"] = [value["type"], "null"]
    return {"description": plain.pop("description"), **plain}
