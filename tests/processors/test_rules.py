"""Every step of the state machine: value at a minute, step wanted at a minute."""

from typing import Any

import pytest

from processors.judging.observation import Observation
from processors.judging.rule_state import Phase, State
from processors.judging.rule_time import KEPT_US, due_us
from processors.rules import change_rule, close, observe, pass_time
from schemas.alert import Reason
from tests.processors.rule_timeline import (
    CLOCK,
    DAY,
    GONE,
    MINUTE_US,
    OK,
    F,
    N,
    P,
    R,
    Steps,
    Wanted,
    rule,
    run,
)

ABOVE: dict[str, Any] = {
    "kpi": "k",
    "window": "rolling_24h",
    "above": 100,
    "recover": 50,
    "for": "5m",
    "min_n": 3,
}
AT_ONCE = {**ABOVE, "for": "0s"}
BELOW = {"kpi": "k", "window": "rolling_24h", "below": 10, "recover": 20, "for": "5m"}

CASES: dict[str, tuple[dict[str, Any], Steps, Wanted]] = {
    "a value under the limit is no alert": (ABOVE, [(0, 99), (9, 60)], []),
    "a value at the limit is no alert": (ABOVE, [(0, 100), (9, 100)], []),
    "a value at the limit from below is no alert": (BELOW, [(0, 10), (9, 10)], []),
    "beyond the limit is pending first": (ABOVE, [(0, 101)], [(0, P, "above_threshold")]),
    "below the limit is pending first": (BELOW, [(0, 9)], [(0, P, "below_threshold")]),
    "without for, it fires at once": (AT_ONCE, [(0, 101)], [(0, F, "above_threshold")]),
    "for elapses with a record: it fires when it was due": (
        ABOVE, [(0, 101), (7, 120)], [(0, P, "above_threshold"), (5, F, "above_threshold")]),
    "for elapses with no record: the clock fires it": (
        ABOVE, [(0, 101), (4.9, CLOCK), (5, CLOCK)], [(0, P, "above_threshold"), (5, F, "above_threshold")]),
    "for elapsed before a record that is good again: it fired and resolved": (
        ABOVE, [(0, 101), (7, 40)],
        [(0, P, "above_threshold"), (5, F, "above_threshold"), (7, R, "recovered")]),
    "back under the limit inside for: withdrawn, although not recovered": (
        ABOVE, [(0, 101), (4, 80), (9, CLOCK)], [(0, P, "above_threshold"), (4, OK, "breach_ended")]),
    "recovered inside for: withdrawn": (
        ABOVE, [(0, 101), (4, 10)], [(0, P, "above_threshold"), (4, OK, "breach_ended")]),
    "flapping inside for never fires": (
        ABOVE, [(0, 101), (3, 99), (4, 101), (7, 99), (8, 101), (12, 99)],
        [(0, P, "above_threshold"), (3, OK, "breach_ended"), (4, P, "above_threshold"),
         (7, OK, "breach_ended"), (8, P, "above_threshold"), (12, OK, "breach_ended")]),
    "sample too small: not even pending": (ABOVE, [(0, (101, 2)), (9, (101, 2))], []),
    "sample exactly large enough": (ABOVE, [(0, (101, 3))], [(0, P, "above_threshold")]),
    "sample shrinks while pending: withdrawn": (
        ABOVE, [(0, 101), (2, (101, 2))], [(0, P, "above_threshold"), (2, OK, "sample_too_small")]),
    "no value: not even pending": (ABOVE, [(0, (None, 0)), (9, (None, 0))], []),
    "value gone while pending: withdrawn": (
        ABOVE, [(0, 101), (2, (None, 0))], [(0, P, "above_threshold"), (2, OK, "no_value")]),
    "key gone while pending: withdrawn": (
        ABOVE, [(0, 101), (2, GONE)], [(0, P, "above_threshold"), (2, OK, "kpi_gone")]),
    "key gone when all is well: nothing": (ABOVE, [(0, 1), (2, GONE)], []),
    "firing is told once, however often it is confirmed": (
        AT_ONCE, [(0, 101), (1, 150), (2, 101)], [(0, F, "above_threshold")]),
    "between limit and recovery it goes on firing, quietly": (
        AT_ONCE, [(0, 101), (1, 99), (2, 51), (3, 101)], [(0, F, "above_threshold")]),
    "at the recovery value it resolves": (
        AT_ONCE, [(0, 101), (1, 50)], [(0, F, "above_threshold"), (1, R, "recovered")]),
    "recovery from below": (
        BELOW, [(0, 9), (6, 19), (7, 20)],
        [(0, P, "below_threshold"), (5, F, "below_threshold"), (7, R, "recovered")]),
    "without a recovery value, the limit is it": (
        {**AT_ONCE, "recover": None}, [(0, 101), (1, 100)], [(0, F, "above_threshold"), (1, R, "recovered")]),
    "sample too small while firing: held, and said once": (
        AT_ONCE, [(0, 101), (1, (10, 2)), (2, (10, 1))],
        [(0, F, "above_threshold"), (1, F, "sample_too_small")]),
    "sample large again and still bad": (
        AT_ONCE, [(0, 101), (1, (10, 2)), (2, 120)],
        [(0, F, "above_threshold"), (1, F, "sample_too_small"), (2, F, "above_threshold")]),
    "sample large again and between": (
        AT_ONCE, [(0, 101), (1, (10, 2)), (2, 70)],
        [(0, F, "above_threshold"), (1, F, "sample_too_small"), (2, F, "not_recovered")]),
    "sample large again and good": (
        AT_ONCE, [(0, 101), (1, (10, 2)), (2, 20)],
        [(0, F, "above_threshold"), (1, F, "sample_too_small"), (2, R, "recovered")]),
    "no value while firing: no data, still open": (
        AT_ONCE, [(0, 101), (1, (None, 0)), (2, (None, 0))], [(0, F, "above_threshold"), (1, N, "no_value")]),
    "no data, then bad again": (
        AT_ONCE, [(0, 101), (1, (None, 0)), (2, 120)],
        [(0, F, "above_threshold"), (1, N, "no_value"), (2, F, "above_threshold")]),
    "no data, then between": (
        AT_ONCE, [(0, 101), (1, (None, 0)), (2, 70)],
        [(0, F, "above_threshold"), (1, N, "no_value"), (2, F, "not_recovered")]),
    "no data, then good": (
        AT_ONCE, [(0, 101), (1, (None, 0)), (2, 20)],
        [(0, F, "above_threshold"), (1, N, "no_value"), (2, R, "recovered")]),
    "no data, then too few to judge: still no data": (
        AT_ONCE, [(0, 101), (1, (None, 0)), (2, (20, 1))], [(0, F, "above_threshold"), (1, N, "no_value")]),
    "key gone while firing": (
        AT_ONCE, [(0, 101), (1, GONE)], [(0, F, "above_threshold"), (1, R, "kpi_gone")]),
    "key gone while there is no data": (
        AT_ONCE, [(0, 101), (1, (None, 0)), (2, GONE)],
        [(0, F, "above_threshold"), (1, N, "no_value"), (2, R, "kpi_gone")]),
    "resolved, then bad again: a new episode waits its own for": (
        ABOVE, [(0, 101), (6, 10), (8, 101), (13, CLOCK)],
        [(0, P, "above_threshold"), (5, F, "above_threshold"), (6, R, "recovered"), (8, P, "above_threshold"),
         (13, F, "above_threshold")]),
    "a resolved alert's record is kept for 7 days": (
        AT_ONCE, [(0, 101), (1, 10), (7 * DAY, CLOCK), (7 * DAY + 1, CLOCK)],
        [(0, F, "above_threshold"), (1, R, "recovered"), (7 * DAY + 1, OK, "expired")]),
    "a clock set back makes no time fall": (
        AT_ONCE, [(10, 101), (9, 10)], [(10, F, "above_threshold"), (10, R, "recovered")]),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "steps", "wanted"), CASES.values(), ids=CASES.keys())
