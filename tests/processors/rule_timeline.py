"""A rule's machine as a timeline: values at their minutes in, steps at their minutes out."""

from typing import Any

from processors.judging.observation import Compared, Observation
from processors.judging.rule_state import State
from processors.rules import close, observe, pass_time
from processors.working_time.business_time import BusinessTime
from schemas.alert import Reason
from schemas.rule import Rule

MINUTE_US = 60_000_000
DAY = 24 * 60

P, F, N, R, OK = "pending", "firing", "no_data", "resolved", "ok"
G = "recovering"
GONE, CLOCK = "gone", "clock"

Steps = list[tuple[float, Any]]
Wanted = list[tuple[float, str, str]]


def rule(fields: dict[str, Any]) -> Rule:
    """Return a rule from fields as they stand in a file."""
    return Rule.model_validate(fields)


def run(
    watched: Rule,
    steps: Steps,
    end: float | None = None,
    start: float | None = 0,
    working: BusinessTime | None = None,
    silent_clock: bool = False,
) -> tuple[State, Wanted]:
    """Take (minute, what) in turn; return the state and the steps told.

    What comes is a value, (value, n), fields of a record, GONE, or CLOCK: no record, time alone moves on.
    With `silent_clock` the moments of the clock are left out: the next record finds what was due.
    """
    state, found, revision = State(), [], 0
    end_us = None if end is None else int(end * MINUTE_US)
    start_us = None if end is None or start is None else int(start * MINUTE_US)

    def note(step: tuple[State, Reason | None] | None) -> State:
        assert step is not None
        if step[1] is not None:
            found.append((round(step[0].updated_us / MINUTE_US, 6), step[0].phase.value, step[1].value))
        return step[0]

    for minute, what in steps:
        at_us = int(minute * MINUTE_US)
        if what == CLOCK and silent_clock:
            continue
        while step := pass_time(watched, state, at_us, by_clock=what == CLOCK, working=working):
            state = note(step)
        if what == GONE:
            state = note(close(state, Reason.KPI_GONE, at_us))
        elif what != CLOCK:
            revision += 1
            seen = observation(at_us, revision, what, end_us, start_us)
            state = note(observe(watched, state, seen, at_us, working))
    return state, found


def observation(
    at_us: int, revision: int, what: Any, end_us: int | None, start_us: int | None
) -> Observation:
    """Return what a record says: a value, (value, n), or the fields of a record."""
    fields: dict[str, Any] = {"n": 9}
    if isinstance(what, dict):
        fields |= what
    elif isinstance(what, tuple):
        fields["value"], fields["n"] = what
    else:
        fields["value"] = what
    own = {name: fields.pop(name) for name in ("value", "n", "target") if name in fields}
    return Observation(at_us, revision, **own, end_us=end_us, start_us=start_us, compared=Compared(**fields))
