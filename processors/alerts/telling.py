"""Telling of alerts: what a record decides at once, what the clock decides when it is durable.

What a record decides is decided again in the same words after a crash: it follows from the log. What the clock
decides does not, so it is told only when a checkpoint that holds it is durable, which is known when the next snapshot
is asked for. After a crash it is either known and told, or was never told. Whatever follows such a decision waits
behind it.
"""

from collections import Counter, OrderedDict
from typing import Generic, Protocol, TypeVar

import msgspec

from processors.alerts.sends import alert_sends
from processors.partition import Send
from schemas.alert import Alert, AlertState, Reason

SLICE_MAX = 1_000
"""A tick's slice: so many alerts told, so many steps of the clock."""

Label = tuple[str, str, AlertState]
"""Rule, severity and state: what alerts are counted by."""


class Said(msgspec.Struct, frozen=True):
    """One step for the world to know: the alert, or None where its record is withdrawn."""

    alert: Alert | None
    reason: Reason
    revision: int
    id: str = ""
    """The alert's; empty in what a judge wrote before it was kept."""


class Holding(Protocol):
    """What has alerts."""

    untold: list[Said]
    """Decided by the clock, or after such a decision, and not told until the decision is durable."""


Holder = TypeVar("Holder", bound=Holding)


class Telling(Generic[Holder]):
    """All that one partition tells of alerts, and counts of it."""

    def __init__(self, topics: tuple[str, str], durable: bool):
        """`topics`: the alerts' and their history's."""
        self._topics = topics
        self._durable = durable
        self._decided: dict[Holder, None] = {}
        self._decided_in_snapshot: dict[Holder, None] = {}
        # Taken from the front: of a plain dict each look at its first key passes all that were taken before.
        self._tellable: OrderedDict[Holder, None] = OrderedDict()
        self.sent = 0
        self.alerts: Counter[Label] = Counter()
        self.transitions: Counter[tuple[AlertState | None, Reason]] = Counter()

    def resume(self, holder: Holder) -> None:
        """Take up a restored holder. What was decided and not told is durable now, so it can be told."""
        if holder.untold:
            self._tellable[holder] = None

    def snapshot(self) -> None:
        """A snapshot is made; the one before it is durable."""
        self._tellable |= self._decided_in_snapshot
        self._decided_in_snapshot, self._decided = self._decided, {}

    def say(self, holder: Holder, said: Said, sends: list[Send], *, by_clock: bool) -> None:
        """Tell a step, or keep it until it may be told."""
        untold = holder.untold
        if self._durable and (by_clock or untold):
            untold.append(said)
            if by_clock:
                self._decided[holder] = None
        else:
            self._send(said, sends)

    def tell(self, sends: list[Send]) -> list[Holder]:
        """Tell what the clock decided and a checkpoint has kept, at most a slice; return whose it was."""
        told = []
        while self._tellable and len(sends) < SLICE_MAX:
            holder, _ = self._tellable.popitem(last=False)
            if holder in self._decided or holder in self._decided_in_snapshot:
                continue  # one decision more, not durable yet: they are told together
            untold = holder.untold
            for said in untold:
                self._send(said, sends)
            untold.clear()
            told.append(holder)
        return told

    def count(self, before: Label | None, after: Label | None) -> None:
        """Note that an alert is counted under another label; None when there is none."""
        if before is not None:
            self.alerts[before] -= 1
        if after is not None:
            self.alerts[after] += 1

    def _send(self, said: Said, sends: list[Send]) -> None:
        self.sent += 1
        sends += alert_sends(said.id, said.alert, said.reason, said.revision, self._topics)
