"""What the changelog of a stage that makes alerts says: of each key the truest record, and the partition's cuts."""

from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from processors.partition import StateItem

CUT = b"cut"
"""The key of the partition's cut."""


class Fenced(Protocol):
    """A record of the changelog."""

    @property
    def fence(self) -> int:
        """The source offset up to which it is true."""
        ...


Saved = TypeVar("Saved", bound=Fenced)


class Restored(Generic[Saved]):
    """Takes a changelog; `read` reads a record's value."""

    def __init__(self, read: Callable[[bytes], Saved]) -> None:
        self._read = read
        self.saved: dict[bytes, Saved] = {}
        self.cuts: list[bytes] = []

    def take(self, items: Iterable[StateItem]) -> None:
        """Keep what is at least as true as what is known."""
        for key, value in items:
            if value is None:
                self.saved.pop(key, None)
            elif key == CUT:
                self.cuts.append(value)
            else:
                saved = self._read(value)
                known = self.saved.get(key)
                if known is None or saved.fence >= known.fence:
                    self.saved[key] = saved
