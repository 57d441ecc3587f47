"""Re-sending: receivers that want to hear of what is open again and again, or take it for over (Alertmanager).

That is no news: it is not written down, not counted against a route's rate, and holds don't stop it. What was
not delivered when the next one is due is dropped.
"""

from collections.abc import Iterable, Mapping

from processors.notify.book import Book
from processors.notify.deciding import OPEN, worst_first
from processors.notify.filing import Files
from processors.notify.group import Group
from processors.notify.queue import Item
from processors.notify.wording import severity_of, subject_of
from processors.publishing.records import rfc3339
from schemas.alert import Alert
from schemas.message import Message, Occasion
from schemas.notified import Queued, group_key, message_id

RESENT = "resent"
"""The route that such a message names: it stands for alerts of several."""
ALERTS_MAX = 500
"""So many alerts go into one message; more into the next."""


class Resending:
    """`every_us` has the receivers that want it, and how often."""

    def __init__(self, every_us: Mapping[str, int], book: Book, files: Files) -> None:
        self._every_us = every_us
        self._book = book
        self._files = files
        self._due_us: dict[str, int] = {}

    def tick(self, now_us: int) -> None:
        """Enqueue what is due."""
        for receiver, every_us in self._every_us.items():
            due_us = self._due_us.get(receiver)
            # A clock that was set back must not stop it.
            if due_us is None or not now_us < due_us <= now_us + every_us:
                self._due_us[receiver] = now_us + every_us
                if due_us is not None:
                    self._resend(receiver, now_us)

    def next_us(self) -> int | None:
        """Return when `tick` has something to do."""
        return min(self._due_us.values(), default=None)

    def _resend(self, receiver: str, now_us: int) -> None:
        queue = self._book.queues[receiver]
        queue.take_all_back(RESENT)
        alerts = sorted(self._open(receiver), key=worst_first)
        thread = group_key(RESENT, {"receiver": receiver})
        for place in range(0, len(alerts), ALERTS_MAX):
            some = alerts[place : place + ALERTS_MAX]
            message = Message(
                id=message_id(thread, now_us + place), route=RESENT, group=thread, revision=now_us + place,
                occasion=Occasion.REMINDER, severity=severity_of(some), title=f"Still open: {subject_of(some)}",
                text="", alerts=tuple(some), created_at=rfc3339(now_us),
            )  # fmt: skip
            queue.put(Item(RESENT, Queued(receiver, message, now_us), kept=False))

    def _open(self, receiver: str) -> Iterable[Alert]:
        found: dict[str, Alert] = {}
        for group in self._book:
            if _tells(group, receiver):
                for id_, known in group.memory.told.items():
                    alert = self._files.find(id_)
                    if alert is not None and alert.state in OPEN and not known.over_us:
                        found[id_] = alert
        return found.values()


def _tells(group: Group, receiver: str) -> bool:
    return group.policy is not None and receiver in group.receivers
