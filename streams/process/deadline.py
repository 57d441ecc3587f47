"""The last resort at the end of a process: out, whatever hangs."""

import os
import threading

import structlog

log = structlog.get_logger(__name__)

SAY_S = 1.0
"""The last line may take so long: on a pipe that is full and that nobody reads, it would take for ever."""


class Deadline:
    """Ends the process unless it is cancelled in time.

    A thread, since the event loop may be what hangs. Nothing is lost by it: what was not checkpointed is
    repeated by the next process.
    """

    def __init__(self) -> None:
        self.status = 1
        """What the process then ends with; to be set to 0 when all is done but the good-byes."""
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

    def _end(self, seconds: float) -> None:
        told = {"seconds": seconds, "status": self.status}
        saying = threading.Thread(target=log.error, args=("stop_timed_out",), kwargs=told, daemon=True)
        saying.start()
        saying.join(SAY_S)
        os._exit(self.status)
