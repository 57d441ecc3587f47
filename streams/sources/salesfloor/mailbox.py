"""A forgotten mailbox: a scripted incident that makes a team's response times bad, and lets them recover.

While it is hidden, much of what is written to a team is overlooked. When it is found, the old inquiries
are answered in a hurry: the 90th percentile of the team's response times jumps to hours, all of them true
differences of event times. Only as many are answered as it takes; then usual answers outnumber them.
"""

import math
from dataclasses import dataclass
from functools import partial

from streams.sources.salesfloor.inquiries import Inquiries, Inquiry
from streams.sources.salesfloor.people import Team
from streams.sources.salesfloor.world import World

OVERLOOKED = 0.9
#: Somebody who waits at the other end can't be overlooked.
CHANNELS = ("email", "web", "phone")
#: The 90th percentile is a slow answer for as long as there are fewer than this many usual ones for each.
USUAL_PER_SLOW = 9
#: So many usual answers later the percentile is as before.
RECOVERY_ANSWERS = 24


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """Which team's, in which time it is overlooked, when it is found and when the last of it is answered."""

    team: Team
    overlooked_from_us: int
    overlooked_until_us: int
    found_us: int
    answered_us: int


class ForgottenMailbox:
    """Plays a mailbox on a floor."""

    def __init__(self, world: World, inquiries: Inquiries, mailbox: Mailbox) -> None:
        self._world = world
        self._inquiries = inquiries
        self._mailbox = mailbox
        self._waiting: list[Inquiry] = []
        inquiries.overlooks.append(self._overlooks)
        world.at(mailbox.found_us, self._find)

    def _overlooks(self, inquiry: Inquiry) -> bool:
        mailbox = self._mailbox
        overlooked = (
            inquiry.rep.team is mailbox.team
            and inquiry.channel in CHANNELS
            and mailbox.overlooked_from_us <= inquiry.received_us < mailbox.overlooked_until_us
            and self._world.chance(OVERLOOKED)
        )
        if overlooked:
            self._waiting.append(inquiry)
        return overlooked

    def _find(self, t_us: int) -> None:
        mailbox, world = self._mailbox, self._world
        usual = self._inquiries.answers.get(mailbox.team.name, 0)
        slow = math.ceil((usual + RECOVERY_ANSWERS) / USUAL_PER_SLOW)
        length_us = mailbox.answered_us - t_us
        for index, inquiry in enumerate(self._waiting):
            at_us = t_us + length_us * (index % slow + 1) // (slow + 1)
            if index < slow:
                world.at(at_us, partial(self._inquiries.answer, inquiry))
            else:  # Too late for an answer: the matter has settled itself.
                world.at(at_us, partial(self._inquiries.resolve, inquiry))
        self._waiting.clear()
