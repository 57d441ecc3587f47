"""One rule about one KPI key, as a state machine: (state, what happened) -> (state, reason or nothing).

    ok -> pending -> firing -> recovering -> resolved    for 0 s: ok -> firing; keep_firing 0 s: no recovering
           |          |  ^         |
           v          v  |         v
           ok        no_data -> resolved

A step with a reason is told to the world; one without is not. Time is an argument: `at_us` is when a
thing happened by the KPI record's `as_of`, so that a replay tells the same steps with the same times.
`working` is the calendar's working time, for rules that ask for it; without it all time is working time.
"""

from msgspec.structs import replace

from processors.judging.levels import Outcome, condition_of, decide, order, reason_of
from processors.judging.observation import Observation
from processors.judging.rule_memory import forgotten, kept, severity_of, silent_us
from processors.judging.rule_state import FIRED, OPEN, Phase, State
from processors.judging.rule_time import fires_us, next_step
from processors.judging.verdicts import Facts, Finding, Verdict, judge
from processors.working_time.business_time import BusinessTime
from schemas.alert import Reason
from schemas.rules.grammar import Rule

Step = tuple[State, Reason | None]

_WITHDRAWN = {
    Verdict.BETWEEN: Reason.BREACH_ENDED,
    Verdict.CLEAR: Reason.BREACH_ENDED,
    Verdict.TOO_SMALL: Reason.SAMPLE_TOO_SMALL,
    Verdict.NO_VALUE: Reason.NO_VALUE,
    Verdict.NO_REFERENCE: Reason.NO_COMPARISON,
}
_NOT_THERE = {Verdict.NO_VALUE: Reason.NO_VALUE, Verdict.NO_REFERENCE: Reason.NO_COMPARISON}


def observe(
    rule: Rule, state: State, seen: Observation, now_us: int, working: BusinessTime | None = None
) -> Step:
    """Take a KPI record. The caller has dropped records that are not newer than `state.kpi_revision`."""
    return _take(rule, state, seen, silent_us(rule, state, seen), seen.at_us, now_us, working)


def pass_time(
    rule: Rule | None, state: State, at_us: int, *, by_clock: bool, working: BusinessTime | None = None
) -> Step | None:
    """Take the next step that time alone makes due at `at_us`; None when there is none.

    The step happens when it was due, not when it was noticed. `by_clock` tells that no record says that
    the value still held at `at_us`; then `for` counts from when the breach was seen.
    """
    due = next_step(rule, state, at_us, by_clock=by_clock, working=working)
    if due is None:
        return None
    match due.kind:
        case "turn":
            assert rule is not None
            return _take(rule, state, state.seen, state.silent_us, due.step_us, due.step_us, working)
        case "end":
            return close(state, Reason.PERIOD_OVER, due.step_us)
        case "expire":
            return _expire(state, due.step_us)
    assert rule is not None
    match state.phase:
        case Phase.PENDING:
            # Worse for as long already: it begins at that level, and not with two steps in one moment.
            state = _raised(state) if state.worse_us == state.since_us else state
            return _step(state, Phase.FIRING, _breach(rule, state, due.step_us, working), due.step_us)
        case Phase.RECOVERING:
            return _step(replace(state, well_us=None), Phase.RESOLVED, Reason.RECOVERED, due.step_us)
    return _step(_raised(state), Phase.FIRING, Reason.ESCALATED, due.step_us)


def close(state: State, reason: Reason, at_us: int) -> Step:
    """End whatever is open, for a reason that lies outside the value; ok and resolved stay as they are."""
    if state.is_held or state.silent_us is not None:
        state = replace(state, turns_us=None, silent_us=None)
    if state.phase is Phase.PENDING:
        return _step(state, Phase.OK, reason, at_us)
    if state.phase in OPEN:
        return _step(state, Phase.RESOLVED, reason, at_us)
    return state, None


