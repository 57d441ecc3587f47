"""The messages of the AsyncAPI document: one for each event type, and the records that the engine publishes."""

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.alert import Reason
from schemas.event import EVENT_TYPES
from schemas.events.alert import AlertAcknowledged, AlertResolved
from schemas.events.customer import CostRecorded
from schemas.events.directory import RepUpdated, TargetSet
from schemas.events.fields import EventData
from schemas.events.market import PriceObserved
from schemas.generators.json_schema import Schema

BINDING = "0.5.0"
"""The version of AsyncAPI's Kafka bindings."""

KEY_PATTERN = "^[^|]+\\|[^|:]+(:[^|]+)?\\|([^|=,]+=[^|=,]*(,[^|=,]+=[^|=,]*)*)?$"
"""A KPI key: `kpi|window[:period]|dim=value,…`."""

Examples = Mapping[str, Sequence[Any]]

_KPI_KEY: Schema = {
    "type": "string",
    "pattern": KEY_PATTERN,
    "description": "`kpi|window[:period]|dim=value,…`: dims in alphabetical order, `%`, `|`, `,` and `=` in values "
    "percent-encoded, a stage of `null` empty.",
    "examples": ["won_revenue|month:2026-11|team=north", "nps|all_time|"],
}
_ALERT_KEY: Schema = {"type": "string", "description": "The alert's id."}
_SILENCE_KEY: Schema = {"type": "string", "description": "The silence's id."}


def messages(examples: Examples) -> dict[str, Any]:
    """Return every message by its name. `examples` has payloads (of dead letters: headers) by event type or kind.

    Raises KeyError where one has no example.
    """
    made = {name: _event(data, examples[name]) for name, data in EVENT_TYPES.items()}
    return {
        **made,
        "kpi": {
            "title": "KPI record",
            "summary": "The latest value of a KPI under its key. Upsert by key; a lower revision is out of date.",
            "contentType": "application/json",
            "payload": _schema("kpi"),
            "bindings": _key(_KPI_KEY),
            "examples": _payloads(examples["kpi"]),
        },
        "kpiTombstone": _tombstone("KPI", "The key no longer exists: remove what you have of it.", _KPI_KEY),
        "alert": {
            "title": "Alert",
            "summary": "A step of an alert. Upsert by id; a revision that isn't higher is out of date or a repetition.",
            "contentType": "application/json",
            "payload": _schema("alert"),
            "bindings": _key(_ALERT_KEY),
            "examples": _payloads(examples["alert"]),
        },
        "alertTombstone": {
            **_tombstone("Alert", "The alert is withdrawn: it came to nothing, or was over long ago.", _ALERT_KEY),
            "headers": {
                "type": "object",
                "properties": {
                    "reason": {
                        "type": "string",
                        "enum": [reason.value for reason in Reason if None in reason.states],
                        "description": "Why it is withdrawn.",
                    },
                    "revision": {
                        "type": "string",
                        "pattern": "^[0-9]+$",
                        "description": "The step's, as records have it.",
                    },
                },
            },
        },
        "silence": {
            "title": "Silence or acknowledgement",
            "summary": "Notifications are held back for a time, or somebody takes care of an alert.",
            "contentType": "application/json",
            "payload": _schema("silence"),
            "bindings": _key(_SILENCE_KEY),
            "examples": _payloads(examples["silence"]),
        },
        "silenceTombstone": _tombstone("Silence", "It was over long ago.", _SILENCE_KEY),
        "deadLetter": {
            "title": "Dead letter",
            "summary": "A record that can't be used: its own bytes, and headers that say why.",
            "contentType": "application/octet-stream",
            "headers": _schema("dead-letter"),
            "payload": {
                "description": "The record's own value: any bytes, or none. With `crm_cut`, how it begins.",
                "type": ["string", "null"],
            },
            "bindings": _key({"type": ["string", "null"], "description": "The record's own key."}),
            "examples": [
                {"name": f"example-{at}", "headers": headers, "payload": "{\"specversion\": …"}
                for at, headers in enumerate(examples["dead-letter"], 1)
            ],
        },
    }  # fmt: skip


def _event(data: type[EventData], examples: Sequence[Any]) -> dict[str, Any]:
    return {
        "title": data.TYPE,
        "summary": (data.__doc__ or "").partition(". ")[0].rstrip(".") + ".",
        "contentType": "application/cloudevents+json",
        "payload": _schema(data.TYPE),
        "bindings": _key({"type": "string", "description": key_words(data)}),
        "examples": _payloads(examples),
    }


def key_words(data: type[EventData]) -> str:
    """Say what the key of a type's records is; `schemas.event.record_key` computes it."""
    if data is PriceObserved:
        return "`data.product`"
    if data is RepUpdated:
        return "`data.rep`"
    if data is TargetSet:
        return "The target's KPI key, `won_revenue|month:2026-11|team=north`."
    if data is CostRecorded:
        return "`data.account`; without one `data.campaign`"
    if issubclass(data, AlertAcknowledged | AlertResolved):
        return "`data.alert`"
    return "`data.account`"


def _tombstone(title: str, summary: str, key: Schema) -> dict[str, Any]:
    return {
        "title": f"{title}: tombstone",
        "summary": summary,
        "payload": {"type": "null", "description": "A record without a value."},
        "bindings": _key(key),
    }


def _schema(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _key(schema: Schema) -> dict[str, Any]:
    return {"kafka": {"key": schema, "bindingVersion": BINDING}}


def _payloads(examples: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"name": f"example-{at}", "payload": one} for at, one in enumerate(examples, 1)]
