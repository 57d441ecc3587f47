"""The levels of a rule: which severity a KPI record deserves, given the one that its alert has."""

from typing import NamedTuple

from processors.judging.verdicts import UNKNOWN, Facts, Finding, Verdict, judge
from schemas.alert import Reason
from schemas.rules.condition import Condition
from schemas.rules.grammar import Rule
from schemas.severity import SEVERITIES, Severity


class Outcome(NamedTuple):
    """What a rule says of a record."""

    verdict: Verdict
    severity: Severity
    """The level that says so."""
    finding: Finding
    turns_us: int | None
    """When time alone may change it."""


def decide(rule: Rule, facts: Facts, held: str | None = None) -> Outcome:
    """Ask the levels, the most severe first.

    `held` is the severity of an alert that fires: it keeps its level, and what lies under it, until that
    has recovered. A level that can't be judged leaves the word to the others.
    """
    end_us = facts.seen.end_us
    if rule.warning is None and rule.critical is None:
        only = judge(rule, facts)
        turn_us = only.turns_us
        if turn_us is not None and end_us is not None and turn_us >= end_us:
            turn_us = None
        return Outcome(only.verdict, rule.only_severity, only, turn_us)
    asked = [(severity, judge(condition, facts)) for severity, condition in reversed(rule.levels)]
    turns = [
        found.turns_us
        for _, found in asked
        if found.turns_us is not None and (end_us is None or found.turns_us < end_us)
    ]
    turns_us = min(turns, default=None)
    for severity, found in asked:
        if found.verdict is Verdict.BREACH or (
            found.verdict is Verdict.BETWEEN and held is not None and order(severity) <= order(held)
        ):
            return Outcome(found.verdict, severity, found, turns_us)
    for severity, found in asked:
        if found.verdict in UNKNOWN:
            return Outcome(found.verdict, severity, found, turns_us)
    severity, found = asked[-1]
    return Outcome(found.verdict, severity, found, turns_us)


def order(severity: str) -> int:
    """Return a number that rises with the severity; one that is not known is the mildest."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1


def condition_of(rule: Rule, severity: str) -> Condition:
    """Return the condition of a level; the mildest where the rule has no such level any more."""
    levels = rule.levels
    return next((level.condition for level in levels if level.severity == severity), levels[0].condition)


def reason_of(clause: Condition) -> Reason:
    """Return the word for a breach of a condition."""
    if clause.reached is not None:
        return Reason.MILESTONE_REACHED
    if clause.rank is not None:
        return Reason.LOW_RANK
    if clause.no_data is not None:
        return Reason.NO_NEW_DATA
    if clause.reference is not None:
        return _OFF[clause.reference]
    return Reason.ABOVE_THRESHOLD if clause.above is not None else Reason.BELOW_THRESHOLD


_OFF = {
    "target": Reason.OFF_TARGET,
    "pace": Reason.OFF_PACE,
    "previous": Reason.OFF_PREVIOUS,
    "baseline": Reason.OFF_BASELINE,
    "team": Reason.OFF_TEAM,
}
