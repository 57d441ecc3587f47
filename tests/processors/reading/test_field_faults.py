"""Values against the declared types of the vocabulary."""

from typing import Any

import pytest

from processors.reading.field_faults import field_faults, kind_of, missing_fields, quote
from schemas.event import EVENT_TYPES
from tests.examples import EVENTS
from tests.processors.event_reference import fields_of


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_field_of_every_type_has_a_rule(kind: str) -> None:
    """No example has a fault, and a value of a type that no field has is a fault in each listed field."""
    data = EVENT_TYPES[kind]
    wrong: dict[str, Any] = {name: [] for name in fields_of(kind)}

    assert list(field_faults(data, EVENTS[kind]["data"])) == []
    assert len(list(field_faults(data, wrong))) == len(wrong)


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_required_fields(kind: str) -> None:
    """The fields that are missing from empty data are those that the contract requires."""
    required = {name for name, (is_required, _) in fields_of(kind).items() if is_required}

    assert set(missing_fields(EVENT_TYPES[kind], {})) == required


def test_kinds() -> None:
    """JSON's types are named as JSON names them."""
    values: list[Any] = [None, True, 1, 1.5, "x", [], {}]

    assert [kind_of(value) for value in values] == [
        "null", "a boolean", "a number", "a number", "a string", "an array", "an object",
    ]  # fmt: skip


def test_quotes() -> None:
    """Quotes are short, and what a terminal could take for a command is masked."""
    assert quote("a\x1b[31m") == '"a?[31m"'
    assert quote("x" * 40) == '"' + "x" * 40 + '"'
    assert quote("x" * 41) == '"' + "x" * 39 + '…"'
