"""What rules would have done: what each would have sent, how often it flapped, and what would have calmed it."""

from collections.abc import Iterable, Mapping

import msgspec

from processors.alerts.history import FLAP_US, Told, episodes
from processors.alerts.times import spread
from processors.reading.event_time import decode_time
from processors.virtual_time.rule_history import History
from processors.virtual_time.rule_trial import Suggestion, of_alerts, suggestions
from schemas.alert import AlertState
from schemas.rule import Rule
from schemas.severity import rank


class RuleReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule would have done."""

    rule: str
    severity: str
    alerts: int
    """How many different alerts fired: teams, reps, periods."""
    fired: int
    """How often they did."""
    open: int
    """How many are not over at the end."""
    came_to_nothing: int
    """How often one was pending and did not fire."""
    flapped: int
    """How often one began again within an hour of its end, and fired."""
    messages: int
    """What would have been sent: each that fired, became worse, and was over."""
    lasted_p50_s: float | None
    lasted_p90_s: float | None
    suggestions: tuple[Suggestion, ...]


def reports(
    rules: Mapping[str, Rule], found: History, since_us: int = 0, flap_us: int = FLAP_US
) -> list[RuleReport]:
    """Return a report of each rule, those that would have sent most first."""
    told_by: dict[str, list[Told]] = {name: [] for name in rules}
    rule_of: dict[str, str] = {}
    for told in found.told:
        told_by.setdefault(told.rule, []).append(told)
        rule_of[told.id] = told.rule
    nothing = dict.fromkeys(told_by, 0)
    for one in found.withdrawn:
        if one.at_us >= since_us:
            nothing[rule_of[one.id]] += 1
    every = [
        _report(name, rules[name], told, nothing[name], found, since_us, flap_us)
        for name, told in told_by.items()
        if name in rules
    ]
    return sorted(every, key=lambda one: (-one.messages, one.rule))


def messages(told: Iterable[Told]) -> list[Told]:
    """Return the steps that people would have been told of: firing, worse, over."""
    said: dict[tuple[str, str], int] = {}
    found = []
    for one in told:
        episode = one.id, one.starts_at
        worst = said.get(episode)
        if one.state == AlertState.RESOLVED:
            if worst is not None:
                found.append(one)
                del said[episode]
        elif one.state == AlertState.FIRING and (worst is None or rank(one.severity) > worst):
            found.append(one)
            said[episode] = rank(one.severity)
    return found


def _report(
    name: str, rule: Rule, told: list[Told], nothing: int, found: History, since_us: int, flap_us: int
) -> RuleReport:
    fired = [one for one in episodes(told, flap_us=flap_us) if decode_time(one.fired_at) >= since_us]
    lasted = spread([one.lasted_s for one in fired if one.lasted_s is not None])
    flapped = sum(one.reopened for one in fired)
    calmer: list[Suggestion] = []
    if flapped and found.complete:
        tapes = of_alerts(name, found.tapes, {one.id for one in told})
        calmer = suggestions(name, rule, tapes, found.until_us, since_us, flap_us)
    return RuleReport(
        rule=name,
        severity=rule.severity,
        alerts=len({one.id for one in fired}),
        fired=len(fired),
        open=sum(one.ends_at is None for one in fired),
        came_to_nothing=nothing,
        flapped=flapped,
        messages=sum(decode_time(one.updated_at) >= since_us for one in messages(told)),
        lasted_p50_s=lasted.p50_s,
        lasted_p90_s=lasted.p90_s,
        suggestions=tuple(calmer),
    )
