"""The AsyncAPI document: valid, complete, and true to the topics that the engine makes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from ruamel.yaml import YAML

from schemas.generate import ROOT
from schemas.generators import asyncapi
from schemas.generators.json_schema import event_schemas
from schemas.generators.record_schema import record_schemas
from tests.examples import EVENTS

DOCUMENT: dict[str, Any] = YAML(typ="safe", pure=True).load((ROOT / asyncapi.PATH).read_text("utf-8"))
CHANNELS = DOCUMENT["channels"]
MESSAGES = DOCUMENT["components"]["messages"]
SCHEMAS = DOCUMENT["components"]["schemas"]


def found(reference: str) -> Any:
    """Return what a reference within the document leads to. Raises KeyError where that is nothing."""
    place: Any = DOCUMENT
    assert reference.startswith("#/")
    for step in reference[2:].split("/"):
        place = place[step.replace("~1", "/").replace("~0", "~")]
    return place


def references(value: Any) -> Iterator[str]:
    """Yield every reference within a value."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def in_full(schema: Any) -> Any:
    """Return a schema with what it refers to put in place."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return in_full(found(schema["$ref"]))
        return {name: in_full(part) for name, part in schema.items()}
    return [in_full(part) for part in schema] if isinstance(schema, list) else schema


def test_it_is_valid_by_asyncapis_own_schema(npm_packages: Path) -> None:
    """The JSON Schema that AsyncAPI publishes for 3.0 has nothing to say against it, Kafka's bindings included."""
    official = json.loads((npm_packages / "@asyncapi/specs/schemas/3.0.0.json").read_text("utf-8"))
    faults = [
        f"{error.json_path}: {error.message}" for error in Draft7Validator(official).iter_errors(DOCUMENT)
    ]

    assert [] == faults


def test_asyncapis_own_schema_finds_mistakes(npm_packages: Path) -> None:
    """It is the judge that we think it is: a policy that is none, and a channel without its message."""
    official = json.loads((npm_packages / "@asyncapi/specs/schemas/3.0.0.json").read_text("utf-8"))
    for path, wrong in (
        (("channels", "kpis", "bindings", "kafka", "topicConfiguration", "cleanup.policy"), ["compacted"]),
        (("operations", "sendKpis", "action"), "publish"),
    ):
        broken = json.loads(json.dumps(DOCUMENT))
        place = broken
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = wrong
        assert not Draft7Validator(official).is_valid(broken), path


def test_references_lead_somewhere() -> None:
    """Within the document, so that it can be handed on as one file; each message and schema is used."""
    used = set(references(DOCUMENT))
    for reference in used:
        found(reference)

    assert {f"#/components/messages/{name}" for name in MESSAGES} <= used
    assert {f"#/components/schemas/{name}" for name in SCHEMAS} <= used


@pytest.mark.parametrize("name", MESSAGES)
def test_examples_are_valid(name: str) -> None:
    """Payloads and headers of each message's examples obey its schemas, which are also draft 07."""
    message = MESSAGES[name]
    for part in ("payload", "headers"):
        if part not in message:
            continue
        schema = in_full(message[part])
        for dialect in (Draft202012Validator, Draft7Validator):
            dialect.check_schema(schema)
            for example in message.get("examples", ()):
                dialect(schema).validate(example[part])
    assert "examples" in message or message["payload"]["type"] == "null"


@pytest.mark.parametrize("name", EVENTS)
def test_events_are_as_their_own_schemas(name: str) -> None:
    """What event types share stands once, and put back in place it is what schemas/json has."""
    schema = event_schemas()[name]
    definitions = schema.pop("$defs", {})
    if definitions:
        (contact,) = definitions
        fields = schema["properties"]["data"]["properties"]
        (field,) = [field for field, said in fields.items() if said.get("$ref") == f"#/$defs/{contact}"]
        said = in_full(SCHEMAS[name])["properties"]["data"]["properties"].pop(field)
        assert said["properties"] == definitions[contact]["properties"]
        return
    del schema["$schema"], schema["$id"]
    assert schema == in_full(SCHEMAS[name])


@pytest.mark.parametrize("name", record_schemas())
def test_records_are_as_their_own_schemas(name: str) -> None:
    """The same of KPI records, alerts, silences and dead letters."""
    schema = record_schemas()[name]
    del schema["$schema"], schema["$id"]
    assert schema == in_full(SCHEMAS[name])


def test_topics_are_found_by_their_prefix() -> None:
    """Every address begins with the parameter that stands for it."""
    for channel in CHANNELS.values():
        assert channel["address"].startswith("{topic_prefix}")
        assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel["parameters"])


def test_operations_are_said_of_the_engine() -> None:
    """It receives what others publish, and sends what they read; silences may be said by anyone."""
    actions: dict[str, set[str]] = {}
    for operation in DOCUMENT["operations"].values():
        channel = operation["channel"]["$ref"].removeprefix("#/channels/")
        actions.setdefault(channel, set()).add(operation["action"])
        assert {one["$ref"] for one in operation["messages"]} == {
            f"#/channels/{channel}/messages/{name}" for name in CHANNELS[channel]["messages"]
        }

    received, sent, both = {"receive"}, {"send"}, {"receive", "send"}
    assert actions == {
        "activity": received, "directory": received, "targets": received, "deadLetters": sent, "kpis": sent,
        "kpisHistory": sent, "alerts": sent, "alertsHistory": sent, "silences": both,
    }  # fmt: skip
