"""Notify: alerts, silences and the clock in; messages out. All of it, without a network or a clock.

    notifier.restore(items)                    # crm.notified, whole
    notifier.take_alert(key, value, at_us)     # crm.alerts, whole, then what comes
    notifier.tick(now_us)                      # decides
    write(notifier.unsaved()); notifier.saved()
    item = notifier.queues["sales"].next(now_us)    # only what is saved

A message is decided and kept in one record, before anybody tries to send it, and leaves that record when it
arrived: a crash repeats at most what was on its way, under the same id.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from zoneinfo import ZoneInfo

from processors.alerts.clock_set_back import SetBack
from processors.notify.book import Book
from processors.notify.deciding import Sight, decide
from processors.notify.digest import digest
from processors.notify.fates import Fates
from processors.notify.filing import Files
from processors.notify.group import Group
from processors.notify.inhibition import Inhibitor
from processors.notify.parting import Parting
from processors.notify.posting import Posting
from processors.notify.resending import Resending
from processors.notify.routing import Policy, Router
from processors.notify.timing import Timing
from processors.partition import StateItem
from processors.silences.silencing import Silences
from schemas.alert import Alert
from schemas.delivery.receiver import AlertmanagerReceiver
from schemas.notified import Held, Undelivered
from schemas.notify import NotifyFile
from schemas.severity import rank

SLICE_MAX = 200
"""So many groups are looked at in one tick; then others get their turn."""

Working = Callable[[int], bool]
"""Says whether an instant (microseconds) is within some hours."""


class Notifier:
    """All groups of all routes. `hours` has those that routes name; `zone` is that of digests and of times."""

    def __init__(
        self,
        file: NotifyFile,
        zone: ZoneInfo,
        hours: Mapping[str, Working],
    ) -> None:
        router = Router(file.route)
        self._hours = hours
        self._inhibitor = Inhibitor(file.inhibit)
        self.silences = Silences()
        self._book = Book(router.policies, file.receivers)
        self._files = Files(router, self._inhibitor, self._book, self._touch)
        self.fates = Fates(self._book)
        self._posting = Posting(self._book, zone, router.policies)
        self._parting = Parting(self._book, self._files, self._posting)
        self._set_back = SetBack()
        self._timing = Timing(zone, router.policies.values())
        resend_us = {
            name: receiver.resend_every_us
            for name, receiver in file.receivers.items()
            if isinstance(receiver, AlertmanagerReceiver)
        }
        self._resending = Resending(resend_us, self._book, self._files)
        self.queues = self._book.queues
        self.decided = self._posting.decided
        self._times_held: Counter[Held] = Counter()
        self._holds_else = False
        """Whether something came that may let go, or hold back, what waits in any group."""

    # What is read

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take records of `crm.notified`, in log order."""
        self._book.restore(items)

    def restored(self) -> None:
        """Everything remembered is there: what is queued may be sent again."""
        for group in self._book.restored():
            self._files.take_told(group)
            self._timing.sent(group, group.memory.last_us)

    def begin(self, now_us: int) -> None:
        """Everything is read: what was told is compared with what is so."""
        self._files.reads_past = False
        self._recall(now_us, self._set_back.by_us(now_us))
        for group in self._book:
            self._parting.part(group, now_us)
            self._touch(group, now_us, -1)

    def take_rep(self, rep: str, team: str, at_us: int) -> None:
        """Learn whose team a rep is in."""
        self._holds_else |= self._files.take_rep(rep, team, at_us)

    def take_silence(self, key: str, value: bytes | None) -> None:
        """Take a record of `crm.silences`."""
        self._holds_else |= self.silences.take(key, value)

    def take_alert(self, key: str, value: bytes | None, at_us: int) -> None:
        """Take a record of `crm.alerts` that was appended at a time."""
        self._holds_else |= self._files.take(key, value, at_us)

    def _touch(self, group: Group, at_us: int, severity: int) -> None:
        """Something about a group may be worth a message."""
        if group.change_us is None:
            group.change_us = at_us
        if group.waiting and severity >= 0:
            self._timing.wait(group, severity)
        self._schedule(group, at_us)

    def _recall(self, now_us: int, by_us: int) -> None:
        """Wait for no time that was noted by a clock that was ahead."""
        self._timing.set_back(now_us)
        self._book.set_back(now_us, by_us)

    def _look_at_held(self, now_us: int) -> None:
        for group in self._book:
            at_rest = group.change_us is None and not group.waiting
            if group.held and at_rest and group.policy is not None and group.policy.digest is None:
                self._timing.put(group, now_us)

    # What is decided

    def tick(self, now_us: int) -> bool:
        """Decide what is due; True when there is more to decide at once."""
        if by_us := self._set_back.by_us(now_us):
            self._recall(now_us, by_us)
            for group in self._book:
                self._timing.schedule(group, now_us)
        if self._holds_else:
            self._holds_else = False
            self._look_at_held(now_us)
        looked = 0
        for group in self._timing.due(now_us, SLICE_MAX):
            self._look(group, now_us)
            looked += 1
        self._resending.tick(now_us)
        self.fates.give_up(now_us)
        return looked >= SLICE_MAX

    def due_us(self) -> int | None:
        """Return when the next tick has something to decide; 0 is at once."""
        times = (self._timing.next_us(), self._resending.next_us())
        return 0 if self._holds_else else min((one for one in times if one is not None), default=None)

    def _look(self, group: Group, now_us: int) -> None:
        policy = group.policy
        if policy is None:
            return
        sight = self._sight(group, policy, now_us)
        decision = decide(policy, group.memory, sight) if policy.digest is None else digest(group, sight)
        decision = self._parting.join(group, decision, sight, now_us)
        says = decision.occasion
        if says is not None and not self._timing.may_send(policy, now_us):
            self._hold(group, {**decision.held, **dict.fromkeys(decision.told, Held.RATE_LIMITED)})
            self._timing.wait(group, max((rank(alert.severity) for alert in decision.shown), default=-1))
            return
        self._hold(group, decision.held)
        before = {*group.memory.told, *group.ended}
        if says is not None or decision.told:
            group.remember(decision, now_us)
            self._book.change(group)
        if says is not None:
            self._timing.sent(group, now_us)
            self._posting.post(group, decision, now_us)
        group.change_us, group.again_us = None, decision.again_us
        if policy.digest is not None:
            group.memory.last_us = now_us
            group.ended.clear()
            # Also where there was nothing to say: after a restart its time has not come again.
            self._book.change(group)
        for id_ in before:
            self._files.forget(group, id_)
        self._schedule(group, now_us)

    def _sight(self, group: Group, policy: Policy, now_us: int) -> Sight:
        muted = policy.only_in is not None and not self._hours[policy.only_in](now_us)

        def hold(alert: Alert) -> Held | None:
            said = self.silences.holding(alert, now_us)
            if said is not None:
                return Held.SILENCED if said.kind == "silence" else Held.ACKNOWLEDGED
            if self._inhibitor.inhibits(alert):
                return Held.INHIBITED
            return Held.MUTED if muted else None

        def hold_over(alert: Alert | None) -> Held | None:
            said = None if alert is None else self.silences.holding(alert, now_us)
            if said is not None and said.kind == "silence":
                return Held.SILENCED
            return Held.MUTED if muted else None

        return Sight(self._files.members(group), self._files.find, hold, hold_over, now_us)

    def _hold(self, group: Group, held: dict[str, Held]) -> None:
        for id_, why in held.items():
            if group.held.get(id_) is not why:
                self._times_held[why] += 1
        group.held = held

    def _schedule(self, group: Group, now_us: int) -> None:
        if group.is_empty:
            self._book.drop(group)
            self._timing.put(group, None)
        else:
            self._timing.schedule(group, now_us)

    # What became of it

    def unsaved(self) -> list[StateItem]:
        """Return the records that are to be written now."""
        return self._book.unsaved()

    def saved(self) -> None:
        """What `unsaved` returned is durable: its messages may be sent."""
        self._book.saved()

    def buried(self) -> list[Undelivered]:
        """Return what will not be delivered, to be kept elsewhere before `unsaved` forgets it."""
        return self._book.buried()

    # What is counted

    @property
    def times_held(self) -> Counter[Held]:
        """How often something was held back, by the word for it."""
        return self._times_held + Counter({Held.NOT_ROUTED: self._files.times_not_routed})

    @property
    def held_now(self) -> Counter[Held]:
        """How many alerts are held back now, by the word for it."""
        found = Counter(why for group in self._book for why in group.held.values())
        return found + Counter({Held.NOT_ROUTED: len(self._files.not_routed)})

    @property
    def unreadable(self) -> int:
        """How many records of alerts and silences could not be read."""
        return self._files.unreadable + self.silences.unreadable

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self._book)
