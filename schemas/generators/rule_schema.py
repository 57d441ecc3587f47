"""The JSON Schema of a rules file, by which editors complete and underline; made from the grammar.

Whether names and fields fit together only `crm-pulse check` knows.
"""

from schemas.duration import WRITTEN
from schemas.generators.file_schema import allow_overlay, file_schema, write_field
from schemas.generators.json_schema import Schema
from schemas.rule import RulesFile

_DURATIONS = {"for", "keep_firing", "renotify", "escalate_after", "cool_down", "no_data"}
_PERCENT: Schema = {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?%$"}
_SHARES = {"above", "below", "recover", "reached", "elapsed_at_least"}


def rules_schema() -> Schema:
    """Return the schema of a rules file."""
    schema = file_schema("rules", RulesFile)
    definitions = schema["$defs"]
    for part in definitions.values():
        for name, field in part.get("properties", {}).items():
            if name in _DURATIONS:
                write_field(field, WRITTEN)
            elif name in _SHARES and part is not definitions["Rank"]:
                write_field(field, {"anyOf": [_number(field), _PERCENT]})
    for name in ("info", "warning", "critical"):
        definitions["Limits"]["properties"][name] |= WRITTEN
    del schema["required"]
    schema["then"] = {"anyOf": [{"required": ["rules"]}, {"required": ["absences"]}]}
    allow_overlay(schema, "rules", "Rule")
    allow_overlay(schema, "absences", "AbsenceRule")
    return schema


def _number(field: Schema) -> Schema:
    names = {"gt": "exclusiveMinimum", "le": "maximum"}
    return {
        names.get(name, name): value
        for name, value in field.items()
        if name not in ("description", "default")
    }
