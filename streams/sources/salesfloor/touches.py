"""Calls, e-mails and meetings: what reps do all day."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from streams.sources.salesfloor.people import Account, Rep
from streams.sources.salesfloor.world import World

#: How often a touch belongs to an open deal, or to a lead.
ABOUT_A_DEAL = 0.4
ABOUT_A_LEAD = 0.12

OUTCOMES = (("connected", 46), ("no_answer", 24), ("voicemail", 22), ("busy", 8))
_OUTCOME_WEIGHTS = [share for _, share in OUTCOMES]
INBOUND = 0.22
REPLIES = 0.22
#: Meetings that wait to be held, per rep, on average.
MEETINGS_PER_REP = 2.0
HELD, CANCELED = 0.84, 0.12


@dataclass(slots=True, eq=False)
class Subject:
    """Who talks to whom, and what about."""

    rep: Rep
    account: Account
    deal: str | None = None
    lead: str | None = None
    campaign: str | None = None

    def data(self) -> dict[str, Any]:
        """Return it as the fields of an event."""
        return {
            "account": self.account.name,
            "rep": self.rep.name,
            "deal": self.deal,
            "lead": self.lead,
            "campaign": self.campaign,
        }


class Touches:
    """All calls, e-mails and meetings of the floor."""

    def __init__(self, world: World) -> None:
        self._world = world
        #: Meetings to come: name, subject, channel.
        self._diary: list[tuple[str, Subject, str]] = []

    def call(self, t_us: int) -> None:
        """A rep and a customer talk, or don't get through."""
        self._call(self._subject(), t_us, self._world.chance(INBOUND))

    def first_touch(self, subject: Subject, t_us: int) -> None:
        """A rep turns to a lead for the first time."""
        if self._world.chance(0.6):
            self._call(subject, t_us, inbound=False)
        else:
            self._email(subject, t_us)

    def email(self, t_us: int) -> None:
        """A rep writes; some customers write back."""
        self._email(self._subject(), t_us)

    def meeting(self, t_us: int) -> None:
        """A meeting is put into the diary, or one of the diary is due."""
        world, rng, diary = self._world, self._world.rng, self._diary
        usual = MEETINGS_PER_REP * len(world.reps)
        if not world.chance(0.5 * len(diary) / usual):
            diary.append((world.name("meet"), self._subject(), rng.choice(("meeting", "web"))))
            self._tell("scheduled", *diary[-1], t_us)
            return
        index = rng.randrange(len(diary))
        diary[index], diary[-1] = diary[-1], diary[index]
        meeting = diary.pop()
        what = rng.random()
        if what < HELD + CANCELED:  # of the rest nobody writes down what became of it
            self._tell("held" if what < HELD else "canceled", *meeting, t_us)

    def _subject(self) -> Subject:
        world, rng = self._world, self._world.rng
        what = rng.random()
        if what < ABOUT_A_DEAL and world.deals:
            deal = rng.choice(world.deals)
            return Subject(deal.owner, deal.account, deal=deal.name)
        if what > 1 - ABOUT_A_LEAD and world.leads:
            lead = rng.choice(world.leads)
            return Subject(lead.account.owner, lead.account, lead=lead.account.name)
        rep = world.busy_rep()
        return Subject(rep, world.account_of(rep))

    def _call(self, subject: Subject, t_us: int, inbound: bool) -> None:
        world, rng = self._world, self._world.rng
        outcome = "connected" if inbound else rng.choices(OUTCOMES, _OUTCOME_WEIGHTS)[0][0]
        connected = outcome == "connected"
        seconds = 240.0 * rng.lognormvariate(0.0, 0.8) if connected else rng.uniform(4.0, 40.0)
        data = subject.data() | {
            "channel": "phone",
            "direction": "inbound" if inbound else "outbound",
            "duration_s": round(min(seconds, 5_400.0)) if world.chance(0.97) else None,
            "outcome": outcome,
            "value_added": connected and world.chance(0.35 * subject.rep.skill),
            "recontactable": world.chance(0.7) if connected else None,
        }
        world.emit("phone", "call.logged", t_us, data)

    def _email(self, subject: Subject, t_us: int) -> None:
        world = self._world
        subject.campaign = subject.campaign or world.campaign(0.25)
        recontactable = world.chance(0.8) if world.chance(0.5) else None
        world.emit(
            "mail", "email.sent", t_us, subject.data() | {"channel": "email", "recontactable": recontactable}
        )
        if world.chance(REPLIES * subject.rep.skill):
            reply_us = t_us + world.delay_us(5_400.0 * world.plan.tempo, 1.3)
            world.at(reply_us, partial(self._reply, subject))

    def _reply(self, subject: Subject, t_us: int) -> None:
        mood = self._world.rng.gauss(0.25 * subject.rep.skill, 1.0)
        data = {
            "account": subject.account.name,
            "rep": subject.rep.name,
            "campaign": subject.campaign,
            "channel": "email",
            "sentiment": "positive" if mood > 0.5 else "negative" if mood < -0.9 else "neutral",
        }
        self._world.emit("mail", "email.replied", t_us, data)

    def _tell(self, what: str, name: str, subject: Subject, channel: str, t_us: int) -> None:
        recontactable = True if what == "held" and self._world.chance(0.8) else None
        data = subject.data() | {"meeting": name, "channel": channel, "recontactable": recontactable}
        self._world.emit("calendar", f"meeting.{what}", t_us, data)