def change_rule(rule: Rule, state: State, at_us: int, working: BusinessTime | None = None) -> Step:
    """Judge the last value again by a rule that says something new about the same key."""
    if state.is_held:
        state = replace(state, turns_us=at_us)
    if state.phase not in OPEN or state.phase is Phase.NO_DATA:
        return state, None
    outcome = decide(rule, Facts(state.seen, at_us, rule.min_n, state.silent_us, working))
    state = replace(state, turns_us=outcome.turns_us, worse_us=None, worse="", well_us=None)
    found = outcome.verdict in (Verdict.BREACH, Verdict.BETWEEN)
    if state.phase is Phase.PENDING:
        if outcome.verdict is not Verdict.BREACH:
            return close(state, Reason.RULE_CHANGED, at_us)
        return replace(state, severity=outcome.severity), None
    state = replace(state, severity=outcome.severity if found else severity_of(rule, state))
    phase = Phase.RESOLVED if outcome.verdict is Verdict.CLEAR else Phase.FIRING
    return _step(state, phase, Reason.RULE_CHANGED, at_us)


def finding_of(rule: Rule, state: State, working: BusinessTime | None = None) -> Finding:
    """Return what the level of the alert says of the last record, as of the last step."""
    facts = Facts(state.seen, state.updated_us, rule.min_n, state.silent_us, working)
    return judge(condition_of(rule, state.severity), facts)


def _take(
    rule: Rule,
    before: State,
    seen: Observation,
    silent: int | None,
    at_us: int,
    now_us: int,
    working: BusinessTime | None,
) -> Step:
    """Judge a record as of a moment, its own or a later one, and take the step that follows."""
    held = severity_of(rule, before) if before.phase in FIRED else None
    outcome = decide(rule, Facts(seen, at_us, rule.min_n, silent, working), held)
    if before.phase not in OPEN and outcome.verdict is not Verdict.BREACH and outcome.turns_us is None:
        return forgotten(before, seen.revision), None
    state = kept(rule, before, seen, silent, outcome.turns_us)
    if state.phase in FIRED:
        return _go_on(rule, state, outcome, at_us, now_us, working)
    if outcome.verdict is Verdict.BREACH:
        follow = _levelled if state.phase is Phase.PENDING else _begin
        return follow(rule, state, outcome, at_us, now_us, working)
    if state.phase is Phase.PENDING:
        return _step(state, Phase.OK, _WITHDRAWN[outcome.verdict], at_us)
    return state, None


def _begin(
    rule: Rule, state: State, outcome: Outcome, at_us: int, now_us: int, working: BusinessTime | None
) -> Step:
    """Begin an episode: pending, or firing at once where there is nothing to wait for."""
    fires = fires_us(rule, at_us, working)
    phase = Phase.FIRING if fires is not None and fires <= at_us else Phase.PENDING
    state = replace(
        state, since_us=at_us, seen_us=now_us, severity=outcome.severity, worse_us=None, worse="", well_us=None
    )  # fmt: skip
    return _step(state, phase, reason_of(outcome.finding.clause), at_us)


def _go_on(
    rule: Rule, state: State, outcome: Outcome, at_us: int, now_us: int, working: BusinessTime | None
) -> Step:
    """Follow an alert that has fired: well again, without data, or as bad as it was."""
    if outcome.verdict in _NOT_THERE:
        if state.phase is Phase.NO_DATA:
            return state, None
        state = replace(state, worse_us=None, worse="", well_us=None)
        return _step(state, Phase.NO_DATA, _NOT_THERE[outcome.verdict], at_us)
    if state.phase is Phase.RECOVERING:
        breach = outcome.verdict is Verdict.BREACH
        return _back(rule, state, outcome, at_us, now_us) if breach else (state, None)
    if outcome.verdict is Verdict.CLEAR:
        return _well(rule, state, outcome, at_us, now_us)
    if outcome.verdict is Verdict.TOO_SMALL:
        # A firing alert is held as it is; without data it stays without.
        if state.phase is Phase.NO_DATA or state.reason is Reason.SAMPLE_TOO_SMALL:
            return state, None
        return _step(state, Phase.FIRING, Reason.SAMPLE_TOO_SMALL, at_us)
    if state.phase is Phase.NO_DATA:
        return _back(rule, state, outcome, at_us, now_us)
    return _levelled(rule, state, outcome, at_us, now_us, working)


