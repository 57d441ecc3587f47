"""How a Kafka record holds its CloudEvent: structured or binary.

Structured: the record's value is the whole CloudEvent, as JSON. Binary: the attributes are in headers
named `ce_…`, and the value is the event's `data`. A content-type that begins with
`application/cloudevents` says structured, whatever other headers there are; without it, any `ce_…`
header says binary. Header names are compared without regard to case; of several with one name, the last
counts.
"""

from collections.abc import Mapping, Sequence

STRUCTURED_CONTENT_TYPE = b"application/cloudevents"
_ATTRIBUTE_PREFIX = "ce_"
_KNOWN = {
    f"{_ATTRIBUTE_PREFIX}{name}": name for name in ("specversion", "type", "source", "id", "time", "subject")
}
"""Headers as nearly all are written; others are looked at more closely."""


def binary_attributes(headers: Sequence[tuple[str, bytes]]) -> Mapping[str, bytes] | None:
    """Return the CloudEvents attributes found in the headers, by their plain names; None when structured."""
    attributes: dict[str, bytes] = {}
    structured = False
    for header, value in headers:
        known = _KNOWN.get(header)
        if known is not None:
            attributes[known] = value
            continue
        name = header.lower()
        if name.startswith(_ATTRIBUTE_PREFIX):
            attributes[name[len(_ATTRIBUTE_PREFIX) :]] = value
        elif name == "content-type" and value is not None:
            structured = value.lstrip().lower().startswith(STRUCTURED_CONTENT_TYPE)
    return None if structured or not attributes else attributes
