"""What `crm-pulse notify` remembers, on the compacted topic `crm.notified`: a record for each group of alerts.

A record says what people know (`told`) and which messages are not delivered yet (`queued`). Both change in one
record, so a message is never decided without being kept, nor forgotten without being delivered.
"""

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256

import msgspec

from schemas.message import Message


class Held(StrEnum):
    """Why something about an alert is not told now; the same word in log and metric."""

    SILENCED = "silenced"
    ACKNOWLEDGED = "acknowledged"
    INHIBITED = "inhibited"
    MUTED = "muted"
    COOLING_DOWN = "cooling_down"
    RATE_LIMITED = "rate_limited"
    DIGEST = "digest"
    NOT_ROUTED = "not_routed"


HELD: dict[Held, str] = {
    Held.SILENCED: "A silence matches it.",
    Held.ACKNOWLEDGED: "Somebody takes care of this episode, and it is no worse than it was then.",
    Held.INHIBITED: "Another alert is open that says it all.",
    Held.MUTED: "It is outside the hours that the route tells in.",
    Held.COOLING_DOWN: "It was told to be over a moment ago.",
    Held.RATE_LIMITED: "The route has sent as many messages as it may; what is worst goes first.",
    Held.DIGEST: "It waits for the route's time of day.",
    Held.NOT_ROUTED: "The route that takes it has no receivers.",
}


class Told(msgspec.Struct, frozen=True, array_like=True):
    """What a group's receivers know of one alert."""

    episode: str
    """Its `starts_at`."""
    told_us: int
    """When they first heard of this episode."""
    first: str
    """The severity that it had then…"""
    last: str
    """…and the worst that they heard of."""
    over_us: int = 0
    """When it was over for them; 0 while it goes on."""
    quiet_until_us: int = 0
    """Of what is over: no new episode is told before, and until then it is remembered."""


class Queued(msgspec.Struct, frozen=True):
    """A message that one receiver has not got yet."""

    receiver: str
    message: Message
    since_us: int
    """When it was decided: after a day it is given up."""


class Notified(msgspec.Struct, kw_only=True):
    """The value of a record on `crm.notified`."""

    route: str
    labels: dict[str, str]
    """What the group's alerts have in common."""
    began_us: int = 0
    """When the first message was made since all was well; with route and labels it names a thread."""
    revision: int = 0
    """Of the last message."""
    last_us: int = 0
    """When the last message was made."""
    escalated: bool = False
    """Whether those of `escalate_to` know of it, and so are told how it ends."""
    told: dict[str, Told] = {}
    """By the alert's id."""
    whom: list[str] = []
    """The receivers that are told how it goes on, whether they got a message or not."""
    heard: list[str] = []
    """The receivers that got a message since it began."""
    threads: dict[str, str] = {}
    """By receiver: its own name of what began, for updates."""
    arrived_us: dict[str, int] = {}
    """By receiver: when it was tried to give it the last message that arrived."""
    queued: list[Queued] = []


class Fault(StrEnum):
    """Why a message will not be delivered; the same word in record, log and metric."""

    REFUSED = "refused"
    """The receiver will never take it."""
    GIVEN_UP = "given_up"
    """It could not be delivered for a day."""
    NO_RECEIVER = "no_receiver"
    """Its receiver is no longer in the file."""


class Undelivered(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a record on `crm.notify.dead-letters`; its key is the message's id."""

    receiver: str
    reason: Fault
    why: str
    attempts: int
    """Since the last start."""
    since: str
    """When it was decided, RFC 3339."""
    message: Message


def group_key(route: str, labels: Mapping[str, str]) -> str:
    """Return the key of a group's record: 16 hexadecimal digits, the same for ever."""
    parts = [route, *(f"{name}={labels[name]}" for name in sorted(labels))]
    return _digest("\x1f".join(parts))


def thread_id(key: str, began_us: int) -> str:
    """Return what messages about a group have in common from its beginning until all is well."""
    return _digest(f"{key}|{began_us}")


def message_id(thread: str, revision: int) -> str:
    """Return a message's id: whatever crashed, the same message has the same."""
    return _digest(f"{thread}|{revision}")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
