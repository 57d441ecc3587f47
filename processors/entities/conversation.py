"""What the events of a conversation mean: inquiries open, are answered or resolved."""

from collections.abc import Collection

from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, TeamOf
from schemas.duration import DAY_US
from schemas.fact import FACTS

RECEIVED, ANSWERED, RESOLVED, REOPENED = range(4)

REOPENED_WITHIN_US = 7 * DAY_US
"""How long after its resolution, at most, a conversation is reopened that was not resolved at first contact."""

Event = tuple[int, str, str, int, str | None, str, str | None, str]
"""time (microseconds), source, id, what happened, rep, team, channel, marks."""


class Conversation:
    """The state of a conversation after some of its events, taken in order."""

    __slots__ = ("answers", "at_first_contact", "channel", "open", "resolved", "used")

    def __init__(self, used: Collection[str] = FACTS) -> None:
        self.used = used
        self.open: list[Fact] = []
        """The fact of each open inquiry, without kind and sign; it ends with the inquiry's channel."""
        self.channel: str | None = None
        self.answers = 0
        self.resolved: Fact | None = None
        """The fact of the first resolution, without kind and sign."""
        self.at_first_contact = False

    def step(self, event: Event, facts: list[Fact], _team_of: TeamOf) -> None:
        """Take the next event and append the facts that it gives or takes back.

        An answer's channel is its own, else that of the earliest open inquiry, which is the one it is
        measured against, else the last one heard of. An inquiry's is its own, else the last one heard of before.
        """
        t_us, _, _, code, rep, team, channel, marks = event
        if code == RECEIVED:
            opened = (t_us, None, rep, team, marks, channel or self.channel)
            self.open.append(opened)
            facts.append(("inquiry_open", 1, *opened))
            if "inquiry_received" in self.used:
                facts.append(("inquiry_received", 1, *opened))
        elif code == REOPENED:
            self._reopen(t_us, facts)
        else:
            if code == ANSWERED:
                self.answers += 1
                if self.open:
                    asked_us, *_, asked_by = self.open[0]
                    heard = channel or asked_by or self.channel
                    facts.append(("response", 1, t_us, t_us - asked_us, rep, team, marks, heard))
            elif self.resolved is None:
                self._resolve((t_us, None, rep, team, marks), facts)
            facts += [("inquiry_open", -1, *opened) for opened in self.open]
            self.open = []
        if channel is not None:
            self.channel = channel

    def _resolve(self, resolved: Fact, facts: list[Fact]) -> None:
        self.resolved = resolved
        if "conversation_resolved" in self.used:
            facts.append(("conversation_resolved", 1, *resolved))
        if self.answers == 1 and "first_contact_resolved" in self.used:
            self.at_first_contact = True
            facts.append(("first_contact_resolved", 1, *resolved))

    def _reopen(self, t_us: int, facts: list[Fact]) -> None:
        if self.at_first_contact:
            assert self.resolved is not None
            if t_us - self.resolved[0] <= REOPENED_WITHIN_US:
                self.at_first_contact = False
                facts.append(("first_contact_resolved", -1, *self.resolved))


def is_over(events: list[Said]) -> bool:
    """Say whether no inquiry is open after these events."""
    for event in reversed(events):
        if event[3] != REOPENED:
            return bool(event[3] != RECEIVED)
    return True
