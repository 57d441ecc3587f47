"""A group: alerts that are told of in one message, what was told of them, and when to look at them next."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from processors.notify.daytime import next_us
from processors.notify.deciding import Decision
from processors.notify.routing import Policy
from schemas.message import Message, Occasion
from schemas.notified import Held, Notified, Queued

LOOK_US = 10_000_000
"""What is held back is looked at again so often: what holds it may end by itself."""


@dataclass(slots=True, eq=False)
class Group:
    """One group of one route. `memory` is what its record on `crm.notified` says."""

    key: str
    memory: Notified
    policy: Policy | None
    """None: its route is no longer in the file, and only what is queued is left of it."""
    members: dict[str, None] = field(default_factory=dict)
    """The open alerts that are routed to it, in the order of their coming."""
    ended: dict[str, int] = field(default_factory=dict)
    """Of a digest: those that are over, and when that was heard."""
    held: dict[str, Held] = field(default_factory=dict)
    change_us: int | None = None
    """When the first came of what may be worth a message."""
    again_us: int | None = None
    """When time alone may be a reason for a message."""
    waiting: bool = False

    def due(self, zone: ZoneInfo, now_us: int) -> int | None:
        """Return when it is to be looked at next, as things are."""
        policy, memory = self.policy, self.memory
        if policy is None or self.waiting:
            return None
        if policy.digest is not None:
            since_us = memory.last_us or self.change_us
            return next_us(policy.digest, zone, since_us) if since_us else None
        if self.change_us is not None:
            # Whatever else may be due then waits for it: others that come together are told together.
            soonest_us = self.change_us + policy.group_wait_us
            goes_on = any(not known.over_us for known in memory.told.values())
            return max(soonest_us, memory.last_us + policy.group_interval_us) if goes_on else soonest_us
        times = [] if self.again_us is None else [self.again_us]
        if self.held:
            times.append(now_us + LOOK_US)
        times += [known.quiet_until_us for known in memory.told.values() if known.over_us]
        return min(times, default=None)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remember, and nothing to wait for."""
        memory = self.memory
        if self.policy is not None and self.policy.digest is not None and memory.last_us:
            return False  # the next one tells what was so since
        return not (self.members or self.ended or self.held or memory.told or memory.queued)

    def remember(self, decision: Decision, now_us: int) -> None:
        """Take what was decided, but for the message itself."""
        memory = self.memory
        for id_, known in decision.told.items():
            if known is None:
                memory.told.pop(id_, None)
            else:
                memory.told[id_] = known
        if decision.occasion is Occasion.FIRING:
            memory.began_us, memory.escalated = now_us, False
            memory.heard, memory.threads, memory.whom = [], {}, []
        memory.escalated = memory.escalated or decision.escalates
        if decision.occasion is not None:
            memory.revision += 1
            memory.last_us = now_us

    @property
    def receivers(self) -> tuple[str, ...]:
        """Who is told now."""
        assert self.policy is not None
        more = self.policy.escalate_to if self.memory.escalated else ()
        return tuple(dict.fromkeys((*self.policy.receivers, *more)))


def superseded(memory: Notified, receiver: str, message: Message) -> list[Queued]:
    """Return the queued messages to a receiver that a newer one of the same thread may replace.

    The first that it hears is never replaced: what is over, or worse, would come out of nothing.
    """
    queued = [one for one in memory.queued if one.receiver == receiver and one.message.group == message.group]
    return queued if receiver in memory.heard else queued[1:]


def occasion_instead(before: list[Queued], occasion: Occasion) -> Occasion:
    """Return the occasion of a message that stands for those before it as well: the one that says most."""
    if occasion in (Occasion.CHANGED, Occasion.REMINDER):
        for word in (Occasion.WORSE, Occasion.CHANGED):
            if any(one.message.occasion is word for one in before):
                return word
    return occasion
