"""Why a record can't be used: the careful reading, for what the fast one refused.

The checks come in a fixed order, and the first that fails gives the reason: too_large, bad_json,
bad_envelope, unknown_type, bad_time, missing_field, bad_field. Of the last two, all fields at fault are
named, up to a few.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, cast

import msgspec

from processors.reading.event_time import decode_time
from processors.reading.field_faults import field_faults, kind_of, missing_fields, quote, value_faults
from processors.reading.json_text import check_json, parse_json
from schemas.dead_letter import Reason, Unusable
from schemas.event import EVENT_TYPES, AnyData, Event
from schemas.events.customer import CostRecorded
from schemas.events.directory import PERIODS, TargetSet, is_period
from schemas.events.fields import EventData, Name
from schemas.events.lead import read_filled

FAULTS_NAMED_MAX = 5
_NAME = msgspec.inspect.type_info(Name)
_ATTRIBUTES = ("specversion", "source", "id", "type", "time")


def diagnose(value: bytes | None, attributes: Mapping[str, bytes] | None) -> Event:
    """Raise Unusable with what is wrong with a record; `attributes` are a binary CloudEvent's headers.

    Returns the event when nothing is wrong: of duplicate keys the last counts, but a bad first one stops
    the fast reading.
    """
    envelope = _structured(value) if attributes is None else _binary(value, attributes)
    _check_envelope(envelope)
    kind, values = envelope["type"], envelope["data"]
    data = EVENT_TYPES.get(kind)
    if data is None:
        raise Unusable(Reason.UNKNOWN_TYPE, f"the type {quote(kind)} is none that is read")
    t_us = _time(envelope["time"])
    missing = [f"data.{name}" for name in _missing(data, values)]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise Unusable(Reason.MISSING_FIELD, f"{kind}: {', '.join(missing)} {verb} missing")
    faults = list(islice(_faults(data, values), FAULTS_NAMED_MAX))
    if faults:
        raise Unusable(Reason.BAD_FIELD, f"{kind}: {'; '.join(faults)}")
    return Event(kind, envelope["source"], envelope["id"], t_us, _convert(data, values))


def _structured(value: bytes | None) -> dict[str, Any]:
    if value is None:
        raise Unusable(Reason.BAD_ENVELOPE, "the record has no value")
    check_json(value)
    envelope = parse_json(value)
    if not isinstance(envelope, dict):
        raise Unusable(
            Reason.BAD_ENVELOPE, f"the value is {kind_of(envelope)}, must be an object: a CloudEvent"
        )
    return envelope


def _binary(value: bytes | None, attributes: Mapping[str, bytes]) -> dict[str, Any]:
    envelope: dict[str, Any] = {}
    if value:
        check_json(value)
        envelope["data"] = parse_json(value)
    for name in _ATTRIBUTES:
        text = attributes.get(name)
        if text is not None:
            envelope[name] = _header_text(name, text)
    return envelope


def _header_text(name: str, text: bytes) -> str:
    decoded = text.decode(errors="replace")
    if decoded.encode() != text:
        raise Unusable(Reason.BAD_ENVELOPE, f"the header ce_{name} is not UTF-8")
    return decoded


def _check_envelope(envelope: dict[str, Any]) -> None:
    for name in (*_ATTRIBUTES, "data"):
        if envelope.get(name) is None:
            raise Unusable(Reason.BAD_ENVELOPE, f"{name} is missing")
    version = envelope["specversion"]
    if version != "1.0":
        said = quote(version) if isinstance(version, str) else kind_of(version)
        raise Unusable(Reason.BAD_ENVELOPE, f'specversion is {said}, must be "1.0"')
    for name in ("source", "id"):
        for fault in value_faults(_NAME, envelope[name], name):
            raise Unusable(Reason.BAD_ENVELOPE, fault)
    for name, kind in (("type", str), ("data", dict)):
        if not isinstance(envelope[name], kind):
            expected = "a string" if kind is str else "an object"
            raise Unusable(Reason.BAD_ENVELOPE, f"{name} is {kind_of(envelope[name])}, must be {expected}")
    if not envelope["type"]:
        raise Unusable(Reason.BAD_ENVELOPE, "type is empty")


def _time(time: Any) -> int:
    if not isinstance(time, str):
        raise Unusable(Reason.BAD_TIME, f"time is {kind_of(time)}, must be a string")
    try:
        return decode_time(time)
    except ValueError as error:
        fault = str(error)
    raise Unusable(Reason.BAD_TIME, f"time {quote(time)} {fault}")


def _missing(data: type[EventData], values: Mapping[str, Any]) -> Iterator[str]:
    yield from missing_fields(data, values)
    if data is CostRecorded and values.get("account") is None and values.get("campaign") is None:
        yield "account (or data.campaign)"


def _faults(data: type[EventData], values: Mapping[str, Any]) -> Iterator[str]:
    yield from field_faults(data, values)
    if data is TargetSet:
        window, period = values["window"], values["period"]
        known = isinstance(window, str) and window in PERIODS and isinstance(period, str)
        if known and not is_period(window, period):
            example = PERIODS[window][1]
            yield f"data.period is {quote(period)}, must be a {window} such as {example}"


def _convert(data: type[EventData], values: dict[str, Any]) -> AnyData:
    try:
        return cast(AnyData, msgspec.convert(values, data, dec_hook=read_filled))
    except msgspec.ValidationError:
        pass
    # Would be a fault of ours, the two readings disagreeing. A dead letter is better than a stage that stops.
    raise Unusable(Reason.BAD_FIELD, f"{data.TYPE}: data can't be read")
