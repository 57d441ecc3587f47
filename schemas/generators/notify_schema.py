"""The JSON Schema of a delivery file, by which editors complete and underline; made from the grammar.

Whether names and fields fit together only `crm-pulse check` knows.
"""

from schemas.duration import WRITTEN
from schemas.generators.file_schema import file_schema, write_calendar, write_field
from schemas.generators.json_schema import Schema
from schemas.notify import NotifyFile

_DURATIONS = {"group_wait", "group_interval", "cool_down", "per", "timeout", "resend_every"}
_OR_NEVER = {"repeat_interval", "escalate_after"}
_SECRETS = {"_env": "The environment variable that has it.", "_file": "The file that has it."}


def notify_schema() -> Schema:
    """Return the schema of a delivery file."""
    schema = file_schema("notify", NotifyFile)
    for part in schema["$defs"].values():
        _write_fields(part["properties"])
    write_calendar(schema["$defs"])
    receivers = schema["properties"]["receivers"]
    ((pattern, receiver),) = receivers["patternProperties"].items()
    receivers["patternProperties"] = {pattern: _by_type(receiver)}
    return schema


def _write_fields(fields: Schema) -> None:
    """Say how durations are written and where secrets are; leave out what the grammar has only to refuse it."""
    for name in [name for name, field in fields.items() if field.get("type") == "null"]:
        del fields[name]
    for name, field in fields.items():
        if name in _DURATIONS | _OR_NEVER:
            write_field(field, {"anyOf": [{"const": "never"}, WRITTEN]} if name in _OR_NEVER else WRITTEN)
        for ending, sentence in _SECRETS.items():
            if name.endswith(ending):
                field.setdefault("description", sentence)


def _by_type(receiver: Schema) -> Schema:
    """Look at the type first: what is wrong inside a receiver would only be told as "not valid under any"."""
    kinds: dict[str, str] = receiver["discriminator"]["mapping"]
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": [*kinds]}},
        "allOf": [
            {"if": {"properties": {"type": {"const": kind}}}, "then": {"$ref": reference}}
            for kind, reference in kinds.items()
        ],
    }
