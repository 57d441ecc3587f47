"""The AsyncAPI 3.0 document of the topics that other services read and write, made from the vocabulary.

One file with everything in it, `schemas/asyncapi.yaml`: it can be handed to a viewer or a code generator as it is.
Its schemas are those of `schemas/json/`, written so that they are also draft 07, which AsyncAPI builds on; what many
event types share stands once.
"""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from schemas.events.fields import AccountData
from schemas.generators.asyncapi_channels import CHANNELS, Channel
from schemas.generators.asyncapi_messages import BINDING, Examples, messages
from schemas.generators.json_schema import ENVELOPE, Schema, data_schema, event_schemas
from schemas.generators.record_schema import record_schemas

PATH = "schemas/asyncapi.yaml"
VERSION = "1.0.0"
"""The contract's: additive changes raise the second number, anything else the first."""

DESCRIPTION = """\
CRM Pulse reads what happens in a CRM from Kafka and keeps the KPIs of a sales organisation up to date.

**Actions are said of CRM Pulse**: it receives `crm.activity`, so your service sends there; it sends `crm.kpis`, so
your service receives.

- **Delivery is at least once.** Upsert by key; a record whose revision is lower than the one you have is out of date.
- **Compacted topics are read whole**: without a consumer group, from the start of every partition, and then on.
- **A record without a value (tombstone)** says that its key is no more.
- **Fields that you don't know are ignored**, so that new ones hurt nobody.

Events may also be in CloudEvents' binary mode: the attributes in headers `ce_…`, `data` as the value.
"""

_PREFIX = {
    "default": "crm.",
    "description": "What the installation's topics begin with: `CRM_PULSE_TOPIC_PREFIX`. May be empty.",
}


def document(examples: Examples) -> dict[str, Any]:
    """Return the document as plain data. `examples` has payloads by event type and kind of record."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "CRM Pulse",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {channel.id: _channel(channel) for channel in CHANNELS},
        "operations": {
            f"{action}{channel.id[0].upper()}{channel.id[1:]}": _operation(action, channel)
            for channel in CHANNELS
            for action in channel.actions
        },
        "components": {
            "parameters": {"topic_prefix": _PREFIX},
            "messages": messages(examples),
            "schemas": _schemas(),
            "securitySchemes": {
                "plain": {"type": "plain", "description": "SASL PLAIN, over TLS."},
                "scramSha256": {"type": "scramSha256", "description": "SASL SCRAM-SHA-256."},
                "scramSha512": {"type": "scramSha512", "description": "SASL SCRAM-SHA-512."},
                "certificate": {"type": "X509", "description": "A client certificate."},
            },
        },
    }


def text(examples: Examples) -> str:
    """Return the document as YAML."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    yaml.allow_unicode = True
    out = StringIO()
    yaml.dump(_literal(document(examples)), out)
    return "# Generated: `make docs`.\n" + out.getvalue()


def _servers() -> dict[str, Any]:
    bootstrap = {
        "bootstrap": {
            "default": "localhost:9092",
            "description": "`host:port` of a broker; further ones are found through it.",
        }
    }
    return {
        "plain": {
            "host": "{bootstrap}",
            "protocol": "kafka",
            "description": "A cluster without encryption and log-in.",
            "variables": bootstrap,
        },
        "secure": {
            "host": "{bootstrap}",
            "protocol": "kafka-secure",
            "description": "A cluster with TLS, and SASL or client certificates.",
            "variables": bootstrap,
            "security": [
                {"$ref": f"#/components/securitySchemes/{name}"}
                for name in ("plain", "scramSha256", "scramSha512", "certificate")
            ],
        },
    }


def _channel(channel: Channel) -> dict[str, Any]:
    many = channel.partitions > 1
    return {
        "address": f"{{topic_prefix}}{channel.name}",
        "title": channel.title,
        "description": channel.description,
        "parameters": {"topic_prefix": {"$ref": "#/components/parameters/topic_prefix"}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in channel.messages},
        "bindings": {
            "kafka": {
                "partitions": channel.partitions,
                "topicConfiguration": channel.config,
                "bindingVersion": BINDING,
                "x-key": channel.keyed_by,
                "x-partitioner": channel.partitioner,
                **({"x-partitions-setting": "CRM_PULSE_PARTITIONS"} if many else {}),
            }
        },
    }


def _operation(action: str, channel: Channel) -> dict[str, Any]:
    verb = "reads" if action == "receive" else "writes"
    return {
        "action": action,
        "summary": f"CRM Pulse {verb} `crm.{channel.name}`.",
        "channel": {"$ref": f"#/channels/{channel.id}"},
        "messages": [{"$ref": f"#/channels/{channel.id}/messages/{name}"} for name in channel.messages],
    }


def _schemas() -> dict[str, Schema]:
    """Return all schemas; fields that event types share stand once, as `event.source` or `event.data.rep`."""
    common = data_schema(AccountData)[0]["properties"]
    shared = {f"event.{name}": said for name, said in ENVELOPE.items() if name not in ("type", "data")}
    shared |= {f"event.data.{name}": said for name, said in common.items()}
    made: dict[str, Schema] = dict(shared)
    for name, schema in event_schemas().items():
        definitions = schema.pop("$defs", {})
        fields = schema["properties"]
        data = {**fields["data"], "properties": _shared(fields["data"]["properties"], "event.data.", shared)}
        whole = {**schema, "properties": {**_shared(fields, "event.", shared), "data": data}}
        made[name] = _placed(whole)
        made |= {f"event.data.{part}": _placed(said) for part, said in definitions.items()}
    return made | {name: _placed(schema) for name, schema in record_schemas().items()}


def _shared(fields: Mapping[str, Schema], place: str, shared: Mapping[str, Schema]) -> Schema:
    return {
        name: {"$ref": f"#/components/schemas/{place}{name}"} if shared.get(place + name) == said else said
        for name, said in fields.items()
    }


def _placed(schema: Any) -> Any:
    """Write a schema as a part of this document: no name of its own, references to where things are here."""
    if isinstance(schema, dict):
        placed = {name: _placed(said) for name, said in schema.items() if name not in ("$schema", "$id")}
        if isinstance(placed.get("$ref"), str):
            placed["$ref"] = placed["$ref"].replace("#/$defs/", "#/components/schemas/event.data.")
        return placed
    return [_placed(one) for one in schema] if isinstance(schema, list) else schema


def _literal(value: Any) -> Any:
    """Copy a value so that YAML needs no anchors, texts of several lines as such."""
    if isinstance(value, dict):
        return {name: _literal(said) for name, said in value.items()}
    if isinstance(value, list | tuple):
        return [_literal(one) for one in value]
    return LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value
