"""How long it took to acknowledge and to resolve alerts, by rule and team: mean, and percentiles by nearest rank."""

from collections.abc import Iterable, Sequence
from math import ceil

import msgspec

from processors.alerts.history import Episode


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Durations, seconds."""

    n: int
    mean_s: float | None
    p50_s: float | None
    p90_s: float | None


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a rule's alerts about one team (None: about no team, or all)."""

    rule: str
    team: str | None
    fired: int
    open: int
    acknowledged: int
    resolved: int
    """By a recovery."""
    closed: int
    """Ended otherwise: the period, the rule or the KPI was over, or the alert was a mistake."""
    reopened: int
    to_acknowledge: Spread
    to_resolve: Spread


def times(episodes: Iterable[Episode]) -> list[Times]:
    """Return the times of each rule and team, by name."""
    groups: dict[tuple[str, str | None], list[Episode]] = {}
    for episode in episodes:
        groups.setdefault((episode.rule, episode.team), []).append(episode)
    return [
        _times(rule, team, groups[rule, team])
        for rule, team in sorted(groups, key=lambda group: (group[0], group[1] or ""))
    ]


def spread(durations_s: Sequence[float]) -> Spread:
    """Return mean and percentiles; none of nothing."""
    if not durations_s:
        return Spread(n=0, mean_s=None, p50_s=None, p90_s=None)
    ordered = sorted(durations_s)
    return Spread(
        n=len(ordered),
        mean_s=round(sum(ordered) / len(ordered), 6),
        p50_s=_nearest_rank(ordered, 50),
        p90_s=_nearest_rank(ordered, 90),
    )


def _times(rule: str, team: str | None, found: list[Episode]) -> Times:
    to_acknowledge = [one.to_acknowledge_s for one in found if one.to_acknowledge_s is not None]
    to_resolve = [one.to_resolve_s for one in found if one.to_resolve_s is not None]
    over = sum(one.ends_at is not None for one in found)
    return Times(
        rule=rule,
        team=team,
        fired=len(found),
        open=len(found) - over,
        acknowledged=len(to_acknowledge),
        resolved=len(to_resolve),
        closed=over - len(to_resolve),
        reopened=sum(one.reopened for one in found),
        to_acknowledge=spread(to_acknowledge),
        to_resolve=spread(to_resolve),
    )


def _nearest_rank(ordered: Sequence[float], percent: int) -> float:
    return ordered[ceil(len(ordered) * percent / 100) - 1]
