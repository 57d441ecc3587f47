"""The port of delivery: one way of getting a message to people. Implementations are in `streams/notify/senders/`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from schemas.message import Message


class Fate(StrEnum):
    """What became of an attempt; the same word in log and metric."""

    DELIVERED = "delivered"
    PARTLY = "partly"
    """Some of the receiver's people have it; those who were put off may take it when tried again."""
    LATER = "later"
    """It may work when tried again: a timeout, 429, 5xx, no connection."""
    REFUSED = "refused"
    """It will never work: a wrong token, an unknown channel, an address that is not allowed."""


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt, and why."""

    fate: Fate
    why: str = ""
    """A sentence without secrets and without the message's text; empty when delivered to all."""
    after_s: float | None = None
    """Of LATER: the receiver asked not to be tried before (`Retry-After`)."""
    thread: str | None = None
    """Of DELIVERED and PARTLY: the receiver's name of what began, to be handed in with the group's next message."""


class Sender(Protocol):
    """Delivers messages to one receiver."""

    async def send(self, message: Message, thread: str | None) -> Outcome:
        """Try once. Raises nothing that a receiver can cause; `thread` is what an earlier outcome of the group said."""

    async def close(self) -> None:
        """Give up connections."""