def test_steps(fields: dict[str, Any], steps: Steps, wanted: Wanted) -> None:
    """Values at their minutes give the steps that the case's sentence says, and no others."""
    assert run(rule(fields), steps)[1] == wanted


PERIODS: dict[str, tuple[dict[str, Any], Steps, Wanted]] = {
    "an alert of a period that ends resolves at its end": (
        AT_ONCE, [(0, 101), (60, CLOCK)], [(0, F, "above_threshold"), (60, R, "period_over")]),
    "noticed later, it still ended when the period did": (
        AT_ONCE, [(0, 101), (99, CLOCK)], [(0, F, "above_threshold"), (60, R, "period_over")]),
    "without data it ends too": (
        AT_ONCE, [(0, 101), (1, (None, 0)), (60, CLOCK)],
        [(0, F, "above_threshold"), (1, N, "no_value"), (60, R, "period_over")]),
    "pending at the end is withdrawn": (
        ABOVE, [(57, 101), (60, CLOCK)], [(57, P, "above_threshold"), (60, OK, "period_over")]),
    "due before the end, noticed after it: it fired and is over": (
        ABOVE, [(50, 101), (70, CLOCK)],
        [(50, P, "above_threshold"), (55, F, "above_threshold"), (60, R, "period_over")]),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "steps", "wanted"), PERIODS.values(), ids=PERIODS.keys())
