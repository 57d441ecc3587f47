"""A record's value and headers to an event, or the reason why not. The engine's front door, and its hot path.

What is right is read in one go, in C, into the typed vocabulary of `schemas.event`. Only when that fails
does `processors.reading.diagnose` read the record again, field by field, to say what is wrong. The two agree on
what is right; a property test holds them to it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union, cast

import msgspec
from msgspec import Struct
from msgspec.json import Decoder

from processors.reading.content_mode import binary_attributes
from processors.reading.diagnose import diagnose
from processors.reading.event_time import decode_time
from processors.reading.json_text import SHALLOW_LENGTH_MAX, check_json
from schemas.event import EVENT_TYPES, AnyData, Event
from schemas.events.fields import NAME_LENGTH_MAX, EventData, Name
from schemas.events.lead import read_filled


class _Envelope(Struct, gc=False):
    """A structured CloudEvent; one subclass for each type narrows `data`, chosen by the attribute `type`."""

    specversion: Literal["1.0"]
    source: Name
    id: Name
    time: str
    data: Any


def _envelope(data: type[EventData]) -> type[_Envelope]:
    return cast(
        type[_Envelope],
        msgspec.defstruct(
            f"{data.__name__}Envelope",
            [("data", data)],
            bases=(_Envelope,),
            tag_field="type",
            tag=data.TYPE,
            gc=False,
        ),
    )


_read_structured = cast(
    "Decoder[_Envelope]",
    Decoder(Union[tuple(map(_envelope, EVENT_TYPES.values()))], dec_hook=read_filled),  # noqa: UP007
).decode
_read_data = {
    name: cast("Decoder[AnyData]", Decoder(data, dec_hook=read_filled)).decode
    for name, data in EVENT_TYPES.items()
}

_NOT_READ = (msgspec.DecodeError, ValueError, RecursionError)
_NOT_READ_BINARY = (*_NOT_READ, KeyError, AttributeError)  # an attribute missing, or a header without a value


def decode(value: bytes | None, headers: Sequence[tuple[str, bytes]] = ()) -> Event:
    """Return the event that a record holds, structured or binary.

    Raises Unusable with the reason and a sentence that names the field. Personal data are in neither.
    """
    if headers:
        attributes = binary_attributes(headers)
        if attributes is not None:
            return _decode_binary(value, attributes)
    if value is None:
        return diagnose(None, None)
    try:
        if len(value) > SHALLOW_LENGTH_MAX or not value.isascii():
            check_json(value)  # what the decoder skips, it doesn't check
        envelope = _read_structured(value)
        data = envelope.data
        return Event(data.TYPE, envelope.source, envelope.id, decode_time(envelope.time), data)
    except _NOT_READ:
        pass  # outside this block, so that what is raised has no context that could quote the record
    return diagnose(value, None)


def _decode_binary(value: bytes | None, attributes: Mapping[str, bytes]) -> Event:
    if value is None:
        return diagnose(None, attributes)
    try:
        kind = attributes["type"].decode()
        source = attributes["source"].decode()
        id_ = attributes["id"].decode()
        named = 0 < len(source) <= NAME_LENGTH_MAX and 0 < len(id_) <= NAME_LENGTH_MAX
        if named and attributes["specversion"] == b"1.0":
            check_json(value)
            data = _read_data[kind](value)
            return Event(kind, source, id_, decode_time(attributes["time"].decode()), data)
    except _NOT_READ_BINARY:
        pass
    return diagnose(value, attributes)
