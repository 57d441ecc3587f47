"""Deciding: what the receivers of a group know, what is so now, and whether that is worth a message.

Pure: (what was told, what is so, what holds back, the time) -> what to say, or why not to say it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import msgspec

from processors.notify.routing import Policy
from schemas.alert import Alert, AlertState
from schemas.duration import SECOND_US
from schemas.message import Occasion
from schemas.notified import Held, Notified, Told
from schemas.severity import rank

OPEN = frozenset((AlertState.FIRING, AlertState.NO_DATA))
"""States that people are told of: a pending alert may come to nothing."""


class Sight(NamedTuple):
    """How a group's alerts look at a time."""

    members: Iterable[Alert]
    """The open alerts that are routed to the group."""
    find: Callable[[str], Alert | None]
    """An alert as it is now, wherever it is routed; None when it is not known any more."""
    hold: Callable[[Alert], Held | None]
    """What holds an open alert back."""
    hold_over: Callable[[Alert | None], Held | None]
    """What holds back that an alert is over."""
    now_us: int


class Decision(NamedTuple):
    """What is to be done about a group now."""

    occasion: Occasion | None
    """None: there is nothing to say."""
    shown: list[Alert]
    """What the message speaks of, worst first; then what is over."""
    over_ids: frozenset[str]
    """The alerts that it says are over; of those that are not shown nothing else is known."""
    told: dict[str, Told | None]
    """What the receivers know after it; None is forgotten."""
    held: dict[str, Held]
    escalates: bool
    again_us: int | None
    """When time alone may give a reason to say something again; None for never."""


def decide(policy: Policy, memory: Notified, sight: Sight) -> Decision:
    """Compare what was told with what is so."""
    found = _Comparison(policy, memory, sight)
    found.look_at_members()
    found.look_at_told()
    occasion = found.occasion()
    found.end()
    told = memory.told
    open_told = {
        id_: known for id_ in found.here if (known := found.after.get(id_) or told.get(id_)) is not None
    }
    escalates, again_us = False, None
    if occasion is None:
        occasion, escalates, again_us = _again(policy, memory, found.here, open_told, sight, found.held)
    if occasion is None:
        return Decision(None, [], frozenset(), found.after, found.held, escalates=False, again_us=again_us)
    again_us = min(_times(policy, memory, sight.now_us, found.here, open_told), default=None)
    shown = sorted((alert for alert in found.here.values() if sight.hold(alert) is None), key=worst_first)
    ended = [alert for id_ in found.over if (alert := sight.find(id_)) is not None]
    shown += sorted(ended, key=worst_first)
    return Decision(occasion, shown, frozenset(found.over), found.after, found.held, escalates, again_us)


