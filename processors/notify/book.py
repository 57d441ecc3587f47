"""The book: the groups, what of them is written on `crm.notified`, and the queues of what is not delivered.

What is decided may be sent when the record that has it is durable; what arrived is taken from the record.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import msgspec

from processors.notify.group import Group
from processors.notify.queue import Item, ReceiverQueue
from processors.notify.routing import Policy
from processors.notify.set_back import queued_by, recall
from processors.partition import StateItem
from processors.publishing.records import rfc3339
from schemas.notified import Fault, Notified, Queued, Undelivered, group_key
from schemas.notify import ROOT

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Notified).decode


class Book:
    """All groups. Iterating gives those there are now."""

    def __init__(self, policies: Mapping[str, Policy], receivers: Iterable[str]) -> None:
        self._policies = policies
        limits = {name: one.rate_limit for name, one in policies.items() if one.rate_limit is not None}
        self.queues = {name: ReceiverQueue(limits) for name in receivers}
        self._groups: dict[str, Group] = {}
        self._records: dict[str, bytes] = {}
        """What was read, until everything is."""
        self._written: set[str] = set()
        """Keys that have a record on the topic, or get one with the next write."""
        self._dirty: dict[str, None] = {}
        self._fresh: list[tuple[str, Item]] = []
        """Decided, and not written yet; with their receivers."""
        self._fresh_in_write: list[tuple[str, Item]] = []
        self._buried: list[Undelivered] = []

    def __iter__(self) -> Iterator[Group]:
        return iter([*self._groups.values()])

    def __len__(self) -> int:
        return len(self._groups)

    def group(self, policy: Policy, labels: dict[str, str]) -> Group:
        """Return the group of a route's alerts that have these labels."""
        key = group_key(policy.name, labels)
        found = self._groups.get(key)
        if found is None:
            found = self._groups[key] = Group(key, Notified(route=policy.name, labels=labels), policy)
        return found

    def without(self, route: str) -> Policy:
        """Return a route that is no longer in the file, as the outermost is: it has words for its last message."""
        return replace(self._policies[ROOT], name=route)

    def find(self, key: str) -> Group | None:
        """Return the group with that key."""
        return self._groups.get(key)

    def change(self, group: Group) -> None:
        """Have the group's record written."""
        self._dirty[group.key] = None

    def drop(self, group: Group) -> None:
        """Forget a group that has nothing to remember."""
        if self._groups.get(group.key) is group:
            del self._groups[group.key]
            if group.key in self._written:
                self._dirty[group.key] = None

    def set_back(self, now_us: int, by_us: int) -> None:
        """Take what lies ahead of a clock that was set back for noted now."""
        for group in self:
            if recall(group, now_us):
                self.change(group)
        for queue in self.queues.values():
            queue.set_back(now_us, by_us)
        for _, item in (*self._fresh, *self._fresh_in_write):
            item.queued = queued_by(item.queued, now_us)

    # Reading

    def restore(self, items: Iterable[StateItem]) -> None:
        """Take records in log order: the last of each key counts."""
        for key, value in items:
            if value is None:
                self._records.pop(key.decode(), None)
            else:
                self._records[key.decode()] = value

    def restored(self) -> list[Group]:
        """Make the groups of what was read; return them, those first that were told of first."""
        for key, value in self._records.items():
            memory = _decode(value)
            policy = self._policies.get(memory.route)
            if policy is not None and group_key(memory.route, memory.labels) != key:
                policy = None
            if policy is not None and set(policy.group_by) != set(memory.labels):
                policy = None  # grouped otherwise now: its alerts are in other groups
            group = self._groups[key] = Group(key, memory, policy)
            self._written.add(key)
            for queued in [*memory.queued]:
                item = Item(key, queued)
                if queued.receiver in self.queues:
                    self.queues[queued.receiver].put(item)
                else:
                    self.bury(queued.receiver, item, Fault.NO_RECEIVER, "the file has no such receiver")
            if group.is_empty:
                self.drop(group)
        self._records = {}
        arrived = [
            (at_us, receiver, group.memory.route)
            for group in self
            for receiver, at_us in group.memory.arrived_us.items()
        ]
        for at_us, receiver, route in sorted(arrived):
            if receiver in self.queues:
                self.queues[receiver].arrived(route, at_us)
        return sorted(self, key=lambda group: group.memory.last_us)

    # Writing

    def unsaved(self) -> list[StateItem]:
        """Return what is to be written; what comes meanwhile is written next time."""
        items: list[StateItem] = []
        for key in self._dirty:
            group = self._groups.get(key)
            if group is not None:
                self._written.add(key)
                items.append((key.encode(), _encode(group.memory)))
            elif key in self._written:
                self._written.discard(key)
                items.append((key.encode(), None))
        self._dirty = {}
        self._fresh_in_write += self._fresh
        self._fresh = []
        return items

    def saved(self) -> None:
        """What `unsaved` returned last is durable."""
        for receiver, item in self._fresh_in_write:
            self.queues[receiver].put(item)
            self.pass_over(receiver, item.group)
        self._fresh_in_write = []

    # Messages

    def enqueue(self, group: Group, queued: Queued) -> None:
        """Keep a message with its group until its receiver has it."""
        group.memory.queued.append(queued)
        self._fresh.append((queued.receiver, Item(group.key, queued)))
        self.change(group)

    def take_back(self, group: Group, queued: Queued) -> bool:
        """Drop a message that something newer says better; False when it is on its way, or being written."""
        mine = (queued.receiver, queued.message.id)
        for place, (receiver, item) in enumerate(self._fresh):
            if (receiver, item.queued.message.id) == mine:
                del self._fresh[place]
                break
        else:
            if not self.queues[queued.receiver].take_back(group.key, queued.message.id):
                return False
        self._strike(group, queued)
        return True

    def pass_over(self, receiver: str, group: str) -> None:
        """Forget a message that some of a receiver's people have, when all of them are to get a newer one."""
        item = self.queues[receiver].passed_over(group)
        if item is not None and item.kept:
            self.done(item)

    def bury(self, receiver: str, item: Item, fault: Fault, why: str) -> None:
        """It will not arrive: it is kept elsewhere, and counted."""
        if item.in_flight:
            self.queues[receiver].refused(item)
        if not item.kept:
            return
        message = item.queued.message
        self._buried.append(
            Undelivered(
                receiver=receiver, reason=fault, why=why, attempts=item.attempts,
                since=rfc3339(item.queued.since_us), message=message,
            )
        )  # fmt: skip
        self.done(item)

    def buried(self) -> list[Undelivered]:
        """Return what is to be kept elsewhere, once."""
        found, self._buried = self._buried, []
        return found

    def done(self, item: Item) -> None:
        """Forget a message: nothing more becomes of it."""
        group = self._groups[item.group]
        self._strike(group, item.queued)
        self.change(group)
        if group.is_empty:
            self.drop(group)

    @staticmethod
    def _strike(group: Group, queued: Queued) -> None:
        group.memory.queued = [
            one
            for one in group.memory.queued
            if (one.receiver, one.message.id) != (queued.receiver, queued.message.id)
        ]
