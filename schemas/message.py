"""Messages: what a notification says, before a channel (Slack, e-mail, a webhook …) gives it its form."""

from enum import StrEnum

import msgspec

from schemas.alert import Alert


class Occasion(StrEnum):
    """Why a message is sent; the same word in log and metric."""

    FIRING = "firing"
    """Something began that nobody was told of."""
    WORSE = "worse"
    """What was told of became more severe."""
    CHANGED = "changed"
    """A group that was told of has other alerts now."""
    REMINDER = "reminder"
    """It goes on, and it is time to say so again."""
    RESOLVED = "resolved"
    """All of what was told of is over."""
    DIGEST = "digest"
    """What was so since the last digest."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one receiver of a route."""

    id: str
    """The same whenever the same thing is said: who gets it twice can tell. 16 hexadecimal digits."""
    route: str
    group: str
    """What it is about, for as long as that goes on: messages of one group belong in one thread."""
    revision: int
    """Rises with each message of a group."""
    occasion: Occasion
    severity: str
    """The worst among its alerts."""
    title: str
    """One line, without mark-up."""
    text: str
    """The body in plain text, a line for each alert; made by the route's template."""
    alerts: tuple[Alert, ...]
    """Those that it speaks of, the worst first; capped."""
    more: int = 0
    """How many more there are."""
    link: str | None = None
    """Where to look: the board of that team or rep."""
    history: tuple[int | float, ...] = ()
    """Of a single alert: the KPI's latest values, oldest first, for a sparkline."""
    timezone: str = "UTC"
    """That of the people who are told: times are written in it."""
    created_at: str
