"""The JSON Schemas: valid, true to the examples, and never stricter than what is read."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from processors.decode import decode
from schemas.dead_letter import Unusable
from schemas.event import EVENT_TYPES
from schemas.generators.json_schema import event_schemas
from tests.examples import EVENTS
from tests.processors.event_strategies import changed_events

SCHEMAS = event_schemas()
VALIDATORS = {name: Draft202012Validator(schema) for name, schema in SCHEMAS.items()}


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_schemas_are_schemas(kind: str) -> None:
    """Each is a valid draft 2020-12 schema with a title and descriptions throughout."""
    schema = SCHEMAS[kind]
    Draft202012Validator.check_schema(schema)

    assert schema["title"] == kind
    assert schema["description"]
    for properties in (schema["properties"], schema["properties"]["data"]["properties"]):
        for name, field in properties.items():
            assert name == "data" or field["description"], name


@pytest.mark.parametrize("kind", EVENTS)
def test_examples_are_valid(kind: str) -> None:
    """Each type's example obeys its schema, and no other type's."""
    valid = [name for name, validator in VALIDATORS.items() if validator.is_valid(EVENTS[kind])]

    assert valid == [kind]


@settings(max_examples=400, deadline=None)
@given(changed_events())
def test_agrees_with_decoding(event: dict[str, Any]) -> None:
    """What is read is valid; what isn't read is invalid, but for dates and periods that don't exist."""
    validator = VALIDATORS.get(event["type"]) if isinstance(event.get("type"), str) else None
    valid = validator is not None and validator.is_valid(event)
    try:
        decode(json.dumps(event).encode())
    except Unusable as error:
        beyond_schemas = error.reason == "bad_time" or "data.period is" in error.sentence
        assert not valid or beyond_schemas
    else:
        assert valid


def test_what_generators_call_the_classes() -> None:
    """An event and its data have names, each its own: else a generator makes one up from a number that moves."""
    schemas = event_schemas()
    titles = [
        title for one in schemas.values() for title in (one["title"], one["properties"]["data"]["title"])
    ]

    assert ("crm.call.logged", "CallLogged") == (titles[0], titles[1])
    assert 2 * len(schemas) == len(set(titles))
