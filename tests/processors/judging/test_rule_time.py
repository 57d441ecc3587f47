"""Which step time makes next, and when the clock may take it."""

from processors.judging.rule_state import Phase, State
from processors.judging.rule_time import KEPT_US, SETTLE_US, due_us, fires_us, next_step
from processors.rules import observe
from tests.processors.rule_timeline import MINUTE_US, observation, rule

MONTH = rule({"kpi": "k", "window": "month", "below": 60, "elapsed_at_least": 0.8, "for": "5m"})
KEEP = rule({"kpi": "k", "window": "day", "above": 1, "keep_firing": "10m", "for": "5m"})
END_US = 100 * MINUTE_US


def test_the_clock_judges_an_old_record_a_little_later() -> None:
    """A record of that very moment may be on its way; the step's time is the moment's all the same."""
    state, _ = observe(MONTH, State(), observation(0, 1, 5, END_US, 0), 0)

    assert due_us(MONTH, state, by_clock=False) == 80 * MINUTE_US
    assert due_us(MONTH, state) == 80 * MINUTE_US + SETTLE_US
    assert next_step(MONTH, state, 80 * MINUTE_US, by_clock=True, working=None) is None
    due = next_step(MONTH, state, 80 * MINUTE_US + SETTLE_US, by_clock=True, working=None)
    assert due is not None
    assert (due.kind, due.step_us) == ("turn", 80 * MINUTE_US)


def test_the_end_of_a_period_waits_for_nothing() -> None:
    """What would have been waited for happened before the end, and the end after it."""
    late = State(phase=Phase.PENDING, since_us=94 * MINUTE_US, seen_us=98 * MINUTE_US, end_us=END_US)

    due = next_step(KEEP, late, END_US, by_clock=True, working=None)

    assert due is not None
    assert (due.kind, due.step_us) == ("wait", 99 * MINUTE_US)
    fired = State(phase=Phase.FIRING, end_us=END_US)
    assert next_step(KEEP, fired, END_US, by_clock=True, working=None) == (END_US, END_US, "end")


def test_a_guard_is_not_gone_round() -> None:
    """While one step may be taken, another that must wait for records still waits."""
    state = State(phase=Phase.PENDING, since_us=0, seen_us=50 * MINUTE_US, turns_us=10 * MINUTE_US)

    due = next_step(KEEP, state, 11 * MINUTE_US, by_clock=True, working=None)

    assert due is not None
    assert due.kind == "turn"


def test_waits() -> None:
    """Pending waits for `for`, recovering for `keep_firing`, what got worse for `for` again.

    A record says what was so all the while; the clock alone knows of no more than has been so since it was heard of.
    """
    pending = State(phase=Phase.PENDING, since_us=MINUTE_US)
    worse = State(phase=Phase.FIRING, worse_us=MINUTE_US, worse="critical")
    well = State(phase=Phase.RECOVERING, well_us=MINUTE_US)

    assert [due_us(KEEP, state) for state in (pending, worse, well)] == [
        6 * MINUTE_US,
        6 * MINUTE_US,
        11 * MINUTE_US,
    ]
    assert due_us(None, pending) is None
    heard_late = State(phase=Phase.PENDING, since_us=MINUTE_US, seen_us=3 * MINUTE_US)
    assert [due_us(KEEP, heard_late, by_clock=by) for by in (False, True)] == [6 * MINUTE_US, 8 * MINUTE_US]
    assert due_us(KEEP, State(phase=Phase.RESOLVED, updated_us=MINUTE_US)) == MINUTE_US + KEPT_US
    assert due_us(KEEP, State()) is None
    assert fires_us(KEEP, MINUTE_US, None) == 6 * MINUTE_US
