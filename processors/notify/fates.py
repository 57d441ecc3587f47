"""What becomes of messages: whose they are now, who is told what comes of them, what is tried again or given up."""

from processors.notify.book import Book
from processors.notify.queue import Item
from schemas.notified import Fault, thread_id

GIVE_UP_EVERY_US = 60_000_000
"""So often it is looked for messages that are too old."""


class Fates:
    """Takes what receivers answered into the book."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._looked_us = 0

    def thread_of(self, receiver: str, item: Item) -> str | None:
        """Return the receiver's name of what the message goes on with; None when nothing began there yet."""
        group = self._book.find(item.group)
        if group is None or item.queued.message.group != thread_id(group.key, group.memory.began_us):
            return None
        return group.memory.threads.get(receiver)

    def delivered(self, receiver: str, item: Item, thread: str | None) -> None:
        """A receiver has it."""
        self._heard(receiver, item, thread)
        self._book.queues[receiver].delivered(item)
        if item.kept:
            self._book.done(item)

    def partly(
        self, receiver: str, item: Item, why: str, thread: str | None, now_us: int, jitter: float
    ) -> None:
        """Some of a receiver's people have it: they are told what becomes of it; the others are tried again."""
        item.why = why
        self._heard(receiver, item, thread)
        if not self._book.queues[receiver].partly(item, now_us, jitter):
            self._given_up(receiver, item)
        self._book.pass_over(receiver, item.group)

    def later(
        self, receiver: str, item: Item, why: str, now_us: int, jitter: float, after_us: int | None
    ) -> None:
        """It may arrive when tried again, unless it is too old for that."""
        item.why = why
        if not self._book.queues[receiver].later(item, now_us, jitter, after_us):
            self._given_up(receiver, item)
        self._book.pass_over(receiver, item.group)

    def refused(self, receiver: str, item: Item, why: str) -> None:
        """A receiver will never take it."""
        self._book.bury(receiver, item, Fault.REFUSED, why)

    def give_up(self, now_us: int) -> None:
        """Bury what could not be delivered for a day."""
        if abs(now_us - self._looked_us) >= GIVE_UP_EVERY_US:
            self._looked_us = now_us
            for receiver, queue in self._book.queues.items():
                for item in queue.give_up(now_us):
                    self._given_up(receiver, item)

    def _given_up(self, receiver: str, item: Item) -> None:
        why = item.why or "not tried: the receiver was not to be reached"
        self._book.bury(receiver, item, Fault.GIVEN_UP, why)

    def _heard(self, receiver: str, item: Item, thread: str | None) -> None:
        """Note that people of a receiver have a message, once."""
        group = self._book.find(item.group)
        if group is None or not item.kept or item.reached:
            return
        memory = group.memory
        memory.arrived_us[receiver] = item.tried_us
        if item.queued.message.group == thread_id(group.key, memory.began_us):
            if receiver not in memory.heard:
                memory.heard.append(receiver)
            if thread is not None:
                memory.threads[receiver] = thread
        self._book.change(group)
