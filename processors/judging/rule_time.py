"""When time alone makes a rule's next step due."""

from typing import Literal, NamedTuple

from processors.judging.rule_state import OPEN, Phase, State
from processors.working_time.business_time import BusinessTime
from processors.working_time.working_deadline import working_deadline_us
from schemas.duration import DAY_US
from schemas.rules.grammar import Rule

KEPT_US = 7 * DAY_US
"""So long after its end a resolved alert's record is withdrawn, and a withdrawn one's revision forgotten."""
SETTLE_US = 10_000_000
"""So much later the clock judges an old record again: one of that very moment has the first word."""


class Due(NamedTuple):
    """A step that time makes."""

    step_us: int
    """When it happens…"""
    due_us: int
    """…and when it may be taken."""
    kind: Literal["end", "turn", "wait", "expire"]


def due_us(
    rule: Rule | None, state: State, *, by_clock: bool = True, working: BusinessTime | None = None
) -> int | None:
    """Return when time alone makes the next step, microseconds; None for never. No rule: it was removed."""
    return min((due.due_us for due in _steps(rule, state, by_clock, working)), default=None)


def next_step(
    rule: Rule | None, state: State, at_us: int, *, by_clock: bool, working: BusinessTime | None
) -> Due | None:
    """Return the next step that is due at `at_us`, None when there is none.

    The end of a period leaves no time to wait any longer for records: what would have happened before it
    happens before it.
    """
    steps = _steps(rule, state, by_clock, working)
    ready = [due for due in steps if due.due_us <= at_us]
    if any(due.kind == "end" for due in ready):
        ready = steps
    return min(ready, key=lambda due: due.step_us, default=None)


def fires_us(rule: Rule, since_us: int, working: BusinessTime | None) -> int | None:
    """Return when what began then has lasted for the rule's `for`; None for never."""
    if rule.only_in_business_hours and working is not None:
        return working_deadline_us(working, since_us, rule.for_us)
    return since_us + rule.for_us


def _steps(rule: Rule | None, state: State, by_clock: bool, working: BusinessTime | None) -> list[Due]:
    """Return what lies ahead; of steps at one time the first counts."""
    phase = state.phase
    steps: list[Due] = []
    if phase in OPEN and state.end_us is not None:
        steps.append(Due(state.end_us, state.end_us, "end"))
    if rule is not None and state.turns_us is not None:
        steps.append(Due(state.turns_us, state.turns_us + (SETTLE_US if by_clock else 0), "turn"))
    if phase is Phase.RESOLVED or (phase is Phase.OK and state.revision):
        expires_us = state.updated_us + KEPT_US
        steps.append(Due(expires_us, expires_us, "expire"))
    elif rule is not None:
        since_us = (
            state.since_us if phase is Phase.PENDING
            else state.worse_us if phase is Phase.FIRING
            else state.well_us if phase is Phase.RECOVERING
            else None
        )  # fmt: skip
        if since_us is not None:
            wait = _wait(
                rule, phase, since_us, max(since_us, state.seen_us) if by_clock else since_us, working
            )
            if wait is not None:
                steps.append(wait)
    return steps


def _wait(
    rule: Rule, phase: Phase, since_us: int, counted_us: int, working: BusinessTime | None
) -> Due | None:
    """Return the end of what is waited for: `for`, or `keep_firing`."""
    if phase is Phase.RECOVERING:
        return Due(since_us + rule.keep_firing_us, counted_us + rule.keep_firing_us, "wait")
    step_us, due = fires_us(rule, since_us, working), fires_us(rule, counted_us, working)
    return None if step_us is None or due is None else Due(step_us, due, "wait")
