"""A worker process: from the first connection to a clean end, or a quick one when something is in doubt."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from types import TracebackType
from typing import Any, Self

import structlog

from streams import garbage
from streams.faust_app import Shell
from streams.settings import Settings
from streams.status import WorkerStatus
from streams.topology import Stage

log = structlog.get_logger(__name__)

#: A clean stop takes less than a second; supervisors commonly kill after ten.
STOP_TIMEOUT_S = 9.0
#: After a failure there is nothing to save: only the group is told that we leave.
FAIL_TIMEOUT_S = 4.0

Beside = Callable[[WorkerStatus], AbstractAsyncContextManager[Any]]
"""Something to run in the worker's event loop as long as the worker, such as its HTTP pages."""


def run_worker(
    settings: Settings,
    stages: Sequence[Stage],
    status: WorkerStatus | None = None,
    beside: Sequence[Beside] = (),
) -> int:
    """Run these stages until SIGTERM or SIGINT, or until something fails.

    Every topic must exist. Returns the process's exit status: 0 after a signal, 1 after a failure, which
    is logged. If the end takes too long, the process is ended here and now, with 1: nothing is lost by
    that, what was not checkpointed is repeated.
    """
    garbage.relax()
    return asyncio.run(_run(settings, stages, status or WorkerStatus(), beside))


async def _run(
    settings: Settings, stages: Sequence[Stage], status: WorkerStatus, beside: Sequence[Beside]
) -> int:
    stop = _stop_on_signals()
    shell = Shell(settings, stages, status)
    async with AsyncExitStack() as stack:
        for make in beside:
            await stack.enter_async_context(make(status))
        tasks = _start(shell, stop)
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            error = task.exception()
            if error is not None:
                shell.fail(task.get_name(), error)
        await _end(shell, tasks)
    if status.failure is not None:
        return 1
    log.info("worker_stopped")
    return 0


def _start(shell: Shell, stop: asyncio.Event) -> list[asyncio.Task[None]]:
    """Start the worker; when the first of the tasks is done, it is at its end."""

    async def work() -> None:
        await shell.app.start()
        log.info("worker_started", stages=[stage.name for stage in shell.holdings.stages.values()])
        await shell.ticker.run()

    async def faust() -> None:
        await shell.app.wait()
        raise shell.app.crash_reason or RuntimeError("the Faust app stopped by itself")

    async def signalled() -> None:
        await stop.wait()

    async def failed() -> None:
        await shell.failed.wait()

    return [asyncio.create_task(job(), name=job.__name__) for job in (work, faust, signalled, failed)]


async def _end(shell: Shell, tasks: Sequence[asyncio.Task[None]]) -> None:
    """Save what can be saved, leave the group, close the connections."""
    status = shell.status
    status.stopping = True
    if status.failure is None:
        deadline = _Deadline(STOP_TIMEOUT_S)
    else:
        log.error(
            "worker_failed", where=status.failed_in, error=repr(status.failure), exc_info=status.failure
        )
        deadline = _Deadline(FAIL_TIMEOUT_S)
    with deadline:
        if status.failure is None:
            # What runs is finished, not cut off: chunks and ticks end with their slice.
            for holding in shell.holdings:
                holding.leaving = True
            await shell.save()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await shell.app.stop()
        except Exception as error:
            shell.fail("stop", error)
            log.error("stop_failed", error=repr(error), exc_info=error)


def _stop_on_signals() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Only the main thread can have handlers; elsewhere a worker ends by its failure, or with the process.
        with suppress(ValueError, RuntimeError, NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


class _Deadline:
    """Ends the process if its block takes longer: a thread, since the event loop may be what hangs."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end, [seconds])
        self._timer.daemon = True

    @staticmethod
    def _end(seconds: float) -> None:
        log.error("stop_timed_out", seconds=seconds)
        os._exit(1)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
