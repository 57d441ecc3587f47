"""`Retry-After`: seconds, or a date."""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

AFTER_S_MAX = 86_400.0
"""A message is given up after a day; to be asked for more is to be asked for that."""
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


def retry_after_s(header: str | None, now_us: int) -> float | None:
    """Return how many seconds from now the receiver wants to be left alone; None where it says nothing."""
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), AFTER_S_MAX)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    when = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return min(max(when.timestamp() - now_us / 1_000_000, 0.0), AFTER_S_MAX)