def test_steps_of_calendar_periods(fields: dict[str, Any], steps: Steps, wanted: Wanted) -> None:
    """A period that ends at minute 60 takes its alert with it."""
    assert run(rule(fields), steps, end=60)[1] == wanted


def test_for_counts_from_when_it_was_seen() -> None:
    """While the judge is behind, the clock waits as long as a record that contradicts could take."""
    seen = Observation(at_us=0, revision=1, value=101, n=9)
    state, _ = observe(rule(ABOVE), State(), seen, now_us=60 * MINUTE_US)

    assert due_us(rule(ABOVE), state) == 65 * MINUTE_US
    assert pass_time(rule(ABOVE), state, 64 * MINUTE_US, by_clock=True) is None
    fired = pass_time(rule(ABOVE), state, 65 * MINUTE_US, by_clock=True)
    assert fired is not None
    assert (fired[0].phase, fired[0].updated_us, fired[0].since_us) == (Phase.FIRING, 5 * MINUTE_US, 0)


def test_revisions_are_the_milliseconds_of_the_step_and_rise() -> None:
    """Two steps in one moment have two revisions; a later one has its time."""
    state, _ = run(rule(AT_ONCE), [(10, 101), (10, 10)])
    assert state.revision == 600_001

    state, _ = run(rule(AT_ONCE), [(10, 101), (11, 10)])
    assert state.revision == 660_000


def test_a_withdrawn_alert_is_forgotten_in_the_end() -> None:
    """So long as revisions could clash, the last one is remembered."""
    state, _ = run(rule(ABOVE), [(0, 101), (1, 10)])

    assert state.phase is Phase.OK
    assert state.revision
    assert due_us(rule(ABOVE), state) == MINUTE_US + KEPT_US
    step = pass_time(rule(ABOVE), state, MINUTE_US + KEPT_US, by_clock=True)
    assert step == (State(kpi_revision=state.kpi_revision), None)


CHANGES: dict[str, tuple[Steps, dict[str, Any], tuple[str, str | None]]] = {
    "firing, and still beyond the new limit": ([(0, 200)], {"above": 150}, (F, "rule_changed")),
    "firing, and good by the new recovery value": (
        [(0, 200)],
        {"above": 300, "recover": 250},
        (R, "rule_changed"),
    ),
    "firing, and between the new values": ([(0, 200)], {"above": 300, "recover": 150}, (F, "rule_changed")),
    "firing, and the sample too small by the new rule": ([(0, 200)], {"min_n": 99}, (F, "rule_changed")),
    "without data there is nothing to judge again": ([(0, 200), (1, (None, 0))], {"above": 150}, (N, None)),
    "nothing open": ([(0, 10)], {"above": 5, "recover": 5}, (OK, None)),
    "resolved": ([(0, 200), (1, 10)], {"above": 5, "recover": 5}, (R, None)),
}


@pytest.mark.parametrize(("steps", "change", "wanted"), CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_rule(steps: Steps, change: dict[str, Any], wanted: tuple[str, str | None]) -> None:
    """The last value is judged again by the rule as it is now."""
    state, _ = run(rule(AT_ONCE), steps)

    after, reason = change_rule(rule({**AT_ONCE, **change}), state, 9 * MINUTE_US)

    assert (after.phase.value, reason.value if reason else None) == wanted


@pytest.mark.parametrize(
    ("change", "wanted"), [({"above": 150}, P), ({"above": 300}, OK), ({"min_n": 99}, OK)]
)
def test_a_changed_rule_while_pending(change: dict[str, Any], wanted: str) -> None:
    """A pending alert goes on waiting if its value is still a breach, else it is withdrawn."""
    state, _ = run(rule(ABOVE), [(0, 200)])

    after, reason = change_rule(rule({**ABOVE, **change}), state, MINUTE_US)

    assert after.phase.value == wanted
    assert reason is (None if wanted == P else Reason.RULE_CHANGED)


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [([(0, 101)], OK), ([(0, 101), (6, 101)], R), ([(0, 101), (6, 9)], None), ([(0, 1)], None)],
)
def test_a_removed_rule(steps: Steps, wanted: str | None) -> None:
    """What is open when its rule goes is closed; what is not stays as it is."""
    state, _ = run(rule(ABOVE), steps)

    after, reason = close(state, Reason.RULE_REMOVED, 9 * MINUTE_US)

    if wanted is None:
        assert (after, reason) == (state, None)
    else:
        assert (after.phase.value, reason) == (wanted, Reason.RULE_REMOVED)