def _levelled(
    rule: Rule, state: State, outcome: Outcome, at_us: int, now_us: int, working: BusinessTime | None
) -> Step:
    """Follow a value that is still bad: worse, less bad, or the same."""
    now, new = order(severity_of(rule, state)), order(outcome.severity)
    if new < now:
        state = replace(state, severity=outcome.severity, worse_us=None, worse="")
        return _step(state, state.phase, Reason.DEESCALATED, at_us)
    if new == now:
        state = replace(state, severity=outcome.severity, worse_us=None, worse="")
    elif state.worse_us is None or state.worse != outcome.severity:
        fires = fires_us(rule, at_us, working)
        if state.phase is Phase.FIRING and fires is not None and fires <= at_us:
            state = replace(state, severity=outcome.severity)
            return _step(state, Phase.FIRING, Reason.ESCALATED, at_us)
        seen_us = state.seen_us if state.phase is Phase.PENDING else now_us
        state = replace(state, worse_us=at_us, worse=outcome.severity, seen_us=seen_us)
    if state.reason is Reason.SAMPLE_TOO_SMALL:
        return _step(state, state.phase, _bad(outcome), at_us)
    # Still beyond the limit, or still between limit and recovery: quiet is what that gap is for.
    return state, None


def _back(rule: Rule, state: State, outcome: Outcome, at_us: int, now_us: int) -> Step:
    """Go on firing, after a while without data or a recovery that did not last."""
    held = severity_of(rule, state)
    if order(outcome.severity) > order(held):
        state = replace(state, worse_us=at_us, worse=outcome.severity, seen_us=now_us)
    else:
        state = replace(state, severity=outcome.severity, worse_us=None, worse="")
    return _step(replace(state, well_us=None), Phase.FIRING, _bad(outcome), at_us)


def _well(rule: Rule, state: State, outcome: Outcome, at_us: int, now_us: int) -> Step:
    """Resolve, or wait until it has been well for long enough."""
    state = replace(state, worse_us=None, worse="")
    if outcome.finding.clause.reached is not None:
        return _step(state, Phase.RESOLVED, Reason.RETRACTED, at_us)
    if not rule.keep_firing_us:
        return _step(state, Phase.RESOLVED, Reason.RECOVERED, at_us)
    return _step(replace(state, well_us=at_us, seen_us=now_us), Phase.RECOVERING, Reason.KEEP_FIRING, at_us)


def _bad(outcome: Outcome) -> Reason:
    breach = outcome.verdict is Verdict.BREACH
    return reason_of(outcome.finding.clause) if breach else Reason.NOT_RECOVERED


def _breach(rule: Rule, state: State, at_us: int, working: BusinessTime | None) -> Reason:
    """Return the reason for which a pending alert fires: that of its level, as the record is now."""
    facts = Facts(state.seen, at_us, rule.min_n, state.silent_us, working)
    return reason_of(judge(condition_of(rule, state.severity), facts).clause)


def _raised(state: State) -> State:
    return replace(state, severity=state.worse, worse_us=None, worse="")


def _expire(state: State, at_us: int) -> Step:
    """Withdraw what was resolved long ago; forget the revision of what was withdrawn long ago."""
    if state.phase is Phase.RESOLVED:
        return _step(state, Phase.OK, Reason.EXPIRED, at_us)
    if not state.is_held:
        return State(kpi_revision=state.kpi_revision), None
    return replace(state, revision=0, reason=None, since_us=0, seen_us=0, updated_us=0), None


def _step(state: State, phase: Phase, reason: Reason, at_us: int) -> Step:
    # A clock that was set back must not make times and revisions fall.
    at_us = max(at_us, state.updated_us)
    revision = max(state.revision + 1, at_us // 1000)
    fired_us = state.fired_us
    if phase is Phase.FIRING and state.phase not in FIRED:
        fired_us = at_us
    elif phase in (Phase.PENDING, Phase.OK):
        fired_us = 0
    return replace(
        state, phase=phase, reason=reason, updated_us=at_us, revision=revision, fired_us=fired_us
    ), reason