class _Comparison:
    """What differs between what was told of a group and what is so."""

    def __init__(self, policy: Policy, memory: Notified, sight: Sight) -> None:
        self._policy, self._told, self._sight = policy, memory.told, sight
        self.here: dict[str, Alert] = {}
        """Open, and known to the receivers or about to be."""
        self.after: dict[str, Told | None] = {}
        self.held: dict[str, Held] = {}
        self.over: list[str] = []
        self._news = self._worse = 0

    def look_at_members(self) -> None:
        """Find those of which the receivers don't know this episode."""
        sight = self._sight
        for alert in sight.members:
            known = self._told.get(alert.id)
            if _goes_on(known, alert):
                self.here[alert.id] = alert
                continue
            why = sight.hold(alert)
            if why is None and known is not None and sight.now_us < known.quiet_until_us:
                why = Held.COOLING_DOWN
            if why is not None:
                self.held[alert.id] = why
                continue
            self.here[alert.id] = alert
            self.after[alert.id] = Told(alert.starts_at, sight.now_us, alert.severity, alert.severity)
            self._news += 1

    def look_at_told(self) -> None:
        """Find those that are over, and those that are worse."""
        sight = self._sight
        for id_, known in self._told.items():
            if id_ in self.after:
                continue
            if known.over_us:
                if sight.now_us >= known.quiet_until_us:
                    self.after[id_] = None
                continue
            alert = self.here.get(id_) or sight.find(id_)
            if alert is not None and (id_ in self.here or _left_for_worse(known, alert)):
                self.here[id_] = alert
                self._look_at_severity(alert, known)
            elif (why := sight.hold_over(alert)) is not None:
                self.held[id_] = why
            elif id_ not in self.held:
                # Else it began anew while it is held back: nobody is to hear that it is over.
                self.over.append(id_)

    def _look_at_severity(self, alert: Alert, known: Told) -> None:
        if rank(alert.severity) <= rank(known.last):
            return
        why = self._sight.hold(alert)
        if why is not None:
            self.held[alert.id] = why
            return
        self.after[alert.id] = msgspec.structs.replace(known, last=alert.severity)
        self._worse += 1

    def occasion(self) -> Occasion | None:
        """Return why there is something to say."""
        before_open = any(not known.over_us for known in self._told.values())
        if self._worse:
            return Occasion.WORSE
        if self._news:
            return Occasion.CHANGED if before_open else Occasion.FIRING
        if not self.over or self._policy.resolved == "never":
            return None
        # What is over but held back keeps the group open: nobody may hear yet that all is well.
        if not self.here and not any(id_ in self._told for id_ in self.held):
            return Occasion.RESOLVED
        if self._policy.resolved == "each":
            return Occasion.CHANGED
        self.over = []  # they are told of when all is well, or with the next message
        return None

    def end(self) -> None:
        """Note what is over for the receivers from now on."""
        now_us = self._sight.now_us
        for id_ in self.over:
            known, alert = self._told[id_], self._sight.find(id_)
            # The rule's time goes before the route's. It counts from when people were told, the route's from the end.
            own_s = alert.cool_down_s if alert is not None else None
            until_us = (
                now_us + self._policy.cool_down_us
                if own_s is None
                else known.told_us + round(own_s * SECOND_US)
            )
            ended = msgspec.structs.replace(known, over_us=now_us, quiet_until_us=until_us)
            self.after[id_] = ended if until_us > now_us else None


def _again(
    policy: Policy,
    memory: Notified,
    here: Mapping[str, Alert],
    open_told: Mapping[str, Told],
    sight: Sight,
    held: dict[str, Held],
) -> tuple[Occasion | None, bool, int | None]:
    """Return whether it is time to say again what goes on, whether to more people, and when it next may be."""
    now_us, escalates, due = sight.now_us, False, False
    for id_, known in open_told.items():
        alert = here[id_]
        repeat_us, escalate_us = _repeat_us(policy, alert), _escalate_us(policy, alert)
        repeats = repeat_us is not None and memory.last_us + repeat_us <= now_us
        too_long = escalate_us is not None and not memory.escalated and known.told_us + escalate_us <= now_us
        if not (repeats or too_long):
            continue
        why = sight.hold(alert)
        if why is not None:
            held[id_] = why
        else:
            due, escalates = True, escalates or too_long
    if due:
        return Occasion.REMINDER, escalates, None
    times = [at for at in _times(policy, memory, memory.last_us, here, open_told) if at > now_us]
    return None, False, min(times, default=None)


def _times(
    policy: Policy, memory: Notified, last_us: int, here: Mapping[str, Alert], told: Mapping[str, Told]
) -> Iterable[int]:
    for id_, known in told.items():
        repeat_us, escalate_us = _repeat_us(policy, here[id_]), _escalate_us(policy, here[id_])
        if repeat_us is not None:
            yield last_us + repeat_us
        if escalate_us is not None and not memory.escalated:
            yield known.told_us + escalate_us


def _goes_on(known: Told | None, alert: Alert) -> bool:
    return known is not None and not known.over_us and known.episode == alert.starts_at


def _left_for_worse(known: Told, alert: Alert) -> bool:
    """Tell whether an alert is told elsewhere now because it got worse: nobody here may take it for over."""
    return alert.state in OPEN and _goes_on(known, alert) and rank(alert.severity) > rank(known.first)


def worst_first(alert: Alert) -> tuple[int, str, str]:
    """Sort by this: what is worst comes first, of that what began first."""
    return -rank(alert.severity), alert.starts_at, alert.id


def _repeat_us(policy: Policy, alert: Alert) -> int | None:
    """Return after how long to say it again: what the rule says, else the route."""
    own = alert.renotify_s
    return policy.repeat_interval_us if own is None else round(own * SECOND_US)


def _escalate_us(policy: Policy, alert: Alert) -> int | None:
    if not policy.escalate_to:
        return None
    own = alert.escalate_after_s
    return policy.escalate_after_us if own is None else round(own * SECOND_US)
