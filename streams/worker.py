"""A worker process: from the first connection to a clean end, or a quick one when something is in doubt."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import Any

import structlog

from streams.faust_app import Shell
from streams.generations import Watch
from streams.kafka.refused import refusal
from streams.process import garbage
from streams.process.deadline import Deadline
from streams.process.leaving import LEAVING
from streams.process.stopping import FAIL_TIMEOUT_S, STOP_TIMEOUT_S, run_until_stopped
from streams.settings import Settings
from streams.status import WorkerStatus
from streams.topology import Stage

log = structlog.get_logger(__name__)


#: What `run_worker` returns when a rebuild replaced the state: to be started again, with the catalog as it is then.
START_AGAIN = 75

Beside = Callable[[WorkerStatus], AbstractAsyncContextManager[Any]]
"""Something to run in the worker's event loop as long as the worker, such as its HTTP pages."""


def run_worker(
    settings: Settings,
    stages: Sequence[Stage],
    status: WorkerStatus | None = None,
    beside: Sequence[Beside] = (),
    generation: int | None = None,
) -> int:
    """Run these stages until SIGTERM or SIGINT, or until something fails. To be called in the main thread.

    Every topic must exist. Returns the process's exit status: 0 after a signal, 1 after a failure, which
    is logged. If the end takes too long, the process is ended here and now, with 1 unless all is saved.
    With a `generation`, the worker ends as well when that is no more the running one, with `START_AGAIN`.
    """
    garbage.relax()
    return run_until_stopped(partial(_run, settings, stages, status or WorkerStatus(), beside, generation))


async def _run(
    settings: Settings,
    stages: Sequence[Stage],
    status: WorkerStatus,
    beside: Sequence[Beside],
    generation: int | None,
    stop: asyncio.Event,
    deadline: Deadline,
) -> int:
    watch = None if generation is None else Watch(settings, generation)
    log.info("worker_starting", stages=[stage.name for stage in stages], group=settings.app_id)
    shell = Shell(settings, stages, status, None if watch is None else watch.confirm)
    LEAVING.hold(shell)
    async with AsyncExitStack() as stack:
        for make in beside:
            await stack.enter_async_context(make(status))
        tasks = _start(shell, stop, watch)
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            error = task.exception()
            if error is not None:
                shell.fail(task.get_name(), error)
        again = watch is not None and watch.superseded.is_set() and not stop.is_set()
        if again:
            deadline.start(STOP_TIMEOUT_S)  # others wait for this one to be gone
        # A supervisor starts again what ended with 1, as we would have done.
        await _end(shell, tasks, deadline, 1 if again else 0)
    if status.failure is not None:
        return 1
    log.info("worker_stopped")
    # Whoever asked it to stop meanwhile wants it gone.
    return START_AGAIN if again and not stop.is_set() else 0


def _start(shell: Shell, stop: asyncio.Event, watch: Watch | None) -> list[asyncio.Task[None]]:
    """Start the worker; when the first of the tasks is done, it is at its end."""

    started = asyncio.Event()

    async def start() -> None:
        await shell.app.start()
        log.info("worker_started", partitions=len(shell.holdings))
        started.set()
        await asyncio.Event().wait()

    async def tick() -> None:
        await started.wait()
        await shell.ticker.run()

    async def tick_live(stage: Stage) -> None:
        await started.wait()
        await shell.ticker.run_live(stage)

    async def faust() -> None:
        await shell.app.wait()
        raise shell.app.crash_reason or RuntimeError("the Faust app stopped by itself")

    async def signalled() -> None:
        await stop.wait()

    async def failed() -> None:
        await shell.failed.wait()

    async def superseded() -> None:
        assert watch is not None
        async with watch.following(shell.fail):
            await watch.superseded.wait()

    jobs = [start, tick, faust, signalled, failed, *([] if watch is None else [superseded])]
    running = {job.__name__: job() for job in jobs}
    running |= {f"tick_live {stage.name}": tick_live(stage) for stage in shell.holdings.stages.values()}
    return [asyncio.create_task(job, name=name) for name, job in running.items()]


def _tell_failure(where: str, failure: BaseException) -> None:
    """Say why the worker ends, in one line; a right that is missing needs words and no traceback."""
    right = "read" if where == "fetching" else "read or write"
    refused = refusal(failure, right)
    if refused is None:
        log.error("worker_failed", where=where, error=repr(failure), exc_info=failure)
    else:
        log.error("worker_failed", where=where, error=refused, refused=True)


async def _end(
    shell: Shell, tasks: Sequence[asyncio.Task[None]], deadline: Deadline, saved_status: int
) -> None:
    """Save what can be saved, leave the group, close the connections.

    `saved_status` is what the process ends with when it is saved and the rest hangs.
    """
    status = shell.status
    status.stopping = True
    if status.failure is None:
        # What runs is finished, not cut off: chunks and ticks end with their slice.
        for holding in shell.holdings:
            holding.leaving = True
        await shell.save()
    if status.failure is None:
        # The group may let us wait for its rebalance before it lets us go.
        deadline.status = saved_status
    else:
        _tell_failure(status.failed_in, status.failure)
        deadline.start(FAIL_TIMEOUT_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    try:
        await shell.app.stop()
    except Exception as error:
        shell.fail("stop", error)
        log.error("stop_failed", error=repr(error), exc_info=error)
