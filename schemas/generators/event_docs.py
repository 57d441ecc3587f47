"""The text of `docs/events.md`, made from the vocabulary."""

from collections.abc import Iterable, Mapping
from itertools import takewhile

from msgspec import inspect

from schemas.dead_letter import Reason
from schemas.event import EVENT_TYPES
from schemas.events.fields import CURRENCY_PATTERN, NUMBER_MAX, AccountData, EventData
from schemas.generators.event_docs_text import COMMON, HEAD, KAFKA, NOTES, RULES, TAIL
from schemas.generators.json_schema import ENVELOPE, Schema, data_schema

_WORDS = {"string": "string", "number": "number", "boolean": "`true` or `false`", "object": "object"}


def event_docs(examples: Mapping[str, str]) -> str:
    """Return the page. `examples` has the JSON text of one event of each type. Raises KeyError without."""
    parts = [
        HEAD,
        _envelope(),
        RULES,
        _common(),
        COMMON,
        _overview(),
        KAFKA,
        _dead_letters(),
        TAIL,
        "## Type by type",
    ]
    parts += [_type(data, examples[name]) for name, data in EVENT_TYPES.items()]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _envelope() -> str:
    rows = ((f"`{name}`", _value(schema), schema["description"]) for name, schema in ENVELOPE.items())
    return "## The envelope\n\n" + _table(("attribute", "value", "meaning"), rows)


def _common() -> str:
    fields = data_schema(AccountData)[0]["properties"]
    names = ["account", *(name for name in fields if name != "account")]
    rows = ((f"`{name}`", fields[name]["description"]) for name in names)
    return "## Fields that every type may carry\n\n" + _table(("field", "meaning"), rows)


def _overview() -> str:
    rows = (
        (f"[`{name}`](#{name.replace('.', '')})", _says(data), ", ".join(_own_names(data)) or "–")
        for name, data in EVENT_TYPES.items()
    )
    return "## The types\n\n" + _table(("type", "says", "own fields (`?`: may be absent)"), rows)


def _dead_letters() -> str:
    rows = ((f"`{reason}`", reason.meaning) for reason in Reason)
    return "## Dead letters\n\n" + _table(("reason", "what is wrong"), rows)


def _type(data: type[EventData], example: str) -> str:
    parts = [f"### {data.TYPE}", data.__doc__ or ""]
    schema, _ = data_schema(data)
    required = set(schema.get("required", ()))
    rows = [
        (f"`{name}`", _value(schema["properties"][name]), "" if name in required else "optional", meaning)
        for name in _own(data)
        for meaning in [schema["properties"][name]["description"]]
    ]
    if rows:
        parts.append(_table(("field", "value", "", "meaning"), rows))
    if data.TYPE in NOTES:
        parts.append(NOTES[data.TYPE])
    parts.append(f"```json\n{example.strip()}\n```")
    return "\n\n".join(part.strip() for part in parts)


def _says(data: type[EventData]) -> str:
    return (data.__doc__ or "").partition(". ")[0].rstrip(".") + "."


def _own(data: type[EventData]) -> list[str]:
    """The names of the fields that a type lists itself, common ones that it speaks of included."""
    kinds = [*takewhile(lambda kind: kind not in (AccountData, EventData), data.__mro__)]
    return [
        name for kind in reversed(kinds) for name in kind.__annotations__ if name in data.__struct_fields__
    ]


def _own_names(data: type[EventData]) -> list[str]:
    required = {field.encode_name for field in _fields(data) if field.required}
    return [f"`{name}`" if name in required else f"`{name}`?" for name in _own(data)]


def _fields(data: type[EventData]) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(data)
    assert isinstance(info, inspect.StructType)
    return info.fields


def _value(schema: Schema) -> str:
    """Say in a few words what a field's value is."""
    if "const" in schema:
        return f'`"{schema["const"]}"`'
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"] if word is not None)
    if "$ref" in schema:
        return "object"
    kind = schema["type"]
    kind = kind if isinstance(kind, str) else kind[0]
    text = _WORDS[kind]
    if schema.get("pattern") == CURRENCY_PATTERN:
        return "three capital letters"
    if "maxLength" in schema:
        text += f", {schema['minLength']}–{schema['maxLength']} characters"
    if "minimum" in schema:
        # The bound of all amounts stands once, with the rules.
        bounded = schema["maximum"] != NUMBER_MAX
        text += f" from {schema['minimum']:g} to {schema['maximum']:g}" if bounded else " ≥ 0"
    return text


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
