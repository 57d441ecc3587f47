"""The last resort at the end of a process: out, whatever hangs."""

import os
import threading

import structlog

log = structlog.get_logger(__name__)


class Deadline:
    """Ends the process with status 1 unless it is cancelled in time.

    A thread, since the event loop may be what hangs. Nothing is lost by it: what was not checkpointed is
    repeated by the next process.
    """

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def start(self, seconds: float) -> None:
        """Begin to count; once begun, it goes on as it was begun. May be called in a signal handler."""
        if self._timer is None:
            self._timer = threading.Timer(seconds, self._end, [seconds])
            self._timer.daemon = True
            self._timer.start()

    def cancel(self) -> None:
        """The end was reached in time."""
        if self._timer is not None:
            self._timer.cancel()

    @staticmethod
    def _end(seconds: float) -> None:
        log.error("stop_timed_out", seconds=seconds)
        os._exit(1)
