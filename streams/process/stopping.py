"""A process from its start to its end: SIGTERM and SIGINT end it cleanly, and in time."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from streams.process.deadline import Deadline
from streams.process.leaving import LEAVING

STOP_TIMEOUT_S = 9.0
"""A clean stop takes as long as what is on its way, at most; supervisors commonly kill after ten."""
FAIL_TIMEOUT_S = 4.0
"""After a failure there is nothing to save: only the group is told that we leave."""

Main = Callable[[asyncio.Event, Deadline], Coroutine[Any, Any, int]]


def run_until_stopped(main: Main) -> int:
    """Run a process's main coroutine; return its exit status. To be called in the main thread.

    It is given an event that SIGTERM and SIGINT set, and the deadline that starts then: if the end takes too long, the
    process is ended here and now, with the deadline's status.
    """
    deadline = Deadline()

    async def run() -> int:
        with _signals(deadline) as stop:
            return await main(stop, deadline)

    try:
        return asyncio.run(run())
    finally:
        deadline.cancel()


@contextmanager
def _signals(deadline: Deadline) -> Iterator[asyncio.Event]:
    """Yield the event. Plain handlers, not the event loop's: they run even while the loop is stuck in a processor.

    A process that was told to stop hears no signal afterwards: all is done, and what ends it is to be its status.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def handle(_number: int, _frame: object) -> None:
        deadline.start(STOP_TIMEOUT_S)
        loop.call_soon_threadsafe(stop.set)

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        if not (stop.is_set() and LEAVING.deafen(before)):
            for number, handler in before.items():
                signal.signal(number, handler)
