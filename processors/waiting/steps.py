"""One absence rule about one entity, as a state machine: (state, what happened) -> (state, reason or nothing).

    ok -> firing -> resolved -> ok          firing -> firing: more or less severe, or with somebody else

Only time makes it fire or escalate, and only what is known by then: what was answered before anybody could be
told of it is nothing. Only what tracking tells makes it resolve. Time is an argument.
"""

from enum import StrEnum

import msgspec

from processors.judging.rule_time import KEPT_US
from processors.waiting.absence import Absence
from schemas.alert import AlertState, Reason
from schemas.rules.absence import Level
from schemas.severity import rank
from schemas.waiting import Waiting


class Phase(StrEnum):
    """Where the machine is; all but ok are also an alert's state."""

    OK = "ok"
    FIRING = "firing"
    RESOLVED = "resolved"


class Standing(msgspec.Struct, frozen=True):
    """What one machine remembers."""

    rule_hash: str
    """Of the rule by which it was last judged."""
    phase: Phase = Phase.OK
    reason: Reason | None = None
    """Of the last step."""
    severity: str = ""
    starts_us: int = 0
    """When the first limit was reached, or what was over began again: names the episode."""
    judged_us: int = 0
    """A moment at which it was overdue, by what was known last."""
    since_us: int = 0
    """Since when it waits, or waited…"""
    until_us: int | None = None
    """…and until when, if that is known."""
    rep: str | None = None
    team: str = ""
    """Who has it, or had it when it was over."""
    updated_us: int = 0
    revision: int = 0
    fired_us: int = 0
    """When the episode's first step was taken; 0 where that was written before this was kept."""


Step = tuple[Standing, Reason | None]


def observe(rule: Absence, state: Standing, row: Waiting, at_us: int) -> Step:
    """Take what tracking tells of the entity; `at_us` is when it was told."""
    if state.phase is Phase.RESOLVED:
        return _hear_again(rule, state, row, at_us)
    if state.phase is not Phase.FIRING:
        return state, None
    since_us, about = row.since_us, rule.is_about(row)
    level = None if since_us is None else rule.level_at(since_us, max(at_us, state.updated_us))
    if since_us is not None and level is not None and not about:
        return _over(state, Reason.OUT_OF_SCOPE, at_us)
    if since_us is None or level is None:
        return _answered(rule, state, row, at_us)
    moved = (state.rep, state.team) != (row.rep, row.team)
    less = rank(level.severity) < rank(state.severity)
    state = msgspec.structs.replace(
        _told_of(rule, state, row, since_us), severity=level.severity if less else state.severity
    )
    if moved:
        return _step(state, Phase.FIRING, Reason.OWNER_CHANGED, at_us)
    if less:
        return _step(state, Phase.FIRING, Reason.DEESCALATED, at_us)
    return state, None


def due_us(rule: Absence | None, state: Standing, row: Waiting) -> int | None:
    """Return when time alone makes the next step; None for never. No rule: it was removed."""
    fires = None if rule is None else _fires_us(rule, state, row)
    if state.phase is not Phase.RESOLVED:
        return fires
    expires = state.updated_us + KEPT_US
    return expires if fires is None else min(fires, expires)


def pass_time(rule: Absence | None, state: Standing, row: Waiting, now_us: int) -> Step | None:
    """Take the next step that time alone makes due; None when there is none.

    The step happens when it was due, not when it was noticed.
    """
    fires = None if rule is None else _fires_us(rule, state, row)
    if rule is not None and fires is not None and fires <= now_us:
        since_us = row.since_us
        assert since_us is not None
        level = rule.level_at(since_us, now_us)
        assert level is not None
        reached_us = rule.deadline_us(since_us, level)
        assert reached_us is not None
        escalates = state.phase is Phase.FIRING
        starts_us = state.starts_us if escalates else max(fires, state.updated_us)
        fired_us = state.fired_us if escalates else max(reached_us, state.updated_us)
        state = msgspec.structs.replace(
            _told_of(rule, state, row, since_us),
            severity=level.severity,
            starts_us=starts_us,
            fired_us=fired_us,
        )
        reason = Reason.ESCALATED if escalates else Reason.OVERDUE
        return _step(state, Phase.FIRING, reason, reached_us)
    if state.phase is Phase.RESOLVED and state.updated_us + KEPT_US <= now_us:
        return _step(state, Phase.OK, Reason.EXPIRED, state.updated_us + KEPT_US)
    return None


