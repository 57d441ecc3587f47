"""Dead letters: records that can't be used, with the reason.

A dead letter on `crm.dead-letters` has the record's own value, key and headers, and beside them `HEADERS`. Of a record
over 7 MiB it has the first MiB of its value and key, and none of its headers.

A dead letter that was put back on its topic is an ordinary record: the headers above say nothing there.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Self

from schemas.catalogs.retention import DAYS_D

Headers = tuple[tuple[str, bytes], ...]


class Reason(StrEnum):
    """Why a record can't be used. Of several, the first in this order is given."""

    meaning: str
    """What it says, in the docs' words."""

    def __new__(cls, word: str, meaning: str) -> Self:
        """Make a word that knows what it means."""
        reason = str.__new__(cls, word)
        reason._value_, reason.meaning = word, meaning
        return reason

    TOO_LARGE = (
        "too_large",
        "The record's value is over 1 MiB, or the headers of one that is to be sent on are.",
    )
    BAD_JSON = "bad_json", "The value is no JSON, is not UTF-8, or is nested deeper than 256 levels."
    BAD_ENVELOPE = (
        "bad_envelope",
        (
            "No JSON object (a record without a value included), or a CloudEvents attribute is missing or "
            'malformed: `specversion` other than `"1.0"`, `source` or `id` not strings of 1–200 characters, '
            "no `type`, no `time`, no `data`, or `data` no object."
        ),
    )
    UNKNOWN_TYPE = "unknown_type", "The `type` is none of those below."
    BAD_TIME = (
        "bad_time",
        ("The `time` is no RFC 3339 date and time with an offset, or there is no such date, time or offset."),
    )
    MISSING_FIELD = "missing_field", "A field that the type requires is absent or `null`."
    BAD_FIELD = (
        "bad_field",
        (
            "A field of `data` has the wrong type, is negative or too large, no word of its list, a score over "
            "10, an id or name that is empty or over 200 characters, no period of its window, or a currency of "
            "which the catalog has no rate."
        ),
    )
    FROM_FUTURE = "from_future", "The `time` is more than 5 minutes ahead of the record's arrival."
    TOO_LATE = (
        "too_late",
        (f"The `time` is older than what the engine retains ({DAYS_D} days behind the newest event)."),
    )


CUT = "crm_cut"
HEADERS: dict[str, str] = {
    "crm_reason": "Why the record can't be used.",
    "crm_sentence": "What was wrong with it, naming the field, for a person to read.",
    "crm_topic": "The topic on which it stands…",
    "crm_partition": "…its partition there…",
    "crm_offset": "…and its offset.",
    CUT: "Only of a record over 7 MiB, as a compressed batch can bring it: how many bytes it has.",
}
"""The headers of a dead letter, and what they say."""
"""Of a record too large for a dead letter: how many bytes it has. The letter has how its value and key begin."""

_NAMES = tuple(name for name in HEADERS if name != CUT)


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
