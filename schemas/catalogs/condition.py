"""`where`: which facts are meant, by the fields of the event that completes them.

A condition has a canonical text, the same for every way of writing it down that makes no difference,
and an id by which the facts that pass it are marked. `processors.planning.conditions` makes a predicate of it.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Any
from zlib import crc32

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.files.document import Section, together
from schemas.files.fault import PathMessage

Scalar = bool | int | float | str
Scalars = Annotated[tuple[Scalar, ...], Field(min_length=1)]


class Limits(Section):
    """What the value of a field must be like, where it is not simply given."""

    at_least: float | None = None
    """This much or more."""
    at_most: float | None = None
    """This much or less."""
    above: float | None = None
    """More than this."""
    below: float | None = None
    """Less than this."""
    present: bool | None = None
    """`true`: the event has the field at all; `false`: it has not."""

    @together
    def _says_something(self) -> Iterator[PathMessage]:
        if not self.numbers and self.present is None:
            yield (), "expected at_least, at_most, above, below or present"
        if self.numbers and self.present is not None:
            yield (), "present stands alone: what has a limit must be present anyway"

    @property
    def numbers(self) -> dict[str, float]:
        """The limits that are given."""
        limits = ((name, getattr(self, name)) for name in ("at_least", "at_most", "above", "below"))
        return {name: value for name, value in limits if value is not None}


Test = Scalar | Scalars | Limits
"""A value to equal, several of which one is to be equal, or limits."""

Branches = Annotated[tuple["Where", ...], Field(min_length=1)]


class Where(BaseModel):
    """Fields of the completing event and what they must be; all of it must hold."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Test] = Field(init=False)

    any_: Branches | None = Field(None, alias="any", description="At least one of these holds.")
    all_: Branches | None = Field(None, alias="all", description="Every one of these holds.")
    not_: "Where | None" = Field(None, alias="not", description="This does not hold.")

    @model_validator(mode="after")
    def _says_something(self) -> "Where":
        if not (self.tests or self.any_ or self.all_ or self.not_):
            raise ValueError("expected at least one field with what it must be")
        return self

    @property
    def tests(self) -> dict[str, Test]:
        """What is asked of each field."""
        return self.__pydantic_extra__

    @property
    def canonical(self) -> str:
        """The condition as one text; conditions of the same text let the same events pass."""
        return json.dumps(_plain(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def id(self) -> str:
        """Eight hexadecimal digits that stand for it."""
        return f"{crc32(self.canonical.encode()):08x}"


def both(first: Where | None, second: Where | None) -> Where | None:
    """Return the condition that holds where both do; None is no condition."""
    if first is None or second is None:
        return first or second
    return Where.model_validate({"all": (first, second)})


def _plain(where: Where) -> dict[str, Any]:
    plain: dict[str, Any] = {name: _plain_test(test) for name, test in where.tests.items()}
    if where.any_:
        plain["any"] = _sorted([_plain(branch) for branch in where.any_])
    if where.all_:
        plain["all"] = _sorted([_plain(branch) for branch in where.all_])
    if where.not_:
        plain["not"] = _plain(where.not_)
    return plain


def _plain_test(test: Test) -> Any:
    if isinstance(test, Limits):
        if test.present is not None:
            return {"present": test.present}
        return {name: _plain_scalar(value) for name, value in test.numbers.items()}
    if isinstance(test, tuple):
        values = _sorted([_plain_scalar(value) for value in test])
        return values[0] if len(values) == 1 else values
    return _plain_scalar(test)


def _plain_scalar(value: Scalar) -> Scalar:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sorted(values: list[Any]) -> list[Any]:
    """Sort by text, each once: the order makes no difference."""
    by_text = {json.dumps(value, sort_keys=True, ensure_ascii=False): value for value in values}
    return [by_text[text] for text in sorted(by_text)]
