"""The records of silences and acknowledgements: made, said again, and ended early."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import msgspec

from processors.publishing.records import rfc3339
from processors.reading.event_time import decode_time
from schemas.alert import Alert, AlertState
from schemas.duration import DAY_US
from schemas.silence import Silence

KEPT_US: Final = 35 * DAY_US
"""So long after its end a record is still there: as long as the alerts' history (30 days), which tells of it."""
LONGEST_US: Final = 90 * DAY_US
"""Nobody should find out after a year that an alert was off."""
TEXT_MAX: Final = 1_000
"""Characters of an author, a comment or a matcher."""
MATCHERS_MAX: Final = 20


class Episode(msgspec.Struct, frozen=True):
    """An alert as far as it is needed to say of it that somebody takes care, whatever version wrote its record."""

    id: str
    state: str
    severity: str
    starts_at: str
    ends_at: str | None = None


def silence(
    id: str, matchers: Mapping[str, str], from_us: int, until_us: int, author: str, comment: str, now_us: int
) -> Silence:
    """Return a new silence. Raises ValueError with a sentence about what is wrong with it."""
    if not matchers:
        raise ValueError("a silence needs at least one matcher, such as rule=slow-response or team=north")
    if len(matchers) > MATCHERS_MAX:
        raise ValueError(f"a silence may have {MATCHERS_MAX} matchers at most, found {len(matchers)}")
    if all(set(pattern) <= {"*"} for pattern in matchers.values()):
        raise ValueError("one of the matchers must name something: those given match every value")
    for name, pattern in matchers.items():
        _check_text("name of a matcher", name)
        _check_text(f"matcher {name}", pattern)
    _check(from_us, until_us, now_us, author, comment)
    return Silence(
        id=id,
        kind="silence",
        matchers=dict(matchers),
        starts_at=rfc3339(from_us),
        ends_at=rfc3339(until_us),
        author=author,
        comment=comment,
        created_at=rfc3339(now_us),
        revision=now_us // 1000,
    )


def acknowledgement(
    alert: Alert | Episode,
    until_us: int,
    author: str,
    comment: str,
    now_us: int,
    before: Silence | None = None,
) -> Silence:
    """Return an acknowledgement of an alert's episode; said again, it is the same with another end.

    `before` is what `crm.silences` has under `acknowledgement_id`. Raises ValueError with a sentence.
    """
    if alert.state == AlertState.RESOLVED:
        raise ValueError(f"alert {alert.id} is over since {alert.ends_at}")
    _check(now_us, until_us, now_us, author, comment)
    return Silence(
        id=acknowledgement_id(alert),
        kind="acknowledgement",
        alert=alert.id,
        episode=alert.starts_at,
        severity=alert.severity,
        starts_at=rfc3339(now_us),
        ends_at=rfc3339(until_us),
        author=author,
        comment=comment,
        # When somebody first took care is what the time to acknowledge is measured by.
        created_at=rfc3339(now_us) if before is None else before.created_at,
        revision=_next_revision(before, now_us),
    )


def acknowledgement_id(alert: Alert | Episode) -> str:
    """Return the id of the acknowledgement of an alert's episode: 16 hexadecimal digits."""
    return sha256(f"acknowledgement|{alert.id}|{alert.starts_at}".encode()).hexdigest()[:16]


def ended(said: Silence, now_us: int) -> Silence:
    """Return it as it is when somebody ends it now. Raises ValueError when it is over already."""
    if decode_time(said.ends_at) <= now_us:
        raise ValueError(f"{said.kind} {said.id} is over since {said.ends_at}")
    # One that has not begun ends where it would have begun, or it would end before it begins.
    ends_us = max(now_us, decode_time(said.starts_at))
    return msgspec.structs.replace(said, ends_at=rfc3339(ends_us), revision=_next_revision(said, now_us))


def _next_revision(before: Silence | None, now_us: int) -> int:
    # Another machine's clock may be ahead of this one.
    return max(now_us // 1000, 0 if before is None else before.revision + 1)


def _check(from_us: int, until_us: int, now_us: int, author: str, comment: str) -> None:
    if until_us <= max(from_us, now_us):
        raise ValueError(f"the end ({rfc3339(until_us)}) must lie after the beginning, and after now")
    if until_us - max(from_us, now_us) > LONGEST_US:
        raise ValueError(f"may last {LONGEST_US // DAY_US} days at most")
    if not author.strip():
        raise ValueError("an author is needed: who is to be asked about it?")
    _check_text("author", author)
    _check_text("comment", comment)


def _check_text(name: str, text: str) -> None:
    if len(text) > TEXT_MAX:
        raise ValueError(f"the {name} may have {TEXT_MAX} characters at most, found {len(text)}")
    # JSON can write one and a shell hand one on, but no topic can keep it.
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError(f"the {name} holds half of a surrogate pair")
