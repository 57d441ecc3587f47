"""Whether this worker may still write for its partitions: a lease, renewed by the group's heartbeats.

A process that was stopped for a while (a paused machine, a debugger, swapping) wakes up in the middle of
whatever it did, before it can learn that its partitions have gone to others. What it would write then is
true but old; compaction, which keeps the last record of a key, might prefer it to the newer truth.
"""

from collections.abc import Callable

from streams.clock import monotonic_s


class Lease:
    """Lasts a session time-out from the last heartbeat that the group's coordinator answered."""

    def __init__(self, session_timeout_s: float, clock: Callable[[], float] = monotonic_s) -> None:
        self._session_timeout_s = session_timeout_s
        self._clock = clock
        self._confirmed_s: float | None = None

    def now(self) -> float:
        """Return the time to give to `renew`; to be read before the heartbeat is sent."""
        return self._clock()

    def renew(self, sent_s: float) -> None:
        """The coordinator answered what was sent at `sent_s`. May be called from any thread."""
        self._confirmed_s = sent_s

    def end(self) -> None:
        """The group does not know this worker any more."""
        self._confirmed_s = None

    @property
    def held(self) -> bool:
        """Whether no other worker can have this one's partitions."""
        confirmed = self._confirmed_s
        return confirmed is not None and self._clock() - confirmed < self._session_timeout_s
