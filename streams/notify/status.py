"""What a notify process knows of itself, and its /metrics page made of that."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product

from prometheus_client.core import Metric

from processors.notify.notifier import Notifier
from schemas.notified import Fault, Held, Undelivered
from streams.clock import now_us
from streams.measuring.metric import Families
from streams.measuring.process_status import ProcessStatus
from streams.notify.metrics import METRICS
from streams.notify.sender import Fate
from streams.owning.membership import UNHEARD, Lease


class NotifyStatus(ProcessStatus):
    """Health, and what was counted since the start: over all turns that the process had."""

    def __init__(self, receivers: Iterable[str]) -> None:
        super().__init__()
        self._receivers = tuple(receivers)
        self.failed = asyncio.Event()
        self.joined = False
        """Whether the group knows this process."""
        self.lease: Lease | None = None
        self.reading = False
        """Whether it is its turn, and it is not yet known what was told."""
        self._notifier: Notifier | None = None
        self._attempts: Counter[tuple[str, Fate]] = Counter()
        self._attempt_s: Counter[str] = Counter()
        self._letters: Counter[tuple[str, str]] = Counter()
        self._messages: Counter[tuple[str, str]] = Counter()
        self._held: Counter[Held] = Counter()
        self._unreadable = 0

    def fail(self, where: str, error: BaseException) -> None:
        """Something is in doubt: the process is to end."""
        super().fail(where, error)
        self.failed.set()

    def unready(self) -> list[str]:
        """Why it neither sends nor stands by yet."""
        return [
            *([] if self.joined else ["the group does not know this process yet"]),
            *([UNHEARD] if self.lease is not None and self.lease.lost else []),
            *(["what was told is being read"] if self.reading else []),
        ]

    def begins(self, notifier: Notifier) -> None:
        """It is this process's turn."""
        self._notifier = notifier

    def ends(self) -> None:
        """The turn is over; what it counted is kept."""
        if self._notifier is not None:
            self._messages.update(self._notifier.decided)  # a sum would leave out what is at 0
            self._held += self._notifier.times_held
            self._unreadable += self._notifier.unreadable
            self._notifier = None

    def attempted(self, receiver: str, fate: Fate, seconds: float) -> None:
        """Count an attempt."""
        self._attempts[receiver, fate] += 1
        self._attempt_s[receiver] += seconds  # type: ignore[assignment]

    def buried(self, letters: Iterable[Undelivered]) -> None:
        """Count dead letters."""
        for letter in letters:
            self._letters[letter.receiver, letter.reason.value] += 1

    def collect(self) -> Iterator[Metric]:
        """Return all families, those without samples too."""
        families = Families(METRICS)
        add = families.add
        notifier = self._notifier
        add("crm_pulse_notify_active", notifier is not None)
        messages = Counter(self._messages)
        messages.update(notifier.decided if notifier else {})
        for (route, occasion), count in messages.items():
            add("crm_pulse_notify_messages_total", count, route=route, occasion=occasion)
        held = self._held + (notifier.times_held if notifier else Counter())
        held_now: Counter[Held] = notifier.held_now if notifier else Counter()
        for why in Held:
            add("crm_pulse_notify_held_total", held[why], reason=why.value)
            add("crm_pulse_notify_held_alerts", held_now[why], reason=why.value)
        for receiver in self._receivers:
            for fate in Fate:
                add(
                    "crm_pulse_notify_attempts_total",
                    self._attempts[receiver, fate],
                    receiver=receiver,
                    outcome=fate.value,
                )
            add("crm_pulse_notify_attempt_seconds_total", self._attempt_s[receiver], receiver=receiver)
            queue = notifier.queues[receiver] if notifier else None
            oldest_us = queue.oldest_us if queue else None
            age_s = 0.0 if oldest_us is None else max(0, now_us() - oldest_us) / 1e6
            add("crm_pulse_notify_queued_messages", len(queue) if queue else 0, receiver=receiver)
            add("crm_pulse_notify_oldest_queued_seconds", age_s, receiver=receiver)
            add("crm_pulse_notify_breaker_open", bool(queue and queue.broken), receiver=receiver)
        # From the start, at 0: of a series that begins with 1 Prometheus sees no increase, and nobody would hear of it.
        none = dict.fromkeys(product(self._receivers, (fault.value for fault in Fault)), 0)
        for (receiver, reason), count in {**none, **self._letters}.items():
            add("crm_pulse_notify_dead_letters_total", count, receiver=receiver, reason=reason)
        add("crm_pulse_notify_groups", notifier.groups if notifier else 0)
        unreadable = self._unreadable + (notifier.unreadable if notifier else 0)
        add("crm_pulse_notify_unreadable_records_total", unreadable)
        yield from families
