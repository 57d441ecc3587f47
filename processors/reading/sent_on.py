"""Records that are sent on as they came: to the dead letters, under the right key, to each partition.

A compressed batch may bring more than a topic takes from us: then a dead letter has the beginning, and nothing else is
sent on.
"""

from collections.abc import Sequence
from typing import Final

from processors.partition import Record, Send
from schemas.dead_letter import DeadLetter, Reason, Unusable, cut_headers, dead_letter_headers

HEADERS_BYTES_MAX: Final = 1_048_576
"""Of a record that is sent on under another key or to another topic; as much as its value may have."""
LETTER_BYTES_MAX: Final = 7 * 1_048_576
"""What the topic of dead letters takes, however badly it compresses, with room for what is said in the headers."""
CUT_BYTES: Final = 1_048_576
"""What is kept of the value, and of the key, of a larger one."""

Headers = Sequence[tuple[str, bytes | None]]


def headers_bytes(headers: Headers) -> int:
    """Return how large headers are, names included; a character may have four bytes."""
    return sum(4 * len(name) + len(value or b"") for name, value in headers)


def check_headers(headers: Headers) -> None:
    """Raise Unusable where a record that is to be sent on has too many headers for that."""
    size = headers_bytes(headers)
    if size > HEADERS_BYTES_MAX:
        raise Unusable(Reason.TOO_LARGE, f"the headers have {size:,} bytes; {HEADERS_BYTES_MAX:,} at most")


def dead_letter(topic: str, record: Record, letter: DeadLetter) -> Send:
    """Return the dead letter of a record: all of it, or where that is too much, how it begins."""
    key, value = record.key, record.value
    size = len(key or b"") + len(value or b"") + headers_bytes(record.headers)
    if size <= LETTER_BYTES_MAX:
        return Send(topic, 0, key, value, dead_letter_headers(letter, record.headers))
    key = None if key is None else key[:CUT_BYTES]
    value = None if value is None else value[:CUT_BYTES]
    return Send(topic, 0, key, value, cut_headers(letter, size))
