"""A turn: everything is read whole, then alerts become messages and messages are sent, until the turn is over.

What is decided is written to `crm.notified` before it is sent, what arrived after it: a crash repeats at most
the message that was on its way to each receiver, under the same id.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack

import msgspec
import structlog

from processors.notify.ends import Ends
from processors.notify.notifier import Notifier
from processors.notify.queue import Item
from processors.partition import Send
from schemas.duration import DAY_US
from schemas.notified import Undelivered
from streams.clock import monotonic_s, now_us
from streams.kafka.producing import producing
from streams.kafka.publishing import Publisher
from streams.notify.done_before import done_before
from streams.notify.ends_telling import tell_ends
from streams.notify.reading import read_all
from streams.notify.recent_values import recent_values
from streams.notify.sender import Fate, Outcome, Sender
from streams.notify.status import NotifyStatus
from streams.owning.membership import Lease
from streams.settings import Settings
from streams.topics import BATCH_BYTES_MAX, topics

log = structlog.get_logger(__name__)

WAIT_MAX_S = 5.0
"""The clock may be set: what is due by it is looked for so often at least."""
ATTEMPT_MAX_S = 120.0
"""Receivers have time-outs of their own, shorter ones; a sender that forgets its own must not hold up the rest."""
FINISH_S = 3.0
"""What is on its way when the turn is over may take so long to arrive. Cut off, it is sent again by the next."""

_encode = msgspec.json.Encoder().encode


class Session:
    """One turn of a notify process."""

    def __init__(
        self,
        settings: Settings,
        notifier: Notifier,
        senders: Mapping[str, Sender],
        lease: Lease,
        status: NotifyStatus,
        random: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._topics = topics(settings)
        self._notifier = notifier
        self._recent = recent_values(settings)
        self._ends = Ends(self._topics.activity.name, round(settings.dedup_horizon_d * DAY_US))
        self._senders = senders
        self._lease = lease
        self._status = status
        self._random = random
        self._news = asyncio.Event()
        """Something came that may be told."""
        self._ended = asyncio.Event()
        """Something came that may have ended an alert."""
        self._wakes = {name: asyncio.Event() for name in senders}
        """Something may be sent to this receiver."""
        self._writing = asyncio.Lock()
        self._over = False
        self._publisher: Publisher

    async def run(self, over: asyncio.Event) -> None:
        """Read, decide and send until `over` is set. Raises what went wrong; then it is in doubt what is true."""
        async with AsyncExitStack() as stack:
            producer = await stack.enter_async_context(
                # A group of many thousand alerts is one record: large, and much alike.
                producing(
                    self._settings, self._lease, compression_type="gzip", max_request_size=BATCH_BYTES_MAX
                )
            )
            self._publisher = Publisher(lambda: producer, self._lease)
            if await done_before(over, self._read(stack)) and not over.is_set():
                await self._work(stack, over)
        log.info("notify_stands_by")

    async def _read(self, stack: AsyncExitStack) -> None:
        # Who was before us may have been put out in the middle of a write: not before the lease is ours.
        await self._lease.assured()
        await read_all(stack, self._settings, self._notifier, self._ends, self._heard, self._status.fail)

    async def _work(self, stack: AsyncExitStack, over: asyncio.Event) -> None:
        self._notifier.begin(now_us())
        self._status.begins(self._notifier)
        self._status.reading = False
        log.info("notify_active", groups=self._notifier.groups)
        stack.callback(self._status.ends)
        finishing = [
            asyncio.create_task(self._decide(), name="decide"),
            *(
                asyncio.create_task(self._send(name, sender), name=f"send to {name}")
                for name, sender in self._senders.items()
            ),
        ]
        telling = asyncio.create_task(
            tell_ends(self._ends, self._ended, self._publisher, self._lease), name="tell ends"
        )
        waiting = asyncio.create_task(over.wait(), name="over")
        tasks = [*finishing, telling, waiting]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {waiting}:
                task.result()
            self._over = True
            self._news.set()
            self._wake()
            await asyncio.wait(finishing, timeout=FINISH_S)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _heard(self) -> None:
        self._news.set()
        self._ended.set()

    async def _decide(self) -> None:
        while not self._over:
            self._news.clear()
            more = self._notifier.tick(now_us())
            await self._save()
            if more:
                await asyncio.sleep(0)
            else:
                await _until(self._news, self._notifier.due_us())

    async def _send(self, receiver: str, sender: Sender) -> None:
        queue, wake = self._notifier.queues[receiver], self._wakes[receiver]
        while not self._over:
            wake.clear()
            item = queue.next(now_us())
            if item is None:
                await _until(wake, queue.due_us())
                continue
            await self._lease.assured()
            if self._over:
                return  # it may have taken long
            began_s = monotonic_s()
            outcome = await self._attempt(receiver, sender, item)
            self._status.attempted(receiver, outcome.fate, monotonic_s() - began_s)
            self._take(receiver, item, outcome)
            await self._save()

    async def _attempt(self, receiver: str, sender: Sender, item: Item) -> Outcome:
        message = item.queued.message
        if item.kept:  # what is only sent again, so that it is not taken for over, has no reader
            message = await self._recent.shown_in(message)
        try:
            async with asyncio.timeout(ATTEMPT_MAX_S):
                return await sender.send(message, self._notifier.fates.thread_of(receiver, item))
        except TimeoutError:
            return Outcome(Fate.LATER, f"no answer within {ATTEMPT_MAX_S:g} s")
        except Exception as error:
            # A fault of ours; others must not suffer, and the message may be what it is about.
            log.exception("sender_failed", receiver=receiver, message_id=message.id)
            return Outcome(Fate.LATER, f"the sender failed: {type(error).__name__}")

    def _take(self, receiver: str, item: Item, outcome: Outcome) -> None:
        message, notifier = item.queued.message, self._notifier
        about = {"receiver": receiver, "message_id": message.id, "occasion": message.occasion.value}
        match outcome.fate:
            case Fate.DELIVERED:
                notifier.fates.delivered(receiver, item, outcome.thread)
                log.info("message_delivered", **about, route=message.route, why=outcome.why)
            case Fate.PARTLY:
                notifier.fates.partly(receiver, item, outcome.why, outcome.thread, now_us(), self._random())
                log.warning("message_delivered_in_part", **about, attempts=item.attempts, why=outcome.why)
            case Fate.LATER:
                after_us = None if outcome.after_s is None else round(outcome.after_s * 1e6)
                notifier.fates.later(receiver, item, outcome.why, now_us(), self._random(), after_us)
                log.warning("message_delayed", **about, attempts=item.attempts, why=outcome.why)
            case Fate.REFUSED:
                notifier.fates.refused(receiver, item, outcome.why)
                log.error("message_refused", **about, why=outcome.why)

    async def _save(self) -> None:
        """Write what changed; then its messages may be sent. Raises PublishError, LeaseLostError."""
        async with self._writing:
            letters, items = self._notifier.buried(), self._notifier.unsaved()
            if letters or items:
                await self._lease.assured()
                # First kept there, then forgotten here.
                await self._publisher.publish([self._letter(letter) for letter in letters])
                name = self._topics.notified.name
                await self._publisher.publish([Send(name, 0, key, value) for key, value in items])
                self._status.buried(letters)
            self._notifier.saved()
        self._wake()

    def _letter(self, letter: Undelivered) -> Send:
        key = letter.message.id.encode()
        headers = (("receiver", letter.receiver.encode()), ("reason", letter.reason.value.encode()))
        return Send(self._topics.notify_dead_letters.name, 0, key, _encode(letter), headers)

    def _wake(self) -> None:
        for wake in self._wakes.values():
            wake.set()


async def _until(event: asyncio.Event, due_us: int | None) -> None:
    """Return when the event is set, or it is time."""
    wait_s = WAIT_MAX_S if due_us is None else min(WAIT_MAX_S, max(0.0, (due_us - now_us()) / 1e6))
    try:
        async with asyncio.timeout(wait_s):
            await event.wait()
    except TimeoutError:
        pass
