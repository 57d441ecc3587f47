"""Posting: a decision becomes a message, and waits in the queue of each receiver."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product
from zoneinfo import ZoneInfo

from processors.notify import wording
from processors.notify.book import Book
from processors.notify.deciding import Decision
from processors.notify.group import Group, occasion_instead, superseded
from processors.publishing.records import rfc3339
from schemas.message import Message, Occasion
from schemas.notified import Queued, message_id, thread_id


class Posting:
    """Makes messages and enqueues them."""

    def __init__(self, book: Book, zone: ZoneInfo, routes: Iterable[str]) -> None:
        self._book = book
        self._zone = zone
        self.decided: Counter[tuple[str, str]] = Counter(
            dict.fromkeys(product(routes, map(str, Occasion)), 0)
        )
        """Messages by route and occasion, of all that there are."""

    def post(
        self, group: Group, decision: Decision, now_us: int, receivers: Sequence[str] | None = None
    ) -> None:
        """Enqueue the message of a decision that the group remembers already, for all receivers or these."""
        memory = group.memory
        if receivers is None:
            receivers = self._whom(group, decision)
        # Each digest stands for itself.
        began_us = now_us if decision.occasion is Occasion.DIGEST else memory.began_us
        thread = thread_id(group.key, began_us)
        message = self._message(group, decision, thread, now_us)
        self.decided[message.route, message.occasion.value] += 1
        for receiver in receivers:
            before = [
                one for one in superseded(memory, receiver, message) if self._book.take_back(group, one)
            ]
            occasion = occasion_instead(before, message.occasion)
            said = message if occasion is message.occasion else self._message(
                group, decision._replace(occasion=occasion), thread, now_us
            )  # fmt: skip
            self._book.enqueue(group, Queued(receiver, said, now_us))

    @staticmethod
    def _whom(group: Group, decision: Decision) -> Sequence[str]:
        memory = group.memory
        if decision.occasion is Occasion.RESOLVED:  # is no news for who never heard of it
            return [one for one in group.receivers if one in memory.whom]
        if decision.occasion is not Occasion.DIGEST:
            memory.whom = [*dict.fromkeys((*memory.whom, *group.receivers))]
        return group.receivers

    def _message(self, group: Group, decision: Decision, thread: str, now_us: int) -> Message:
        policy, occasion = group.policy or self._book.without(group.memory.route), decision.occasion
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
