"""Who is where on a leaderboard."""

from collections.abc import Iterable

from streams.serving.store import Standing


def standings(
    scores: Iterable[tuple[str, float]], *, descending: bool = True, top: int | None = None
) -> list[Standing]:
    """Rank reps by their values, the best first; equal values share a rank, and their names decide the order."""
    sign = -1 if descending else 1
    found: list[Standing] = []
    for place, (rep, value) in enumerate(sorted(scores, key=lambda one: (sign * one[1], one[0])), 1):
        tied = bool(found) and found[-1].value == value
        found.append(Standing(rep, value, found[-1].rank if tied else place))
    return found if top is None else found[: max(0, top)]
