"""Dead letters: records that can't be used, with the reason.

A dead letter on `crm.dead-letters` has the record's own value, key and headers, and these headers:

- `crm_reason`: one of `Reason`;
- `crm_sentence`: what was wrong, naming the field, for a person to read;
- `crm_topic`, `crm_partition`, `crm_offset`: where the record stands;
- `crm_cut`: only of a record over 7 MiB, as a compressed batch can bring it: so many bytes it has. The letter has the
  first MiB of its value and key, and none of its headers.

A dead letter that was put back on its topic is an ordinary record: the headers above say nothing there.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from schemas.catalogs.retention import DAYS_D

Headers = tuple[tuple[str, bytes], ...]


class Reason(StrEnum):
    """Why a record can't be used. Of several, the first in this order is given."""

    TOO_LARGE = "too_large"
    BAD_JSON = "bad_json"
    BAD_ENVELOPE = "bad_envelope"
    UNKNOWN_TYPE = "unknown_type"
    BAD_TIME = "bad_time"
    MISSING_FIELD = "missing_field"
    BAD_FIELD = "bad_field"
    FROM_FUTURE = "from_future"
    TOO_LATE = "too_late"


REASONS: dict[Reason, str] = {
    Reason.TOO_LARGE: "The record's value is over 1 MiB, or the headers of one that is to be sent on are.",
    Reason.BAD_JSON: "The value is no JSON, is not UTF-8, or is nested deeper than 256 levels.",
    Reason.BAD_ENVELOPE: (
        "No JSON object (a record without a value included), or a CloudEvents attribute is missing or "
        'malformed: `specversion` other than `"1.0"`, `source` or `id` not strings of 1–200 characters, '
        "no `type`, no `time`, no `data`, or `data` no object."
    ),
    Reason.UNKNOWN_TYPE: "The `type` is none of those below.",
    Reason.BAD_TIME: (
        "The `time` is no RFC 3339 date and time with an offset, or there is no such date, time or offset."
    ),
    Reason.MISSING_FIELD: "A field that the type requires is absent or `null`.",
    Reason.BAD_FIELD: (
        "A field of `data` has the wrong type, is negative or too large, no word of its list, a score over "
        "10, an id or name that is empty or over 200 characters, no period of its window, or a currency of "
        "which the catalog has no rate."
    ),
    Reason.FROM_FUTURE: "The `time` is more than 5 minutes ahead of the record's arrival.",
    Reason.TOO_LATE: f"The `time` is older than what the engine retains ({DAYS_D} days behind the newest event).",
}
"""What each reason says, in the docs' words."""

CUT = "crm_cut"
"""Of a record too large for a dead letter: how many bytes it has. The letter has how its value and key begin."""

_NAMES = ("crm_reason", "crm_sentence", "crm_topic", "crm_partition", "crm_offset")


class Unusable(Exception):  # noqa: N818 - it is said of a record, it is no error of ours
    """A record can't be used. Carries what its dead letter says."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(reason, sentence)
        self.reason = reason
        self.sentence = sentence


class DeadLetter(NamedTuple):
    """What a dead letter's headers say."""

    reason: Reason
    sentence: str
    topic: str
    partition: int
    offset: int


def dead_letter_headers(letter: DeadLetter, original: Sequence[tuple[str, bytes]] = ()) -> Headers:
    """Return the headers of a dead letter: the record's own, then what went wrong.

    The record's own are kept because a binary CloudEvent has its attributes there. Those of an
    earlier dead letter are replaced.
    """
    said = (letter.reason.value, letter.sentence, letter.topic, str(letter.partition), str(letter.offset))
    kept = tuple((name, value) for name, value in original if name not in (*_NAMES, CUT))
    return kept + tuple((name, text.encode()) for name, text in zip(_NAMES, said, strict=True))


def cut_headers(letter: DeadLetter, size: int) -> Headers:
    """Return the headers of a dead letter that has the beginning of a record of so many bytes, without its headers."""
    return (*dead_letter_headers(letter), (CUT, b"%d" % size))


def read_dead_letter(headers: Sequence[tuple[str, bytes]]) -> DeadLetter:
    """Read a dead letter's headers. Raises ValueError when they are not all there or not well-formed."""
    found = dict(headers)
    missing = [name for name in _NAMES if name not in found]
    if missing:
        raise ValueError(f"no dead letter: the header {missing[0]} is missing")
    reason, sentence, topic, partition, offset = (found[name].decode() for name in _NAMES)
    return DeadLetter(Reason(reason), sentence, topic, int(partition), int(offset))
