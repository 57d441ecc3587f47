"""One client of the event stream: what waits for it, up to a limit."""

import asyncio
from collections import deque
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
        self._bytes = 0
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
        """Give the snapshot, and what came since."""
        held, self._held = self._held or [], None
        for one in (message, *held):
            self.offer(one)

    def offer(self, message: bytes) -> None:
        """Queue a message; a client for whom too much waits is told good-bye instead."""
        if self.reason is not None:
            return
        if self._held is not None:
            self._held.append(message)
            if len(self._held) > self._limits.queue_messages_max:
                self.end("too_slow")
            return
        self._put(message)
        # A snapshot may be larger than the limit by itself: one message always has room.
        too_much = len(self._queue) > 1 and self._bytes > self._limits.queue_bytes_max
        if too_much or len(self._queue) > self._limits.queue_messages_max:
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
            self._bytes = 0
            self._put(bye(reason))
            self.over.set()

    async def take(self) -> bytes:
        """Wait until something is there; return all of it."""
        await self._ready.wait()
        self._ready.clear()
        taken = self._queue[0] if len(self._queue) == 1 else b"".join(self._queue)
        self._queue.clear()
        self._bytes = 0
        # What was taken is on its way, and was not yet sent: the next call says that it was.
        self._since_s = self._now_s
        return taken

    def sent(self) -> None:
        """Note that what was taken is sent."""
        self._since_s = None

    def _put(self, message: bytes) -> None:
        self._queue.append(message)
        self._bytes += len(message)
        self._ready.set()
