"""Signals: SIGTERM and SIGINT end a process cleanly, and in time."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from streams.process.deadline import Deadline


@contextmanager
def stopped_by_signals(deadline: Deadline, timeout_s: float) -> Iterator[asyncio.Event]:
    """Yield an event that SIGTERM and SIGINT set, and which starts the deadline.

    Plain handlers, not the event loop's: they run even while the loop is stuck in a processor.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def handle(_number: int, _frame: object) -> None:
        deadline.start(timeout_s)
        loop.call_soon_threadsafe(stop.set)

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
