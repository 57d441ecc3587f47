"""The JSON Schema of a rules file, by which editors complete and underline; made from the grammar.

Whether names and fields fit together only `crm-pulse check` knows.
"""

from typing import Any

from schemas.duration import WRITTEN
from schemas.generators.catalog_schema import tidied
from schemas.generators.json_schema import DIALECT, Schema
from schemas.rule import RulesFile

PATH = "schemas/json/rules.schema.json"

_DURATIONS = {"for", "keep_firing", "renotify", "escalate_after", "cool_down", "no_data"}
_PERCENT: Schema = {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?%$"}
_SHARES = {"above", "below", "recover", "reached", "elapsed_at_least"}


def rules_schema() -> Schema:
    """Return the schema of a rules file, draft 2020-12."""
    made = RulesFile.model_json_schema(by_alias=True, mode="validation")
    definitions: Schema = {name: tidied(part) for name, part in made.pop("$defs").items()}
    for part in definitions.values():
        for name, field in part.get("properties", {}).items():
            if name in _DURATIONS:
                _write(field, WRITTEN)
            elif name in _SHARES and part is not definitions["Rank"]:
                _write(field, {"anyOf": [_number(field), _PERCENT]})
    file = tidied(made)
    for name in ("info", "warning", "critical"):
        definitions["Limits"]["properties"][name] |= WRITTEN
    del file["required"]
    file["then"] = {"anyOf": [{"required": ["rules"]}, {"required": ["absences"]}]}
    _overlays(file, "rules", definitions["Rule"])
    _overlays(file, "absences", definitions["AbsenceRule"])
    return {"$schema": DIALECT, "$id": "urn:crm-pulse:rules", **file, "$defs": definitions}


def _write(field: Schema, said: Schema) -> None:
    """Say of a field how it is written, where that is not how it is kept."""
    description = field["description"]
    field.clear()
    field |= {"description": description, **said}


def _number(field: Schema) -> Schema:
    names = {"gt": "exclusiveMinimum", "le": "maximum"}
    return {
        names.get(name, name): value
        for name, value in field.items()
        if name not in ("description", "default")
    }


def _overlays(file: Schema, section: str, rule: Schema) -> None:
    """Allow what only makes sense in a file that lies over the standard rules: rules in part, or dropped."""
    required = rule.pop("required")
    rules: dict[str, Any] = file["properties"][section]
    pattern, reference = rules["patternProperties"].popitem()
    # Not "any of": what is wrong inside a rule would only be told as "not valid under any".
    rules["patternProperties"] = {
        pattern: {"if": {"type": "object"}, "then": reference, "else": {"type": "null"}}
    }
    rules["additionalProperties"] = False
    complete = {"patternProperties": {pattern: {"type": "object", "required": required}}}
    file["if"] = {"not": {"required": ["extends"]}}
    file["then"].setdefault("properties", {})[section] = complete
