"""What the events of a conversation mean: inquiries open, are answered or resolved."""

from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, TeamOf

RECEIVED, ANSWERED, RESOLVED, REOPENED = range(4)

Event = tuple[int, str, str, int, str | None, str, str | None, str]
"""time (microseconds), source, id, what happened, rep, team, channel, marks."""


class Conversation:
    """The state of a conversation after some of its events, taken in order."""

    __slots__ = ("channel", "open")

    def __init__(self) -> None:
        self.open: list[tuple[int, str | None, Fact]] = []
        """Of each open inquiry: when it came, by which channel if it said so, and the fact of it without its sign."""
        self.channel: str | None = None

    def step(self, event: Event, facts: list[Fact], _team_of: TeamOf) -> None:
        """Take the next event and append the facts that it gives or takes back.

        An answer's channel is its own, else that of the earliest open inquiry, which is the one it is
        measured against, else the last one heard of.
        """
        t_us, _, _, code, rep, team, channel, marks = event
        if code == RECEIVED:
            opened = (t_us, None, rep, team, marks, channel or self.channel)
            self.open.append((t_us, channel, opened))
            facts.append(("inquiry_open", 1, *opened))
        elif code in (ANSWERED, RESOLVED):
            if code == ANSWERED and self.open:
                since_us, asked_by, _ = self.open[0]
                heard = channel or asked_by or self.channel
                facts.append(("response", 1, t_us, t_us - since_us, rep, team, marks, heard))
            for _, _, opened in self.open:
                facts.append(("inquiry_open", -1, *opened))
            self.open = []
        if channel is not None:
            self.channel = channel


def is_over(events: list[Said]) -> bool:
    """Say whether nothing is open after these events."""
    return bool(events[-1][3] in (ANSWERED, RESOLVED))
