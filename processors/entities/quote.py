"""What the events of a quote mean: it is asked for, and sent."""

from collections.abc import Collection

from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, TeamOf
from schemas.fact import FACTS

REQUESTED, SENT, DRAFT_SENT = range(3)

Event = tuple[int, str, str, int, str | None, str, str | None, str]
"""time (microseconds), source, id, what happened, rep, team, product, marks. A draft is sent that is not final."""


class Quote:
    """The state of a quote after some of its events, taken in order."""

    __slots__ = ("product", "requested_us", "sent", "used")

    def __init__(self, used: Collection[str] = FACTS) -> None:
        self.used = used
        self.requested_us: int | None = None
        self.sent = False
        self.product: str | None = None

    def step(self, event: Event, facts: list[Fact], _team_of: TeamOf) -> None:
        """Take the next event and append the facts that it gives: of several requests and sendings the first."""
        t_us, _, _, code, rep, team, product, marks = event
        if product is None:
            product = self.product
        else:
            self.product = product
        if code == REQUESTED:
            if self.requested_us is None:
                self.requested_us = t_us
                if "quote_requested" in self.used:
                    facts.append(("quote_requested", 1, t_us, None, rep, team, marks, product))
        elif code == SENT and self.requested_us is not None and not self.sent:
            self.sent = True
            if "quote_turnaround" in self.used:
                took_us = t_us - self.requested_us
                facts.append(("quote_turnaround", 1, t_us, took_us, rep, team, marks, product))


def is_over(events: list[Said]) -> bool:
    """Say whether the quote was sent after it was requested, or nobody asked for it.

    Who asks later than that waits for what is sent later still.
    """
    codes = [event[3] for event in events]
    return REQUESTED not in codes or SENT in codes[codes.index(REQUESTED) :]
