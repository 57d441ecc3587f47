"""What the events of a conversation mean: inquiries open, are answered or resolved."""

from processors.entities.timeline import Fact, TeamOf
from schemas.fact import PANE_US

RECEIVED, ANSWERED, RESOLVED, REOPENED = range(4)

Event = tuple[int, str, str, int, str | None, str, str | None]
"""time (microseconds), source, id, what happened, rep, team, channel."""


class Conversation:
    """The state of a conversation after some of its events, taken in order."""

    __slots__ = ("channel", "open")

    def __init__(self) -> None:
        self.open: list[Event] = []
        self.channel: str | None = None

    def step(self, event: Event, facts: list[Fact], _team_of: TeamOf) -> None:
        """Take the next event and append the facts that it gives or takes back.

        An answer's channel is its own, else that of the earliest open inquiry, which is the one it is
        measured against, else the last one heard of.
        """
        t_us, _, _, code, rep, team, channel = event
        if code == RECEIVED:
            heard = channel or self.channel
            opened = (*event[:6], heard)
            self.open.append(opened)
            facts.append(_open_fact(opened, 1))
        elif code in (ANSWERED, RESOLVED):
            if code == ANSWERED and self.open:
                first = self.open[0]
                heard = channel or first[6] or self.channel
                facts.append(("response", 1, t_us // PANE_US, t_us - first[0], rep, team, heard))
            for opened in self.open:
                facts.append(_open_fact(opened, -1))
            self.open = []
        if channel is not None:
            self.channel = channel


def _open_fact(inquiry: Event, sign: int) -> Fact:
    return ("inquiry_open", sign, inquiry[0] // PANE_US, None, inquiry[4], inquiry[5], inquiry[6])
