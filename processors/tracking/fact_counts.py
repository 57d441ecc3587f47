"""How many facts there are under each key, the keys sorted. Nearly always there is one under each."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence


class FactCounts:
    """Counts by key; no count is 0."""

    __slots__ = ("keys", "more")

    def __init__(self) -> None:
        self.keys = array("q")
        """Sorted."""
        self.more: dict[int, int] | None = None
        """How many facts beside one under a key, where there are more."""

    def counts(self) -> list[int]:
        """Return how many facts there are under each key."""
        more = self.more or {}
        return [1 + more.get(key, 0) for key in self.keys]

    def count(self, key: int, n: int) -> None:
        """Take facts under a key."""
        keys = self.keys
        if not keys or key > keys[-1]:
            keys.append(key)
            n -= 1
        else:
            index = bisect_left(keys, key)
            if keys[index] != key:
                keys.insert(index, key)
                n -= 1
        if n:
            more = self.more = self.more or {}
            more[key] = more.get(key, 0) + n

    def take_one(self, index: int) -> bool:
        """Take one from under a key; return whether it was the last, and the key is gone."""
        key = self.keys[index]
        more = self._take_more(key)
        if more > 1:
            self.more = {**(self.more or {}), key: more - 1}
        if not more:
            del self.keys[index]
        return not more

    def cut(self, low: int, high: int) -> list[tuple[int, int]]:
        """Take out the keys from one index up to another, and how many facts are under each."""
        cut = [(key, 1 + self._take_more(key)) for key in self.keys[low:high]]
        del self.keys[low:high]
        return cut

    def _take_more(self, key: int) -> int:
        more = self.more
        if more is None:
            return 0
        n = more.pop(key, 0)
        if not more:
            self.more = None
        return n

    def restore(self, keys: Sequence[int], counts: Sequence[int]) -> None:
        """Take what was written; `counts` may be left out where all are 1."""
        self.keys = array("q", keys)
        more = {key: count - 1 for key, count in zip(keys, counts, strict=False) if count > 1}
        self.more = more or None
