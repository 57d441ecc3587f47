"""What waits: inquiries, quotes, leads and deals that nobody has taken care of yet, as tracking tells of them.

On `crm.waiting` one message holds what a run of events changed. Its rows don't add up: each says all that is
known of one entity, as of a source offset on the partition of `crm.activity` with the same number.
"""

from typing import Literal, get_args

import msgspec

Kind = Literal["inquiry", "quote", "lead", "deal"]
KINDS: tuple[Kind, ...] = get_args(Kind)

FILTERS: dict[Kind, tuple[str, ...]] = {
    "inquiry": ("team", "rep", "channel"),
    "quote": ("team", "rep", "product"),
    "lead": ("team", "rep", "campaign", "channel"),
    "deal": ("team", "rep", "stage", "product", "segment", "region"),
}
"""By what a rule may choose entities of a kind."""

SPANS_MAX = 8
"""So many of an entity's waits are told, the latest ones."""

BEHIND_US = 60_000_000
"""When the last record that tracking read is older than this, newer ones are waiting to be read."""

Span = tuple[int, int | None]
"""One wait: since when, and until when if it is over; microseconds."""
Version = tuple[int, int]
"""Generation of tracking's state, and source offset: what has a higher one is told later and true longer."""


class Waiting(msgspec.Struct, frozen=True, array_like=True):
    """A row: one entity, and its waits."""

    kind: Kind
    account: str
    id: str
    spans: tuple[Span, ...]
    """Oldest first; the entity waits now if the last one has no end."""
    rep: str | None
    """Who has it…"""
    team: str
    """…and in which team."""
    dims: dict[str, str]
    """What else is known of it: channel, product, stage and the like."""

    @property
    def since_us(self) -> int | None:
        """Since when it waits; None when it doesn't."""
        if not self.spans or self.spans[-1][1] is not None:
            return None
        return self.spans[-1][0]


class WaitingMessage(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a record on `crm.waiting`."""

    generation: int
    offset: int
    """The source offset as of which the rows are true."""
    appended_ms: int
    """When the source's last record that was read was appended: how far behind tracking is."""
    rows: list[Waiting] = []
    anew: bool = False
    """Part of telling all that waits, where it was not told before or by another generation."""
    complete: dict[Kind, int] = {}
    """Of these kinds all that waits has been told anew since that offset: what was not named waits no more."""

    @property
    def version(self) -> Version:
        """Of each of its rows."""
        return self.generation, self.offset


encode_waiting = msgspec.json.Encoder().encode
decode_waiting = msgspec.json.Decoder(WaitingMessage).decode
