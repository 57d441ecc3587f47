"""pydantic's errors as sentences for the person who wrote the file."""

import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from schemas.files.fault import FieldFaults, Path, nearest, unknown
from schemas.files.model_types import branch_called, field_names, holders, inside, meant_by, members
from schemas.files.pattern_words import pattern_words

VALUE_CHARS_MAX = 60

_EXPECTED = {
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a date",
    "dict_type": "fields (name: value)",
    "float_parsing": "a number",
    "float_type": "a number",
    "frozen_set_type": "a list",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_attributes_type": "fields (name: value)",
    "model_type": "fields (name: value)",
    "none_required": "nothing",
    "set_type": "a list",
    "string_type": "a text",
    "tuple_type": "a list",
}

_LIMITS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than": lambda ctx: f"must be above {_whole(ctx['gt'])}",
    "greater_than_equal": lambda ctx: f"must be at least {_whole(ctx['ge'])}",
    "less_than": lambda ctx: f"must be below {_whole(ctx['lt'])}",
    "less_than_equal": lambda ctx: f"must be at most {_whole(ctx['le'])}",
    "multiple_of": lambda ctx: f"must be a multiple of {ctx['multiple_of']}",
    "string_pattern_mismatch": lambda ctx: _shape(ctx["pattern"]),
    "string_too_long": lambda ctx: f"must have at most {ctx['max_length']} characters",
    "string_too_short": lambda ctx: f"must have at least {ctx['min_length']} characters",
    "too_long": lambda ctx: f"must have at most {_entries(ctx['max_length'])}",
    "too_short": lambda ctx: f"must have at least {_entries(ctx['min_length'])}",
}

_CHOICES = {"enum", "literal_error"}
"""Kinds of errors that say "this value is of another kind", which the branches of a union are told apart by."""

_GROUPED = re.compile(r"-?[0-9]{1,3}([_,][0-9]{3})+(\.[0-9]+)?")
"""1_000 and 1,000 are texts in YAML 1.2."""


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


def _shape(pattern: str) -> str:
    words = pattern_words(pattern)
    return f"must look like {pattern}" if words is None else f"expected {words}"


def _whole(limit: Any) -> Any:
    """Write a limit of 0.0 as 0."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


class _Error(typing.NamedTuple):
    """An error on its way down to its field: what is left of pydantic's location, and the types there."""

    path: Path
    rest: Path
    types: tuple[Any, ...]
    """The types the value may have; more than one is a union, and the next of `rest` names the branch."""
    owner: Any
    """The type that holds the field."""
    detail: Mapping[str, Any]


def model_faults(model: type[BaseModel], error: ValidationError) -> list[tuple[Path, str]]:
    """Return (path of the field, sentence) for every mistake; a union gives its likeliest reading."""
    return detail_faults(model, typing.cast(list[Mapping[str, Any]], error.errors(include_url=False)))


def detail_faults(root: Any, details: Iterable[Mapping[str, Any]]) -> list[tuple[Path, str]]:
    """Return the same for pydantic's details, as a framework hands them on, of a value of the type `root`, or None."""
    found = []
    details = [*details]
    for detail in details:
        loc = tuple(detail["loc"])
        # Entries with mistakes are left out of pydantic's count: it is they that are wrong, not how many there are.
        if detail["type"] == "too_short" and any(_is_within(loc, other["loc"]) for other in details):
            continue
        if loc[-1:] == ("[key]",):
            loc = loc[:-1]
        found.append(_Error((), loc, () if root is None else members(root), None, detail))
    return [*_settle(found)]


def _is_within(outer: Path, loc: Iterable[str | int]) -> bool:
    inner = tuple(loc)
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _settle(errors: Iterable[_Error]) -> Iterator[tuple[Path, str]]:
    """Follow each location through the model's types; where a union branches, judge its branches together."""
    unions: dict[Path, list[_Error]] = {}
    for error in map(_descend, errors):
        if error.rest:
            unions.setdefault(error.path, []).append(error)
        else:
            yield from _sentences(error)
    for errors_of_union in unions.values():
        yield from _reduce(errors_of_union)


def _descend(error: _Error) -> _Error:
    path, rest, types_, owner = error.path, error.rest, error.types, error.owner
    while rest and len(types_) <= 1:
        owner = types_[0] if types_ else None
        types_ = inside(owner, rest[0])
        path, rest = (*path, rest[0]), rest[1:]
    return _Error(path, rest, types_, owner, error.detail)


