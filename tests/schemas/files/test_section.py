"""Checks of a section: what they find together, and of what could not be read."""

from collections.abc import Iterator

import pytest
from pydantic import Field, ValidationError

from schemas.files.fault import FieldFaults, PathMessage
from schemas.files.section import Section, UnreadError, is_whole, readable, together


class Span(Section):
    """One with a check."""

    first: int = 1
    last: int = 1

    @together
    def _in_order(self) -> Iterator[PathMessage]:
        if self.last < self.first:
            yield ("last",), "comes before first"


class Named(Span):
    """One with a check more."""

    name: str = Field("x", alias="called")
    inner: tuple[Span, ...] = ()

    @together
    def _called_something(self) -> Iterator[PathMessage]:
        if not self.name:
            yield ("called",), "nothing"


def test_all_checks_tell_what_they_find() -> None:
    """Those of the base class too."""
    with pytest.raises(ValidationError) as wrong:
        Named(first=5, called="")

    (error,) = wrong.value.errors()
    faults = error["ctx"]["error"]
    assert isinstance(faults, FieldFaults)
    assert [(("last",), "comes before first"), (("called",), "nothing")] == [*faults.faults]


def test_a_check_that_asks_before_it_begins() -> None:
    """It need not be a generator itself."""

    class Handed(Span):
        @together
        def _in_another_way(self) -> Iterator[PathMessage]:
            return iter([((), f"{self.last}")])

        @together
        def _too(self) -> Iterator[PathMessage]:
            yield (), "told"

    section = Handed.model_construct()
    section.__dict__.pop("last")
    assert [((), "told")] == [*section.misfits()]


def test_a_check_stops_at_a_field_that_could_not_be_read() -> None:
    """The others go on."""
    section = Named(first=5, last=6)
    section.__dict__.pop("last")
    section.__dict__["name"] = ""

    assert [(("called",), "nothing")] == [*section.misfits()]
    assert frozenset({"last"}) == section.unread
    assert (5, None) == (section.if_read("first", None), section.if_read("last", None))


def test_what_could_not_be_read_is_asked_for() -> None:
    """It is no missing attribute: `getattr` with a default would hide that."""
    with pytest.raises(UnreadError):
        getattr(Span.nothing(), "first", None)
    with pytest.raises(AttributeError):
        _ = Span.nothing().frist  # type: ignore[attr-defined]


def test_whole() -> None:
    """Down to the sections inside."""
    assert is_whole(Named(inner=(Span(),)))
    assert not is_whole(Named(inner=(Span.nothing(),)))
    assert not is_whole(({"a": (Span.nothing(),)},))


def test_readable() -> None:
    """As far as it goes."""

    def found() -> Iterator[int]:
        yield 1
        yield Span.nothing().first

    assert [1] == [*readable(found())]
