"""Forgetting: what is kept at hand only to be quick has a limit, and the oldest of it makes room."""

from itertools import islice
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def forget_oldest(kept: dict[Key, Value], most: int) -> list[tuple[Key, Value]]:
    """Make room in a dictionary of at most so many; return what was taken out, the oldest first.

    A quarter at once: to find its first key, a dictionary passes the places of all that were taken out before.
    """
    if len(kept) < most:
        return []
    return [(key, kept.pop(key)) for key in [*islice(kept, -(-most // 4))]]
