"""What can be read of data with mistakes in it: a section that lacks the fields in which they are.

Names are checked in what is left, so that all that is wrong with a file is told at once. Asking a section for
a field that it lacks raises `UnreadError`, so nothing is concluded from what nobody knows.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import TypeAdapter

from schemas.files.fault import Path, PathMessage
from schemas.files.model_types import inside, meant_by, members
from schemas.files.section import Section, UnreadError

_S = TypeVar("_S", bound=Section)
_Types = Collection[Any]
"""What a value may be: more than one is a union."""


def read_partly(
    model: type[_S], data: Mapping[str, Any], mistakes: Iterable[PathMessage]
) -> tuple[_S, list[PathMessage]]:
    """Return what can be read of `data`, and what its sections' checks find beside the `mistakes` that are known.

    `mistakes` are all that the model alone finds.
    """
    reader = _Reader()
    return reader.section(model, data, [path for path, _ in mistakes], ()), reader.found


class _Reader:
    """`wrong` are paths from a value to its mistakes, `at` is the path to the value."""

    def __init__(self) -> None:
        self.found: list[PathMessage] = []

    def section(self, model: type[_S], data: Mapping[str, Any], wrong: Collection[Path], at: Path) -> _S:
        section = model.nothing()
        if () in wrong:
            return section
        by_field, fields = _by_first(wrong), _fields(model)
        section.model_fields_set.update(name for alias, name in fields.items() if alias in data)
        # Of a field that is there under a misspelt name, the default is not what was meant.
        meant = {meant_by(model, str(alias)) for alias in by_field.keys() - fields.keys()}
        for alias, name in fields.items():
            if alias in by_field:
                types = members(model.model_fields[name].annotation)
                try:
                    section.__dict__[name] = self.value(types, data.get(alias), by_field[alias], (*at, alias))
                except UnreadError:
                    continue
            elif alias in data:
                section.__dict__[name] = _read(model, name, data[alias])
            elif alias not in meant:
                section.__dict__[name] = _default(model, name)
        for path, message in [*section.misfits()]:
            self.found.append(((*at, *path), message))
            if path:
                section.__dict__.pop(fields.get(str(path[0]), ""), None)
            else:
                section.__dict__.clear()
        return section

    def value(self, types: _Types, data: Any, wrong: Collection[Path], at: Path) -> Any:
        """Return a value as far as it consists of sections. Raises `UnreadError`."""
        if () not in wrong and isinstance(data, dict):
            if (model := _section_of(types, data)) is not None:
                return self.section(model, data, wrong, at)
            return dict(self.entries(_containers(types, Mapping), data.items(), wrong, at))
        if () not in wrong and isinstance(data, list):
            entries = self.entries(_containers(types, tuple), enumerate(data), wrong, at)
            return tuple(entry for _, entry in entries)
        raise UnreadError(at)

    def entries(
        self, types: _Types, data: Iterable[tuple[Any, Any]], wrong: Collection[Path], at: Path
    ) -> Iterator[tuple[Any, Section]]:
        """Yield the sections in a list or under names, where there can be nothing else. Raises `UnreadError`."""
        by_entry = _by_first(wrong)
        for key, entry in data:
            inner = [kind for type_ in types for kind in inside(type_, key)]
            sections = _sections(inner)
            if not sections or len(sections) < len(inner):
                raise UnreadError(at)
            model = _section_of(inner, entry)
            if model is None:  # it does not say which
                yield key, sections[0].nothing()
            elif key in by_entry:
                yield key, self.section(model, entry, by_entry[key], (*at, key))
            else:
                yield key, model.model_validate_json(json.dumps(entry), strict=True)


def _section_of(types: _Types, data: Any) -> type[Section] | None:
    """Return which of the types `data` is to be: the only section among them, or that with its tag."""
    sections = _sections(types)
    if len(sections) == 1:
        return sections[0]
    return next((one for one in sections if isinstance(data, dict) and _is_tagged(one, data)), None)


def _is_tagged(model: type[Section], data: Mapping[str, Any]) -> bool:
    kinds = ((alias, model.model_fields[name]) for alias, name in _fields(model).items())
    return any(
        data.get(alias) in get_args(field.annotation)
        for alias, field in kinds
        if field.is_required() and get_origin(field.annotation) is Literal
    )


def _sections(types: _Types) -> list[type[Section]]:
    return [type_ for type_ in types if isinstance(type_, type) and issubclass(type_, Section)]


def _containers(types: _Types, kind: type) -> list[Any]:
    origins = ((type_, get_origin(type_)) for type_ in types)
    return [type_ for type_, origin in origins if isinstance(origin, type) and issubclass(origin, kind)]


def _by_first(paths: Iterable[Path]) -> dict[str | int, list[Path]]:
    found: dict[str | int, list[Path]] = {}
    for path in paths:
        found.setdefault(path[0], []).append(path[1:])
    return found


def _fields(model: type[Section]) -> dict[str, str]:
    """Return the names of the fields, by what they are called in a file."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def _default(model: type[Section], name: str) -> Any:
    field = model.model_fields[name]
    default = field.get_default(call_default_factory=True)
    return _read(model, name, default) if field.validate_default else default


def _read(model: type[Section], name: str, data: Any) -> Any:
    """Read a field without mistakes."""
    return _adapter(model, name).validate_json(json.dumps(data), strict=True)


@cache
def _adapter(model: type[Section], name: str) -> TypeAdapter[Any]:
    field = model.model_fields[name]
    kind: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(kind)