def _reduce(errors: list[_Error]) -> Iterator[tuple[Path, str]]:
    """Take the branch of a union that fits best; when none fits in kind, say what each of them wants."""
    branches: dict[str | int, list[_Error]] = {}
    for error in errors:
        branches.setdefault(error.rest[0], []).append(error)
    fitting = {label: found for label, found in branches.items() if any(map(_fits_in_kind, found))}
    if fitting:
        label, best = min(fitting.items(), key=lambda item: len(item[1]))
        yield from _settle(e._replace(rest=e.rest[1:], types=branch_called(e.types, label)) for e in best)
        return
    wanted = {_wanted(error.detail): None for error in errors}
    words = [
        word for e in errors if e.detail["type"] in _CHOICES for word in _options(e.detail["ctx"]["expected"])
    ]
    value = errors[0].detail["input"]
    yield errors[0].path, f"expected {' or '.join(wanted)}, found {_found(value)}{_hint(words, value)}"


def _fits_in_kind(error: _Error) -> bool:
    kind = error.detail["type"]
    return len(error.rest) > 1 or not (kind in _EXPECTED or kind in _CHOICES)


def _sentences(error: _Error) -> Iterator[tuple[Path, str]]:
    raised = error.detail.get("ctx", {}).get("error")
    if isinstance(raised, FieldFaults):
        yield from (((*error.path, *path), message) for path, message in raised.faults)
    else:
        yield _sentence(error)


def _sentence(error: _Error) -> tuple[Path, str]:
    path, kind, value = error.path, error.detail["type"], error.detail["input"]
    ctx: Mapping[str, Any] = error.detail.get("ctx", {})
    if kind == "missing":
        return path, "missing"
    if kind == "extra_forbidden":
        name = str(path[-1])
        under = holders(error.owner, name)
        if under and meant_by(error.owner, name) is None:
            return path, f"unknown field {name!r} here; it stands under {_one_of(under)}"
        return path, unknown("field", name, field_names(error.owner))
    if kind in _EXPECTED:
        return path, f"expected {_EXPECTED[kind]}, found {_found(value)}{_written(kind, value)}"
    if kind in _CHOICES:
        return path, _choice(_options(ctx["expected"]), value)
    if kind == "union_tag_not_found":
        return (*path, _options(ctx["discriminator"])[0]), "missing"
    if kind == "union_tag_invalid":
        name = _options(ctx["discriminator"])[0]
        # pydantic's tag is a text, whatever stands there.
        given = value.get(name, ctx["tag"]) if isinstance(value, dict) else ctx["tag"]
        return (*path, name), _choice(_options(ctx["expected_tags"]), given)
    if kind in ("too_long", "too_short"):
        # Of fields, pydantic stops counting at the first that is too many.
        length = len(value) if ctx["actual_length"] is None else ctx["actual_length"]
        return path, f"{_LIMITS[kind](ctx)}, found {length}"
    if kind in _LIMITS:
        return path, f"{_LIMITS[kind](ctx)}, found {_found(value)}"
    if kind in ("value_error", "assertion_error"):
        return path, str(ctx["error"])
    message = str(error.detail["msg"])
    return path, f"{message[:1].lower()}{message[1:]}, found {_found(value)}"


def _choice(options: list[str], value: Any) -> str:
    return f"expected {_one_of(options)}, found {_found(value)}{_hint(options, value)}"


def _written(kind: str, value: Any) -> str:
    """Say how what was probably meant is written."""
    if kind == "string_type" and isinstance(value, bool | int | float):
        return "; put it in quotes"
    if _EXPECTED[kind] == "a list" and isinstance(value, str):
        return f"; one with a single entry is written [{value}]"
    return _hint([], value)


def _hint(words: list[str], value: Any) -> str:
    if not isinstance(value, str):
        return ""
    if _GROUPED.fullmatch(value):
        return f"; a number is written {value.replace('_', '').replace(',', '')}"
    near = nearest(value, words)
    return f", did you mean {near!r}?" if near else ""


def _wanted(detail: Mapping[str, Any]) -> str:
    return _EXPECTED.get(detail["type"]) or _one_of(_options(detail["ctx"]["expected"]))


def _one_of(options: list[str]) -> str:
    return options[0] if len(options) == 1 else f"one of {', '.join(options)}"


def _options(text: object) -> list[str]:
    """Take pydantic's list "'a', 'b' or 'c'" apart."""
    return re.findall(r"'([^']*)'", str(text)) or [str(text)]


def _found(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "fields (name: value)"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str | bytes):
        value = value if isinstance(value, str) else value.decode(errors="replace")
        text = value if len(value) <= VALUE_CHARS_MAX else value[:VALUE_CHARS_MAX] + "…"
        return f"the text {text!r}"
    return f"the number {value}"
