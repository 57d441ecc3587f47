"""Pages of long lists: a cursor says after which item to go on, and of which question it is.

Items are in the order of their names, and the cursor holds the last name that was given. So an item that is there all
the time is given exactly once, whatever comes and goes between two pages.
"""

import base64
import binascii
from collections.abc import Sequence
from zlib import crc32

import orjson


class CursorError(ValueError):
    """A text is no cursor, or one of another question."""


def fingerprint(question: object) -> int:
    """Return what tells questions apart."""
    return crc32(orjson.dumps(question, option=orjson.OPT_SORT_KEYS))


def encode(question: int, last: Sequence[str]) -> str:
    """Return the cursor after the item with that name, which may have several parts."""
    return base64.urlsafe_b64encode(orjson.dumps([question, *last])).decode().rstrip("=")


def decode(cursor: str, question: int, parts: int) -> tuple[str, ...]:
    """Return the name of the last item that was given. Raises CursorError."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, orjson.JSONDecodeError, ValueError):
        raise CursorError("this is no cursor; pass on `next` of the page before as it is") from None
    if (
        not isinstance(found, list)
        or len(found) != parts + 1
        or not all(isinstance(part, str) for part in found[1:])
    ):
        raise CursorError("this is no cursor; pass on `next` of the page before as it is")
    if found[0] != question:
        raise CursorError("this cursor is of another question; only `limit` may change between pages")
    return tuple(found[1:])
