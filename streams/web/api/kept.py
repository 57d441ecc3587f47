"""The last changes, kept for clients that come back."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from streams.serving.store import Changes


class Kept(NamedTuple):
    """A batch of changes, and when it was taken."""

    at_us: int
    changes: Changes
    bytes: int


class KeptChanges:
    """A bounded number of batches, in their order."""

    def __init__(self, batches_max: int, bytes_max: int) -> None:
        self._batches_max = batches_max
        self._bytes_max = bytes_max
        self._kept: deque[Kept] = deque()
        self._bytes = 0

    def add(self, at_us: int, changes: Changes) -> None:
        """Keep a batch; the oldest go where there are too many."""
        size = sum(len(key) + len(record or b"") for key, record in (*changes.kpis, *changes.alerts))
        self._kept.append(Kept(at_us, changes, size))
        self._bytes += size
        # The newest stays, however large: who knows it has missed nothing.
        while len(self._kept) > self._batches_max or (self._bytes > self._bytes_max and len(self._kept) > 1):
            self._bytes -= self._kept.popleft().bytes

    def clear(self) -> None:
        """Forget all: what follows doesn't follow on it."""
        self._kept.clear()
        self._bytes = 0

    def after(self, id: str, from_us: int) -> Sequence[Changes] | None:
        """Return the batches after an id; None where it is not kept, or was before a time."""
        found: list[Changes] = []
        for kept in reversed(self._kept):
            if kept.changes.id == id:
                return None if kept.at_us < from_us else found[::-1]
            found.append(kept.changes)
        return None
