"""Reads events in a thread, for input that comes when it comes: a pipe must not stop the event loop."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable

from streams.sources.raw import RawEvent

#: Events read ahead; then the reader waits, and so does whoever writes into the pipe.
HELD_MAX = 20_000


class Feed:
    """Takes events as fast as they come and hands over all there are."""

    def __init__(self, events: Iterable[RawEvent]) -> None:
        self._events = events
        self._held: list[RawEvent] = []
        self._ended = False
        self._error: BaseException | None = None
        self._room = threading.Condition()
        self._arrived = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def blocks(self) -> AsyncIterator[list[RawEvent]]:
        """Yield what has come since the last block, at once when something has, until the input ends.

        Raises:
            SourceFailed: the input can't be read on; what came before has been yielded.
        """
        # A daemon: nothing can wake a thread that waits for input, and no command may wait for it to end.
        threading.Thread(target=self._read, name="feed", daemon=True).start()
        try:
            while True:
                await self._arrived.wait()
                with self._room:
                    self._arrived.clear()
                    block, self._held = self._held, []
                    ended = self._ended
                    self._room.notify()
                if block:
                    yield block
                if ended:
                    break
            if self._error is not None:
                raise self._error
        finally:
            with self._room:
                self._ended = True
                self._room.notify()

    def _read(self) -> None:
        try:
            for event in self._events:
                with self._room:
                    while len(self._held) >= HELD_MAX and not self._ended:
                        self._room.wait()
                    if self._ended:  # nobody takes any more
                        return
                    self._held.append(event)
                    first = len(self._held) == 1
                if first:
                    self._wake()
        except Exception as error:
            self._error = error
        with self._room:
            self._ended = True
        self._wake()

    def _wake(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)
