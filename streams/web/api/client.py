"""One client of the event stream: what waits for it, up to a limit.

One message always has room, however large it is and whatever waits before and after it: of what waits the largest does
not count. So a client that has just joined is not slow because its snapshot is large.
"""

import asyncio
from collections import deque
from collections.abc import Collection
from typing import Final, Literal

from streams.web.api.limits import Limits
from streams.web.api.sse import bye

Reason = Literal["too_slow", "stopping"]
REASONS: Final[tuple[Reason, ...]] = ("too_slow", "stopping")


class Client:
    """A queue between the hub, which never waits, and a connection, which may."""

    def __init__(self, counted_as: str, limits: Limits, now_s: float) -> None:
        self.counted_as = counted_as
        self.over = asyncio.Event()
        """Set when it is told good-bye."""
        self.reason: Reason | None = None
        self._limits = limits
        self._queue: deque[bytes] = deque()
        self._ready = asyncio.Event()
        self._held: list[bytes] | None = None
        self._since_s: float | None = None
        """Since when something waits that was not taken."""
        self._now_s = now_s

    @property
    def waits_for_snapshot(self) -> bool:
        """Whether what comes is held back until a snapshot comes before it."""
        return self._held is not None

    def hold(self) -> None:
        """Hold back what comes from now on; what was held is in the snapshot that will be."""
        self._held = []

    def snapshot(self, message: bytes) -> None:
        """Give the snapshot, and what came since; all comes at once, so only the next message finds out who is slow."""
        held, self._held = self._held or [], None
        if self.reason is None:
            for one in (message, *held):
                self._put(one)

    def offer(self, message: bytes) -> None:
        """Queue a message; a client for whom too much waits is told good-bye instead."""
        if self.reason is not None:
            return
        if self._held is None:
            self._put(message)
        else:
            self._held.append(message)
        if self._is_too_much(self._queue if self._held is None else self._held):
            self.end("too_slow")

    def status(self, message: bytes) -> None:
        """Queue a status at once, also while a snapshot is waited for."""
        held, self._held = self._held, None
        self.offer(message)
        if self.reason is None:
            self._held = held

    def tick(self, now_s: float) -> None:
        """Note the time; a client that took nothing for too long is told good-bye."""
        self._now_s = now_s
        if self._since_s is not None and now_s - self._since_s > self._limits.stalled_s:
            self.end("too_slow")

    def end(self, reason: Reason) -> None:
        """Say good-bye: nothing that waits is sent any more."""
        if self.reason is None:
            self.reason = reason
            self._queue.clear()
            self._put(bye(reason))
            self.over.set()

    async def take(self) -> bytes:
        """Wait until something is there; return all of it."""
        await self._ready.wait()
        self._ready.clear()
        taken = self._queue[0] if len(self._queue) == 1 else b"".join(self._queue)
        self._queue.clear()
        # What was taken is on its way, and was not yet sent: the next call says that it was.
        self._since_s = self._now_s
        return taken

    def sent(self) -> None:
        """Note that what was taken is sent."""
        self._since_s = None

    def _put(self, message: bytes) -> None:
        self._queue.append(message)
        self._ready.set()

    def _is_too_much(self, messages: Collection[bytes]) -> bool:
        sizes = [len(one) for one in messages]
        beside_largest = sum(sizes) - max(sizes)
        return len(sizes) > self._limits.queue_messages_max or beside_largest > self._limits.queue_bytes_max
