"""The ids of changes: when the store was last filled anew, and a number without gaps.

So whoever knows one can tell whether the next that it sees is the next: `1795251790123-17` is followed by
`1795251790123-18`, and by nothing else. They have the form of the ids of a Redis stream.
"""

import re
from typing import NamedTuple, Self

_TEXT = re.compile(r"([0-9]{1,15})-([0-9]{1,15})")


class ChangeId(NamedTuple):
    """Ids compare as they rise."""

    generation: int
    """Milliseconds of the moment when the store was filled anew."""
    number: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read one from its text; None where it is none."""
        match = _TEXT.fullmatch(text)
        return None if match is None else cls(int(match[1]), int(match[2]))

    @property
    def next(self) -> "ChangeId":
        """The one that follows."""
        return ChangeId(self.generation, self.number + 1)

    def __str__(self) -> str:
        return f"{self.generation}-{self.number}"


NOTHING = ChangeId(0, 0)
"""Before the first change of all."""
