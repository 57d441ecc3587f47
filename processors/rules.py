"""One rule about one KPI key, as a state machine: (state, what happened) -> (state, reason or nothing).

    ok -> pending -> firing -> resolved         for 0 s: ok -> firing
           |          |  ^
           v          v  |
           ok        no_data -> resolved

A step with a reason is told to the world; one without is not. Time is an argument: `at_us` is when a
thing happened by the KPI record's `as_of`, so that a replay tells the same steps with the same times.
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from schemas.alert import AlertState, Number, Reason
from schemas.rule import Rule

KEPT_US = 7 * 86_400_000_000
"""So long after its end a resolved alert's record is withdrawn, and a withdrawn one's revision forgotten."""


class Phase(StrEnum):
    """Where the machine is; all but ok are also an alert's state."""

    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    NO_DATA = "no_data"
    RESOLVED = "resolved"


OPEN = frozenset((Phase.PENDING, Phase.FIRING, Phase.NO_DATA))


class Observation(NamedTuple):
    """What a KPI record says, as far as a rule looks at it."""

    at_us: int
    """The record's `as_of`."""
    revision: int
    value: Number | None
    n: int
    unit: str = ""
    target: Number | None = None
    end_us: int | None = None
    """The end of a calendar period; None for other windows."""


class State(msgspec.Struct, frozen=True):
    """What one machine remembers."""

    phase: Phase = Phase.OK
    reason: Reason | None = None
    """Of the last step told."""
    since_us: int = 0
    """When the value went beyond the limit."""
    seen_us: int = 0
    """The clock when that was seen: what no record contradicts is waited for from here."""
    updated_us: int = 0
    """When the last step was taken."""
    revision: int = 0
    """Of the last step told; 0 when nothing was, or it is forgotten."""
    kpi_revision: int = -1
    value: Number | None = None
    n: int = 0
    unit: str = ""
    target: Number | None = None
    end_us: int | None = None


Step = tuple[State, Reason | None]


class _Verdict(StrEnum):
    BREACH = "breach"
    BETWEEN = "between"
    CLEAR = "clear"
    TOO_SMALL = "too_small"
    NO_VALUE = "no_value"


def observe(rule: Rule, state: State, seen: Observation, now_us: int) -> Step:
    """Take a KPI record. The caller has dropped records that are not newer than `state.kpi_revision`."""
    before, verdict = state, _judge(rule, seen.value, seen.n)
    if before.phase not in OPEN and verdict is not _Verdict.BREACH:
        return msgspec.structs.replace(state, kpi_revision=seen.revision), None
    state = msgspec.structs.replace(
        state,
        kpi_revision=seen.revision,
        value=seen.value,
        n=seen.n,
        unit=seen.unit,
        target=seen.target,
        end_us=seen.end_us,
    )
    match before.phase, verdict:
        case ((Phase.OK | Phase.RESOLVED), _Verdict.BREACH):
            phase = Phase.PENDING if rule.for_us else Phase.FIRING
            state = msgspec.structs.replace(state, since_us=seen.at_us, seen_us=now_us)
            return _step(state, phase, _breach(rule), seen.at_us)
        case Phase.PENDING, (_Verdict.BETWEEN | _Verdict.CLEAR):
            return _step(state, Phase.OK, Reason.BREACH_ENDED, seen.at_us)
        case Phase.PENDING, _Verdict.TOO_SMALL:
            return _step(state, Phase.OK, Reason.SAMPLE_TOO_SMALL, seen.at_us)
        case Phase.PENDING, _Verdict.NO_VALUE:
            return _step(state, Phase.OK, Reason.NO_VALUE, seen.at_us)
        case ((Phase.FIRING | Phase.NO_DATA), _Verdict.CLEAR):
            return _step(state, Phase.RESOLVED, Reason.RECOVERED, seen.at_us)
        case Phase.FIRING, _Verdict.NO_VALUE:
            return _step(state, Phase.NO_DATA, Reason.NO_VALUE, seen.at_us)
        case Phase.FIRING, _Verdict.TOO_SMALL if before.reason is not Reason.SAMPLE_TOO_SMALL:
            return _step(state, Phase.FIRING, Reason.SAMPLE_TOO_SMALL, seen.at_us)
        case Phase.NO_DATA, _Verdict.BREACH:
            return _step(state, Phase.FIRING, _breach(rule), seen.at_us)
        case Phase.NO_DATA, _Verdict.BETWEEN:
            return _step(state, Phase.FIRING, Reason.NOT_RECOVERED, seen.at_us)
        case Phase.FIRING, _Verdict.BREACH if before.reason is Reason.SAMPLE_TOO_SMALL:
            return _step(state, Phase.FIRING, _breach(rule), seen.at_us)
        case Phase.FIRING, _Verdict.BETWEEN if before.reason is Reason.SAMPLE_TOO_SMALL:
            return _step(state, Phase.FIRING, Reason.NOT_RECOVERED, seen.at_us)
    # Still beyond the limit, or still between limit and recovery: quiet is what that gap is for.
    return state, None


