"""The fields of each type of event that people may name: in a catalog's `where`, as what events belong together by, in
the mapping of a log."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import msgspec

from schemas.event import EVENT_TYPES
from schemas.files.fault import nearest

_IN_WORDS = {"text": "a text", "number": "a number", "bool": "true or false"}


class FieldKind(NamedTuple):
    """What the value of a field is."""

    word: str
    """`text`, `number` or `bool`."""
    choices: tuple[str, ...] = ()
    """The only values, where a text may not be just any."""

    def __str__(self) -> str:
        return f"one of {', '.join(self.choices)}" if self.choices else _IN_WORDS[self.word]

    def misfit(self, value: bool | float | str) -> str | None:
        """Return why a field can't have a value; None where it can."""
        fits = {"text": isinstance(value, str), "bool": isinstance(value, bool)}.get(
            self.word, isinstance(value, int | float) and not isinstance(value, bool)
        )
        if not fits:
            shown = f"the text {value!r}" if isinstance(value, str) else str(value).lower()
            quote = "; put it in quotes" if self.word == "text" else ""
            return f"expected {self}, found {shown}{quote}"
        if self.choices and value not in self.choices:
            near = nearest(str(value), self.choices)
            return f"expected {self}, found {value!r}" + (f", did you mean {near!r}?" if near else "")
        return None


@cache
def event_fields(type_: str) -> dict[str, FieldKind]:
    """Return the fields of a type of event by name: those with a single value, personal data left out."""
    info = msgspec.inspect.type_info(EVENT_TYPES[type_])
    assert isinstance(info, msgspec.inspect.StructType)
    kinds = ((field.name, _kind(field.type)) for field in info.fields)
    return {name: kind for name, kind in kinds if kind is not None}


def fields_of(types: Iterable[str]) -> dict[str, FieldKind]:
    """Return the fields that events of any of these types have."""
    return {name: kind for type_ in types for name, kind in event_fields(type_).items()}


def has_account(type_: str) -> bool:
    """Say whether events of a type have an account, or may have one."""
    return "account" in event_fields(type_)


def entity_fields(*types: str) -> set[str]:
    """Return the fields by which events of these types can belong together: texts that all of them have."""
    texts = [
        {name for name, kind in event_fields(type_).items() if kind.word == "text" and not kind.choices}
        for type_ in types
    ]
    return set.intersection(*texts)


def _kind(type_: msgspec.inspect.Type) -> FieldKind | None:
    match type_:
        case msgspec.inspect.UnionType(types=types):
            kinds = [kind for kind in map(_kind, types) if kind is not None]
            return kinds[0] if len(kinds) == 1 else None
        case msgspec.inspect.Metadata(type=inner):
            return _kind(inner)
        case msgspec.inspect.StrType():
            return FieldKind("text")
        case msgspec.inspect.FloatType() | msgspec.inspect.IntType():
            return FieldKind("number")
        case msgspec.inspect.BoolType():
            return FieldKind("bool")
        case msgspec.inspect.LiteralType(values=values):
            return FieldKind("text", tuple(map(str, values)))
    return None
