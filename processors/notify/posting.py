"""Posting: a decision becomes a message, and waits in the queue of each receiver."""

from zoneinfo import ZoneInfo

from processors.notify import wording
from processors.notify.book import Book
from processors.notify.deciding import Decision
from processors.notify.group import Group, occasion_instead, superseded
from processors.records import rfc3339
from schemas.message import Message, Occasion
from schemas.notified import Queued, message_id, thread_id


class Posting:
    """Makes messages and enqueues them."""

    def __init__(self, book: Book, zone: ZoneInfo) -> None:
        self._book = book
        self._zone = zone

    def post(self, group: Group, decision: Decision, now_us: int) -> None:
        """Enqueue the message of a decision that the group remembers already."""
        memory = group.memory
        # Each digest stands for itself.
        began_us = now_us if decision.occasion is Occasion.DIGEST else memory.began_us
        thread = thread_id(group.key, began_us)
        message = self._message(group, decision, thread, now_us)
        for receiver in group.receivers:
            before = [
                one for one in superseded(memory, receiver, message) if self._book.take_back(group, one)
            ]
            occasion = occasion_instead(before, message.occasion)
            said = message if occasion is message.occasion else self._message(
                group, decision._replace(occasion=occasion), thread, now_us
            )  # fmt: skip
            self._book.enqueue(group, Queued(receiver, said, now_us))

    def _message(self, group: Group, decision: Decision, thread: str, now_us: int) -> Message:
        policy, occasion = group.policy, decision.occasion
        assert policy is not None
        assert occasion is not None
        known_over = [alert for alert in decision.shown if alert.id in decision.over_ids]
        over, gone = len(known_over), len(decision.over_ids) - len(known_over)
        alerts = decision.shown[: policy.alerts_max]
        more = len(decision.shown) - len(alerts)
        over_here = max(0, len(alerts) - (len(decision.shown) - over))
        open_ones = decision.shown[: len(decision.shown) - over]
        return Message(
            id=message_id(thread, group.memory.revision),
            route=policy.name,
            group=thread,
            revision=group.memory.revision,
            occasion=occasion,
            severity=wording.severity_of(open_ones or decision.shown),
            title=wording.title(policy, occasion, decision.shown, over, group.memory.labels),
            text=wording.text(policy, alerts, over_here, more, gone, self._zone),
            alerts=tuple(alerts),
            more=more,
            link=wording.link(policy, alerts),
            timezone=self._zone.key,
            created_at=rfc3339(now_us),
        )
