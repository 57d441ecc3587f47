"""The base of every model of a file that a person writes: fields, and checks of how they fit together.

class Span(Section):
    first: int
    last: int

    @together
    def _in_order(self) -> Iterator[PathMessage]:
        if self.last < self.first:
            yield ("last",), "must not lie before first"

Every check tells what it finds, whatever the others find. Of a section with mistakes in some fields
(`schemas.files.partly`) those checks speak that can do without these fields: who asks for one stops there.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from schemas.files.fault import FieldFaults, PathMessage

_T = TypeVar("_T")
_Check = TypeVar("_Check", bound=Callable[[Any], Iterator[PathMessage]])


class UnreadError(Exception):
    """A field is asked for that could not be read. Where it stands its mistake is told: here there is none."""


def together(check: _Check) -> _Check:
    """Make a method a check of its section: it yields paths from the section, () itself, and what is wrong there."""
    check.__dict__["of_fields_together"] = True
    return check


def readable(found: Iterable[_T]) -> Iterator[_T]:
    """Yield what is found until a field is asked for that could not be read."""
    try:
        yield from found
    except UnreadError:
        return


def is_whole(value: object) -> bool:
    """Say whether all of a section could be read, and of the sections in it."""
    if isinstance(value, Section):
        return not value.unread and all(map(is_whole, value.__dict__.values()))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    return all(map(is_whole, inner))


class Section(BaseModel):
    """The base: unknown fields are mistakes, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    checks: ClassVar[tuple[str, ...]] = ()
    """The names of the methods that are checks, those of base classes first."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Note the checks."""
        named = (name for base in reversed(cls.__mro__) for name in vars(base))
        cls.checks = tuple(
            name
            for name in dict.fromkeys(named)
            if hasattr(inspect.getattr_static(cls, name), "of_fields_together")
        )

    def misfits(self) -> Iterator[PathMessage]:
        """Yield all that the checks find."""
        for name in self.checks:
            try:
                yield from getattr(self, name)()
            except UnreadError:
                continue

    @classmethod
    def nothing(cls) -> Self:
        """Return a section of which no field could be read."""
        section = cls.model_construct()
        section.__dict__.clear()
        return section

    def without(self, field: str | None) -> Self:
        """Return the section as if a field could not be read, by its name in the model; None: as if none could."""
        if field is None:
            return self.nothing()
        section = self.model_copy()
        section.__dict__.pop(field, None)
        return section

    @property
    def unread(self) -> frozenset[str]:
        """The fields that could not be read."""
        return frozenset(type(self).model_fields.keys() - self.__dict__.keys())

    def if_read(self, name: str, otherwise: Any) -> Any:
        """Return a field, or something else where it could not be read."""
        return self.__dict__.get(name, otherwise)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.checks:
            wrong = [*self.misfits()]
            if wrong:
                raise FieldFaults(*wrong)
        return self

    if not TYPE_CHECKING:  # the fields that there are don't depend on it

        def __getattr__(self, name: str) -> Any:
            """Refuse a field that is not there: of a section that was made whole, all are."""
            if name in type(self).model_fields:
                raise UnreadError(name)
            return super().__getattr__(name)
