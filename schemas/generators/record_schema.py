"""JSON Schemas of what the engine publishes: KPI records, alerts, silences, the headers of dead letters.

Draft 2020-12, made from the typed records. Fields that nobody knows yet are allowed everywhere: additive changes
are free.
"""

import ast
from inspect import getsource
from itertools import pairwise
from typing import Any

import msgspec

from schemas.alert import Alert
from schemas.dead_letter import CUT, HEADERS, Reason
from schemas.generators.json_schema import DIALECT, Schema
from schemas.kpi_record import KpiRecord
from schemas.silence import Silence

_TIMES = {"starts_at", "fired_at", "updated_at", "ends_at", "created_at", "episode"}
"""The fields of alerts and silences that are times: RFC 3339."""


def record_schemas() -> dict[str, Schema]:
    """Return the schema of each kind of record, by its name."""
    return {
        "kpi": _record("kpi", "KPI record", KpiRecord),
        "alert": _record("alert", "Alert", Alert),
        "silence": {
            **_record("silence", "Silence or acknowledgement", Silence),
            "if": {"properties": {"kind": {"const": "silence"}}},
            "then": {
                "required": ["matchers"],
                "properties": {"matchers": {"type": "object", "minProperties": 1}},
            },
            "else": {"required": ["alert", "episode"]},
        },
        "dead-letter": _dead_letter(),
    }


def _record(name: str, title: str, kind: type[msgspec.Struct]) -> Schema:
    (_, components) = msgspec.json.schema_components([kind])
    made = components[kind.__name__]
    properties, sentences = {}, _sentences(kind)
    for field, said in made["properties"].items():
        schema = _plain(said, components)
        if field in sentences and field in _TIMES:
            schema["format"] = "date-time"
        properties[field] = {"description": sentences.get(field), **schema}
    return {
        "$schema": DIALECT,
        "$id": f"urn:crm-pulse:record:{name}",
        "title": title,
        "description": made["description"],
        "type": "object",
        "properties": properties,
        "required": made["required"],
    }


def _sentences(kind: type) -> dict[str, str]:
    """Return what stands below each field of a class."""
    (definition,) = ast.parse(getsource(kind)).body
    assert isinstance(definition, ast.ClassDef)
    return {
        field.target.id: " ".join(str(below.value.value).split())
        for field, below in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
    }  # fmt: skip


def _dead_letter() -> Schema:
    properties: dict[str, Schema] = {
        name: {"description": words, "type": "string"} for name, words in HEADERS.items()
    }
    properties["crm_reason"]["enum"] = [reason.value for reason in Reason]
    for name in ("crm_partition", "crm_offset", CUT):
        properties[name]["pattern"] = "^[0-9]+$"
    return {
        "$schema": DIALECT,
        "$id": "urn:crm-pulse:record:dead-letter",
        "title": "Headers of a dead letter",
        "description": "Texts in UTF-8, beside the headers that the record itself had.",
        "type": "object",
        "properties": properties,
        "required": [name for name in HEADERS if name != CUT],
    }


def _plain(schema: Schema, components: dict[str, Any]) -> Schema:
    """Write a field in one piece: words in place, `null` and both kinds of number as types."""
    plain = {key: value for key, value in schema.items() if key not in ("anyOf", "$ref", "default")}
    if "$ref" in schema:
        words = components[schema["$ref"].rpartition("/")[2]]
        plain |= {"type": "string", "enum": words["enum"]}
    for name in ("additionalProperties", "propertyNames"):
        if isinstance(plain.get(name), dict):
            plain[name] = _plain(plain[name], components)
    kinds: list[str] = []
    for option in schema.get("anyOf", ()):
        option = _plain(option, components)
        kinds.append(option.pop("type"))
        plain |= option
    if "number" in kinds:
        kinds = [kind for kind in kinds if kind != "integer"]
    if kinds:
        plain["type"] = kinds[0] if len(kinds) == 1 else kinds
    return plain
