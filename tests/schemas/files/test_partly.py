"""What is left of data with mistakes."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import orjson
import pytest
from pydantic import AfterValidator, Field, ValidationError

from schemas.files.fault import PathMessage
from schemas.files.model_faults import model_faults
from schemas.files.partly import read_partly
from schemas.files.section import Section, UnreadError, is_whole, together


class Car(Section):
    """One kind."""

    type: Literal["car"]
    wheels: int = 4
    doors: int = Field(alias="door_count")

    @together
    def _fits(self) -> Iterator[PathMessage]:
        if self.wheels < 3:
            yield ("wheels",), "falls over"


class Boat(Section):
    """Another."""

    type: Literal["boat"]
    sails: tuple[str, ...] = ()


class Fleet(Section):
    """All of them."""

    name: Annotated[str, AfterValidator(str.upper)]
    first: str | Car = "none"
    cars: tuple[Car, ...] = ()
    by_name: dict[str, Annotated[Car | Boat, Field(discriminator="type")]] = Field(default_factory=dict)
    years: Annotated[tuple[int, ...], Field(max_length=2)] = ()
    notes: dict[str, int] = Field(default_factory=dict)
    mixed: dict[str, int | Car] = Field(default_factory=dict)
    code: Annotated[str, AfterValidator(str.upper)] = Field("x", validate_default=True)

    @together
    def _has_wheels(self) -> Iterator[PathMessage]:
        for at, car in enumerate(self.cars):
            if car.wheels > 4:
                yield ("cars", at), "is a lorry"


CAR = {"type": "car", "door_count": 2}


def read(data: dict[str, Any]) -> tuple[Fleet, list[PathMessage]]:
    """Return what can be read, and what is found beside what the model says."""
    with pytest.raises(ValidationError) as wrong:
        Fleet.model_validate_json(orjson.dumps(data), strict=True)
    return read_partly(Fleet, data, model_faults(Fleet, wrong.value))


def test_fields_beside_a_mistake() -> None:
    """They are read as they would be, aliases and validators too; what is missing is not there."""
    fleet, found = read({"cars": [CAR, {**CAR, "wheels": "x"}, {"type": "car"}]})

    assert ([], frozenset({"name"})) == (found, fleet.unread)
    assert is_whole(fleet.cars[0])
    assert (2, frozenset({"wheels"})) == (fleet.cars[1].doors, fleet.cars[1].unread)
    assert (4, frozenset({"doors"})) == (fleet.cars[2].wheels, fleet.cars[2].unread)
    assert "X" == fleet.code
    assert "A" == read({"name": "a", "years": [1, 2, 3]})[0].name


def test_checks_that_can_do_without_go_on() -> None:
    """What one of them finds wrong is not read either."""
    fleet, found = read({"name": 5, "cars": [CAR, {**CAR, "wheels": 5}, {"type": "car", "wheels": 2}]})

    assert [(("cars", 2, "wheels"), "falls over"), (("cars", 1), "is a lorry")] == found
    assert frozenset({"name", "cars"}) == fleet.unread


def test_entries_by_name() -> None:
    """Those with mistakes keep their names, also where nobody knows what they are."""
    fleet, _ = read(
        {
            "name": "a",
            "by_name": {"a": CAR, "b": {"type": "bota"}, "c": 5, "d": {"type": "boat", "sails": [5]}},
        }
    )

    assert ["a", "b", "c", "d"] == [*fleet.by_name]
    assert is_whole(fleet.by_name["a"])
    assert [*Car.model_fields] == sorted(fleet.by_name["b"].unread, key=[*Car.model_fields].index)
    assert isinstance(fleet.by_name["d"], Boat)
    assert fleet.by_name["d"].unread == {"sails"}


def test_of_other_lists_nothing_is_read() -> None:
    """A part of them says nothing."""
    fleet, _ = read(
        {
            "name": "a",
            "years": [1, "x"],
            "notes": {"a": "x", "b": 1},
            "mixed": {"a": 5, "b": [5]},
            "first": {"type": "car", "door_count": "x"},
        }
    )

    assert frozenset({"years", "notes", "mixed"}) == fleet.unread
    assert isinstance(fleet.first, Car)


def test_a_misspelt_field_is_not_left_out() -> None:
    """It is there, under the wrong name: its default is not what was meant."""
    fleet, _ = read({"name": "a", "cars": [{**CAR, "wheel": 3}, {**CAR, "colour": "red"}]})

    assert frozenset({"wheels"}) == fleet.cars[0].unread
    assert is_whole(fleet.cars[1])


def test_a_section_that_its_own_check_refuses() -> None:
    """Of the field that it blames nobody knows what is meant."""
    fleet, found = read({"name": "a", "cars": [{**CAR, "wheels": 2}]})

    assert [] == found
    with pytest.raises(UnreadError):
        _ = fleet.cars[0].wheels
