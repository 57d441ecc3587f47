"""Events that can't be used, told on standard error: the first of them, and how many more there are."""

from collections import Counter
from typing import Final

import typer

from schemas.dead_letter import Reason, Unusable

#: So many are described; all are counted.
SHOWN_MAX: Final = 10


def tell(sentence: str) -> None:
    """Say on standard error what is odd about a file."""
    typer.echo(sentence, err=True)


class UnusableEvents:
    """Counts them, and says of each, as long as they are few, where it is and what is wrong with it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: Counter[Reason] = Counter()

    def __len__(self) -> int:
        return self._counts.total()

    def note(self, where: str, why: Unusable) -> None:
        """Take one that was found at that place."""
        self._counts[why.reason] += 1
        if len(self) <= SHOWN_MAX:
            typer.echo(f"{where}: {why.reason}: {why.sentence}", err=True)

    def end(self) -> None:
        """Say how many were not described."""
        if len(self) > SHOWN_MAX:
            typer.echo(f"… and {len(self) - SHOWN_MAX} more that can't be used", err=True)

    def summary(self) -> str:
        """How many of which reason: `2 bad_json, 1 from_future`."""
        return ", ".join(f"{count} {reason}" for reason, count in self._counts.most_common())