def pass_time(rule: Rule | None, state: State, at_us: int, *, by_clock: bool) -> Step | None:
    """Take the next step that time alone makes due at `at_us`; None when there is none.

    The step happens when it was due, not when it was noticed. `by_clock` tells that no record says that
    the value still held at `at_us`; then `for` counts from when the breach was seen.
    """
    due = due_us(rule, state, by_clock=by_clock)
    if due is None or due > at_us:
        return None
    if state.phase is Phase.OK:
        return State(kpi_revision=state.kpi_revision), None
    if state.phase is Phase.RESOLVED:
        return _step(state, Phase.OK, Reason.EXPIRED, due)
    if state.phase is Phase.PENDING and rule is not None:
        fires_us = state.since_us + rule.for_us
        if state.end_us is None or fires_us < state.end_us:
            return _step(state, Phase.FIRING, _breach(rule), fires_us)
    return close(state, Reason.PERIOD_OVER, due)


def due_us(rule: Rule | None, state: State, *, by_clock: bool = True) -> int | None:
    """Return when time alone makes the next step, microseconds; None for never. No rule: it was removed."""
    match state.phase:
        case Phase.OK if not state.revision:
            return None
        case Phase.OK | Phase.RESOLVED:
            return state.updated_us + KEPT_US
        case Phase.PENDING if rule is not None:
            due = (max(state.since_us, state.seen_us) if by_clock else state.since_us) + rule.for_us
            return due if state.end_us is None else min(due, state.end_us)
    return state.end_us


def close(state: State, reason: Reason, at_us: int) -> Step:
    """End whatever is open, for a reason that lies outside the value; ok and resolved stay as they are."""
    if state.phase is Phase.PENDING:
        return _step(state, Phase.OK, reason, at_us)
    if state.phase in OPEN:
        return _step(state, Phase.RESOLVED, reason, at_us)
    return state, None


def change_rule(rule: Rule, state: State, at_us: int) -> Step:
    """Judge the last value again by a rule that says something new about the same key."""
    if state.phase not in OPEN or state.phase is Phase.NO_DATA:
        return state, None
    verdict = _judge(rule, state.value, state.n)
    if state.phase is Phase.PENDING:
        return (state, None) if verdict is _Verdict.BREACH else close(state, Reason.RULE_CHANGED, at_us)
    phase = Phase.RESOLVED if verdict is _Verdict.CLEAR else Phase.FIRING
    return _step(state, phase, Reason.RULE_CHANGED, at_us)


def alert_state(phase: Phase) -> AlertState | None:
    """Return the state that an alert has in this phase; None when there is no alert."""
    return None if phase is Phase.OK else AlertState(phase.value)


def _judge(rule: Rule, value: Number | None, n: int) -> _Verdict:
    if value is None:
        return _Verdict.NO_VALUE
    if n < rule.min_n:
        return _Verdict.TOO_SMALL
    if rule.above is not None:
        if value > rule.above:
            return _Verdict.BREACH
        return _Verdict.CLEAR if value <= rule.recovery else _Verdict.BETWEEN
    if value < rule.threshold:
        return _Verdict.BREACH
    return _Verdict.CLEAR if value >= rule.recovery else _Verdict.BETWEEN


def _breach(rule: Rule) -> Reason:
    return Reason.ABOVE_THRESHOLD if rule.above is not None else Reason.BELOW_THRESHOLD


def _step(state: State, phase: Phase, reason: Reason, at_us: int) -> Step:
    # A clock that was set back must not make times and revisions fall.
    at_us = max(at_us, state.updated_us)
    revision = max(state.revision + 1, at_us // 1000)
    return msgspec.structs.replace(
        state, phase=phase, reason=reason, updated_us=at_us, revision=revision
    ), reason
