"""What is wrong with a decoded value, in words; by the types of the vocabulary, so that no rule stands twice.

Sentences quote words, numbers and times, cut short; never names, ids or what a contact holds, for they
may be personal data.
"""

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import inspect

from schemas.events.fields import CURRENCY_PATTERN, EventData

QUOTE_LENGTH_MAX = 40

PATTERNS = {CURRENCY_PATTERN: "a currency such as EUR (ISO 4217)"}
"""What a text of a pattern is, for people."""


def quote(text: str) -> str:
    """Quote a text, cut short, on one line."""
    cut = text if len(text) <= QUOTE_LENGTH_MAX else text[: QUOTE_LENGTH_MAX - 1] + "…"
    return '"' + "".join(char if char.isprintable() else "?" for char in cut) + '"'


def kind_of(value: object) -> str:
    """Name the JSON type of a decoded value, with its article."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def missing_fields(data: type[EventData], values: Mapping[str, Any]) -> list[str]:
    """Return the names of the required fields that are absent or null."""
    return [f.encode_name for f in _fields(data) if f.required and values.get(f.encode_name) is None]


def field_faults(data: type[EventData], values: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each field that the type lists and that has a value it may not have."""
    for field in _fields(data):
        value = values.get(field.encode_name)
        if value is not None:
            yield from value_faults(field.type, value, f"data.{field.encode_name}")


def value_faults(kind: inspect.Type, value: Any, name: str) -> Iterator[str]:
    """Yield what is wrong with a value of a declared type."""
    match kind:
        case inspect.Metadata():
            yield from value_faults(kind.type, value, name)
        case inspect.UnionType():  # of one type and null, which doesn't come here
            for option in kind.types:
                if not isinstance(option, inspect.NoneType):
                    yield from value_faults(option, value, name)
        case inspect.StrType():
            yield from _string_faults(kind, value, name)
        case inspect.FloatType():
            yield from _number_faults(kind, value, name)
        case inspect.BoolType():
            if not isinstance(value, bool):
                yield f"{name} is {kind_of(value)}, must be true or false"
        case inspect.LiteralType():
            yield from _word_faults(kind, value, name)
        case inspect.DictType():
            yield from _dict_faults(kind, value, name)
        case inspect.StructType():
            yield from _object_faults(kind, value, name)
        case inspect.CustomType():  # personal data: nothing but its JSON type is looked at
            if not isinstance(value, str):
                yield f"{name} is {kind_of(value)}, must be a string"
        case _:
            raise AssertionError(f"{name}: no rule for {kind}")


@cache
def _fields(data: type[EventData]) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(data)
    assert isinstance(info, inspect.StructType)
    return info.fields


def _string_faults(kind: inspect.StrType, value: Any, name: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{name} is {kind_of(value)}, must be a string"
    elif kind.min_length and not value:
        yield f"{name} is empty"
    elif kind.max_length is not None and len(value) > kind.max_length:
        yield f"{name} has {len(value)} characters; {kind.max_length} at most"
    elif kind.pattern is not None and re.search(kind.pattern, value) is None:
        yield f"{name} is {quote(value)}, must be {PATTERNS[kind.pattern]}"


def _number_faults(kind: inspect.FloatType, value: Any, name: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield f"{name} is {kind_of(value)}, must be a number"
    elif not math.isfinite(value):
        yield f"{name} is out of range"
    elif kind.ge is not None and value < kind.ge:
        yield f"{name} is {_digits(value)}, must be at least {kind.ge:g}"
    elif kind.le is not None and value > kind.le:
        yield f"{name} is {_digits(value)}, must be at most {kind.le:g}"


def _digits(value: float) -> str:
    """Write a number in as many digits as it takes: what is just over a limit must not look like the limit."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def _word_faults(kind: inspect.LiteralType, value: Any, name: str) -> Iterator[str]:
    if value not in kind.values:
        said = quote(value) if isinstance(value, str) else kind_of(value)
        yield f"{name} is {said}, must be one of {', '.join(map(str, kind.values))}"


def _dict_faults(kind: inspect.DictType, value: Any, name: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{name} is {kind_of(value)}, must be an object"
        return
    for index, (key, entry) in enumerate(value.items(), 1):
        yield from value_faults(kind.key_type, key, f"{name}, name {index}")
        yield from value_faults(kind.value_type, entry, f"{name}, value {index}")


def _object_faults(kind: inspect.StructType, value: Any, name: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{name} is {kind_of(value)}, must be an object"
        return
    for field in kind.fields:
        entry = value.get(field.encode_name)
        if entry is not None:
            yield from value_faults(field.type, entry, f"{name}.{field.encode_name}")
