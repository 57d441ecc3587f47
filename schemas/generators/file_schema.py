"""What the JSON Schemas of files that people write have in common: made from the grammar, for editors."""

from typing import Any

from pydantic import BaseModel

from schemas.generators.json_schema import DIALECT, Schema

_SPAN: Schema = {
    "type": "string",
    "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9] ?[-–] ?(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
}
_DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def file_schema(name: str, grammar: type[BaseModel]) -> Schema:
    """Return the schema of a kind of file as its grammar has it, draft 2020-12; the parts are under `$defs`."""
    schema: Schema = tidied(grammar.model_json_schema(by_alias=True, mode="validation"))
    definitions = schema.pop("$defs")
    return {"$schema": DIALECT, "$id": f"urn:crm-pulse:{name}", **schema, "$defs": definitions}


def tidied(part: Any) -> Any:
    """Leave out titles, which repeat the names, and `null`, which nobody need write."""
    if isinstance(part, list):
        return [tidied(one) for one in part]
    if not isinstance(part, dict):
        return part
    tidy: Schema = {}
    for name, value in part.items():
        if name in ("properties", "$defs"):
            tidy[name] = {field: tidied(one) for field, one in value.items()}
        elif name == "anyOf":
            options = [tidied(one) for one in value if one != {"type": "null"}]
            tidy |= options[0] if len(options) == 1 else {"anyOf": options}
        elif name == "description":
            tidy[name] = " ".join(value.split())
        elif name == "patternProperties":
            tidy |= {name: tidied(value), "additionalProperties": False}
        elif not (name == "title" and isinstance(value, str)) and (name, value) != ("default", None):
            tidy[name] = tidied(value)
    return tidy


def allow_overlay(schema: Schema, section: str, entry: str) -> None:
    """Allow what only makes sense in a file that lies over the standard one: entries in part, or dropped.

    `entry` is the definition of what stands in the section.
    """
    required = schema["$defs"][entry].pop("required")
    entries = schema["properties"][section]
    ((pattern, reference),) = entries["patternProperties"].items()
    # Not "any of": what is wrong inside an entry would only be told as "not valid under any".
    entries["patternProperties"] = {
        pattern: {"if": {"type": "object"}, "then": reference, "else": {"type": "null"}}
    }
    complete = {"patternProperties": {pattern: {"type": "object", "required": required}}}
    schema["if"] = {"not": {"required": ["extends"]}}
    schema.setdefault("then", {}).setdefault("properties", {})[section] = complete
    schema["$defs"] = schema.pop("$defs")  # they stay the last, for who reads it


def write_field(field: Schema, said: Schema) -> None:
    """Say of a field how it is written, where that is not how it is kept."""
    description = field["description"]
    field.clear()
    field |= {"description": description, **said}


def write_calendar(definitions: Schema) -> None:
    """Say how spans of time and days are written in the sections of a calendar."""
    hours = definitions["CalendarSection"]["properties"]["working_hours"]
    spans = [_SPAN, {"type": "array", "items": _SPAN}]
    by_day = next(option for option in hours["anyOf"] if option.get("type") == "object")
    by_day["additionalProperties"] = {"anyOf": spans}
    hours["anyOf"] = [*spans, by_day]
    definitions["Holidays"]["properties"]["extra"]["items"] = _DAY
