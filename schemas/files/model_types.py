"""The types inside a pydantic model: which a field, key or index has, and which branch of a union is meant."""

import inspect
import re
import types
import typing
from collections.abc import Mapping, Sequence, Set
from typing import Any

from pydantic import BaseModel

from schemas.files.fault import nearest, nearly

_VALIDATED = re.compile(r"function-[a-z]+\[.*, (\w+)\]")
"""How pydantic calls a model with a validator of its own."""


def members(annotation: Any) -> tuple[Any, ...]:
    """Return what a type may be: a union's branches (but None, which pydantic doesn't name), else itself."""
    if isinstance(annotation, typing.TypeVar):
        return ()
    if hasattr(annotation, "__value__"):  # a type alias
        return members(annotation.__value__)
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return members(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        branches = [b for a in typing.get_args(annotation) if a is not type(None) for b in members(a)]
        return tuple(branches)
    return (annotation,)


def inside(owner: Any, part: str | int) -> tuple[Any, ...]:
    """Return the types of `part` (a field, key or index) of a value of type `owner`; () where unknown."""
    if isinstance(owner, type) and issubclass(owner, BaseModel):
        for name, field in owner.model_fields.items():
            if part in (name, field.alias, field.validation_alias):
                return members(field.annotation)
        extra = inspect.get_annotations(owner).get("__pydantic_extra__")
        return members(typing.get_args(extra)[1]) if extra is not None else ()
    args = typing.get_args(owner)
    origin = typing.get_origin(owner)
    if not isinstance(origin, type) or not args:
        return ()
    if issubclass(origin, Mapping):
        return members(args[1])
    if issubclass(origin, tuple) and isinstance(part, int) and args[-1] is not Ellipsis:
        return members(args[part]) if part < len(args) else ()
    return members(args[0])


def branch_called(branches: tuple[Any, ...], label: str | int) -> tuple[Any, ...]:
    """Return the branch that pydantic calls `label`: a model's name, or the tag one of its fields has."""
    validated = _VALIDATED.fullmatch(str(label))
    label = validated[1] if validated else label
    for branch in branches:
        if getattr(branch, "__name__", None) == label:
            return (branch,)
    for branch in branches:
        if isinstance(branch, type) and issubclass(branch, BaseModel):
            for field in branch.model_fields.values():
                if typing.get_origin(field.annotation) is typing.Literal and label in typing.get_args(
                    field.annotation
                ):
                    return (branch,)
    kinds = {"list": Sequence, "dict": Mapping, "tuple": tuple, "set": Set}
    for branch in branches:
        origin = typing.get_origin(branch)
        kind = kinds.get(str(label).partition("[")[0])
        if kind is not None and isinstance(origin, type) and issubclass(origin, kind):
            return (branch,)
    return ()


def holders(owner: Any, name: str) -> list[str]:
    """Return the fields of `owner` whose values may have a field of that name, or hold values that may."""
    return [
        field
        for field in field_names(owner)
        if any(name in field_names(one) for kind in inside(owner, field) for one in (kind, *inside(kind, "")))
    ]


def meant_by(owner: Any, name: str) -> str | None:
    """Return which field of `owner` an unknown name was most likely meant to be; None if it is one of its values'."""
    known = field_names(owner)
    return None if holders(owner, name) and not nearly(name, known) else nearest(name, known)


def field_names(owner: Any) -> list[str]:
    if isinstance(owner, type) and issubclass(owner, BaseModel):
        return [field.alias or name for name, field in owner.model_fields.items()]
    return []
