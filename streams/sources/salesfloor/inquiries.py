"""Inquiries: customers write, a team answers after a while, the matter is resolved or comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from streams.sources.salesfloor.people import Account, Rep
from streams.sources.salesfloor.world import World

#: Channel, share in percent, median seconds to the first answer, spread of its logarithm.
CHANNELS = (
    ("chat", 45, 15.0, 0.6),
    ("phone", 15, 90.0, 0.7),
    ("email", 25, 360.0, 0.7),
    ("web", 15, 420.0, 0.7),
)
_WEIGHTS = [share for _, share, _, _ in CHANNELS]
TOPICS = ("pricing", "delivery", "invoice", "technical", "contract", "returns")
ANSWERED = 0.94
ASKS_AGAIN_FIRST = 0.08
SECOND_ANSWER = 0.2
RESOLVED = 0.85
REOPENED = 0.05


@dataclass(slots=True, eq=False)
class Inquiry:
    """A conversation that waits for an answer."""

    conversation: str
    account: Account
    rep: Rep
    channel: str
    received_us: int


class Inquiries:
    """All conversations of the floor."""

    def __init__(self, world: World) -> None:
        self._world = world
        #: Asked about each new inquiry: True keeps it from being answered in the usual way.
        self.overlooks: list[Callable[[Inquiry], bool]] = []
        #: Answers given so far, by team name.
        self.answers: dict[str, int] = {}

    def receive(self, t_us: int) -> None:
        """A customer asks something."""
        world, rng = self._world, self._world.rng
        channel, _, median_s, sigma = rng.choices(CHANNELS, _WEIGHTS)[0]
        account = rng.choice(world.accounts)
        inquiry = Inquiry(world.name("conv"), account, account.owner, channel, t_us)
        self._received(inquiry, t_us)
        if any(overlooks(inquiry) for overlooks in self.overlooks):
            return
        team = inquiry.rep.team
        pace = world.plan.answer_tempo * team.slowness / inquiry.rep.skill**0.5
        pace *= world.incidents.slowdown(team, t_us)
        answer_us = t_us + world.delay_us(median_s * pace, sigma)
        if world.chance(ASKS_AGAIN_FIRST):
            again_us = t_us + int((answer_us - t_us) * rng.random())
            world.at(again_us, partial(self._received, inquiry))
        if world.chance(ANSWERED):
            world.at_work(answer_us, partial(self.answer, inquiry))
        else:  # settled without a word, sooner or later
            settled_us = answer_us + world.delay_us(3_600.0 * world.plan.tempo, 1.0)
            world.at_work(settled_us, partial(self.resolve, inquiry))

    def answer(self, inquiry: Inquiry, t_us: int) -> None:
        """Somebody of the team answers; most matters are then resolved."""
        world = self._world
        team = inquiry.rep.team
        self.answers[team.name] = self.answers.get(team.name, 0) + 1
        self._tell("inquiry.answered", inquiry, t_us, rep=inquiry.rep.name)
        if world.chance(SECOND_ANSWER):
            again_us = t_us + world.delay_us(600.0 * world.plan.tempo, 1.0)
            world.at_work(again_us, partial(self._tell, "inquiry.answered", inquiry, rep=inquiry.rep.name))
        if world.chance(RESOLVED):
            resolve_us = t_us + world.delay_us(900.0 * world.plan.tempo, 1.0)
            world.at_work(resolve_us, partial(self.resolve, inquiry))

    def resolve(self, inquiry: Inquiry, t_us: int) -> None:
        """The matter is closed; a few come back."""
        world = self._world
        self._tell("inquiry.resolved", inquiry, t_us, rep=inquiry.rep.name)
        if world.chance(REOPENED):
            reopen_us = t_us + world.delay_us(36_000.0 * world.plan.tempo, 1.0)
            world.at(reopen_us, partial(self._reopen, inquiry))

    def _reopen(self, inquiry: Inquiry, t_us: int) -> None:
        self._tell("inquiry.reopened", inquiry, t_us)
        inquiry.received_us = t_us
        self._received(inquiry, t_us + 1_000)
        pace = self._world.plan.answer_tempo * inquiry.rep.team.slowness
        delay_us = self._world.delay_us(1_200.0 * pace, 0.7)
        self._world.at_work(t_us + delay_us, partial(self.answer, inquiry))

    def _received(self, inquiry: Inquiry, t_us: int) -> None:
        # What comes by chat or web form lands with a team; nobody has taken it yet.
        if inquiry.channel in ("chat", "web"):
            self._tell("inquiry.received", inquiry, t_us, team=inquiry.rep.team.name)
        else:
            self._tell("inquiry.received", inquiry, t_us, rep=inquiry.rep.name)

    def _tell(
        self, kind: str, inquiry: Inquiry, t_us: int, *, rep: str | None = None, team: str | None = None
    ) -> None:
        received = kind == "inquiry.received"
        self._world.emit(
            "desk",
            kind,
            t_us,
            {
                "account": inquiry.account.name,
                "rep": rep,
                "team": team,
                "channel": inquiry.channel if received else None,
                "conversation": inquiry.conversation,
                "topic": self._world.rng.choice(TOPICS) if received else None,
            },
        )