def is_to_be_judged_again(rule: Absence | None, state: Standing, row: Waiting, now_us: int) -> bool:
    """Say whether the rule is another than it was judged by, or the calendar by which working time counts."""
    if rule is None or rule.hash != state.rule_hash:
        return True
    if state.phase is not Phase.FIRING or row.since_us is None:
        return False
    # By the calendar then it had come so far, be the clock set back since.
    level = rule.level_at(row.since_us, max(now_us, state.updated_us))
    return level is None or rank(level.severity) < rank(state.severity)


def change_rule(rule: Absence | None, state: Standing, row: Waiting, now_us: int) -> Step:
    """Judge again by what the rule says now; None: it was removed."""
    if rule is None:
        if state.phase is Phase.FIRING:
            return _over(state, Reason.RULE_REMOVED, now_us)
        return state, None
    state = msgspec.structs.replace(state, rule_hash=rule.hash)
    if state.phase is not Phase.FIRING:
        return state, None
    since_us = row.since_us
    level: Level | None = None
    if since_us is not None and rule.is_about(row):
        level = rule.level_at(since_us, now_us)
    if since_us is None or level is None:
        return _over(state, Reason.RULE_CHANGED, now_us)
    state = msgspec.structs.replace(_told_of(rule, state, row, since_us), severity=level.severity)
    return _step(state, Phase.FIRING, Reason.RULE_CHANGED, now_us)


def alert_state(phase: Phase) -> AlertState | None:
    """Return the state that an alert has in this phase; None when there is no alert."""
    return None if phase is Phase.OK else AlertState(phase.value)


def _fires_us(rule: Absence, state: Standing, row: Waiting) -> int | None:
    """Return when it fires, or becomes more severe, if nothing else happens."""
    since_us = row.since_us
    level = rule.above(state.severity) if state.phase is Phase.FIRING else rule.levels[0]
    if since_us is None or level is None or not rule.is_about(row):
        return None
    return rule.deadline_us(since_us, level)


def _told_of(rule: Absence, state: Standing, row: Waiting, since_us: int) -> Standing:
    """Return a state that is about the wait that goes on."""
    judged_us = rule.deadline_us(since_us, rule.levels[0])
    assert judged_us is not None
    return msgspec.structs.replace(
        state, judged_us=judged_us, since_us=since_us, until_us=None, rep=row.rep, team=row.team
    )


def _hear_again(rule: Absence, state: Standing, row: Waiting, at_us: int) -> Step:
    """Take what is heard after the end: an earlier answer may show that there was less to tell of, or nothing."""
    if state.reason is not Reason.ANSWERED:
        return state, None
    step = _answered(rule, state, row, at_us)
    known, reason = step
    shorter = (known.since_us, known.until_us) != (state.since_us, state.until_us)
    if reason is Reason.ANSWERED_IN_TIME or (shorter and known.severity != state.severity):
        return step
    return state, None


def _answered(rule: Absence, state: Standing, row: Waiting, at_us: int) -> Step:
    """End it by what was done, with the severity that it had reached by then, which may be less than was told."""
    rightly = rule.was_overdue(row.spans, state.judged_us)
    state = msgspec.structs.replace(state, until_us=None)
    for since_us, until_us in row.spans:
        if until_us is not None and since_us <= state.judged_us:
            state = msgspec.structs.replace(state, since_us=since_us, until_us=until_us)
    if state.until_us is not None:
        # What is done at a limit is done in time. What was in time altogether was within the first limit.
        level = rule.level_at(state.since_us, state.until_us - 1) if rightly else None
        severity = (level or rule.levels[0]).severity
        if rank(severity) < rank(state.severity):
            state = msgspec.structs.replace(state, severity=severity)
    return _over(state, Reason.ANSWERED if rightly else Reason.ANSWERED_IN_TIME, at_us)


def _over(state: Standing, reason: Reason, at_us: int) -> Step:
    """End it. Whoever had it keeps the alert's name: who answered may be another."""
    return _step(state, Phase.RESOLVED, reason, at_us)


def _step(state: Standing, phase: Phase, reason: Reason, at_us: int) -> Step:
    # A clock that was set back must not make times and revisions fall.
    at_us = max(at_us, state.updated_us)
    revision = max(state.revision + 1, at_us // 1000)
    return msgspec.structs.replace(
        state, phase=phase, reason=reason, updated_us=at_us, revision=revision
    ), reason
