"""Steps of rules that say more than a limit: levels, keep firing, comparisons, working hours, silence."""

from typing import Any

import pytest

from processors.judging.rule_state import State
from processors.rules import change_rule
from processors.working_time.business_time import BusinessTime
from schemas.alert import AlertState, Reason
from schemas.catalogs.working_hours import working_week
from tests.processors import test_rules
from tests.processors.rule_timeline import CLOCK, DAY, MINUTE_US, OK, F, G, N, P, R, Steps, Wanted, rule, run

K: dict[str, Any] = {"kpi": "k", "window": "rolling_24h"}
MONTH: dict[str, Any] = {"kpi": "k", "window": "month"}
REP: dict[str, Any] = {"kpi": "k", "window": "day", "for_each": "rep"}
KEEP = {**K, "above": 100, "recover": 50, "keep_firing": "10m"}
LEVELS = {**K, "warning": {"above": 100, "recover": 50}, "critical": {"above": 200, "recover": 150}}
PATIENT = {**LEVELS, "for": "5m"}
TARGET = {**MONTH, "below": 0.5, "of": "target", "recover": 0.6}
BASELINE = {**REP, "lower_than": "baseline", "by": "20 %", "recover_by": "10 %"}
TEAM = {**REP, "higher_than": "team", "by": 30.0, "recover_by": 10.0}
LAST = {**REP, "rank": {"in_last": 2, "recover": 4}}
MILESTONE = {**MONTH, "reached": 100}
SILENT = {**K, "no_data": "2h"}
BOTH = {**REP, "all": [{"below": 5}, {"lower_than": "team"}]}
EITHER = {**REP, "any": [{"above": 100, "recover": 80}, {"rank": {"in_last": 2}}]}

Cases = dict[str, tuple[dict[str, Any], Steps, Wanted]]


def target(value: float | None, of: float | None = 100) -> dict[str, Any]:
    """Return a record of a KPI that has a target."""
    return {"value": value, "target": of}


def place(rank: int | None, of: int | None = 10) -> dict[str, Any]:
    """Return a record of a rep who is ranked."""
    return {"value": 7, "rank": rank, "of": of}


CASES: Cases = {
    "well again, with keep_firing: it goes on firing, and ends when that has lasted": (
        KEEP, [(0, 101), (1, 50), (10, CLOCK), (11, CLOCK)],
        [(0, F, "above_threshold"), (1, G, "keep_firing"), (11, R, "recovered")]),
    "well again, noticed by a later record: it ended when it was due": (
        KEEP, [(0, 101), (1, 50), (30, 45)],
        [(0, F, "above_threshold"), (1, G, "keep_firing"), (11, R, "recovered")]),
    "bad again while it recovers: one alert, not two": (
        KEEP, [(0, 101), (1, 50), (5, 120), (16, CLOCK), (17, 40), (27, CLOCK)],
        [(0, F, "above_threshold"), (1, G, "keep_firing"), (5, F, "above_threshold"), (17, G, "keep_firing"),
         (27, R, "recovered")]),
    "between limit and recovery while it recovers: it has been well, and goes on recovering": (
        KEEP, [(0, 101), (1, 50), (5, 80), (11, CLOCK)],
        [(0, F, "above_threshold"), (1, G, "keep_firing"), (11, R, "recovered")]),
    "no value while it recovers: no data, and what comes then counts anew": (
        KEEP, [(0, 101), (1, 50), (5, (None, 0)), (12, 40), (22, CLOCK)],
        [(0, F, "above_threshold"), (1, G, "keep_firing"), (5, N, "no_value"), (12, G, "keep_firing"),
         (22, R, "recovered")]),
    "a sample too small while it recovers changes nothing": (
        {**KEEP, "min_n": 3}, [(0, 101), (1, 50), (5, (500, 1)), (11, CLOCK)],
        [(0, F, "above_threshold"), (1, G, "keep_firing"), (11, R, "recovered")]),

    "beyond the milder limit: a warning": (LEVELS, [(0, 101)], [(0, F, "above_threshold")]),
    "beyond the severe limit later: escalated, the same alert": (
        LEVELS, [(0, 101), (1, 201)], [(0, F, "above_threshold"), (1, F, "escalated")]),
    "under the severe limit, not under its recovery: still critical, quietly": (
        LEVELS, [(0, 201), (1, 151)], [(0, F, "above_threshold")]),
    "recovered from the severe level only: deescalated": (
        LEVELS, [(0, 201), (1, 150), (2, 60), (3, 50)],
        [(0, F, "above_threshold"), (1, F, "deescalated"), (3, R, "recovered")]),
    "recovered from both at once: resolved in one step": (
        LEVELS, [(0, 201), (1, 40)], [(0, F, "above_threshold"), (1, R, "recovered")]),
    "worse, but not for long enough: no escalation": (
        PATIENT, [(0, 101), (6, 201), (9, 180), (10, 120), (20, CLOCK)],
        [(0, P, "above_threshold"), (5, F, "above_threshold")]),
    "worse for long enough: the clock escalates": (
        PATIENT, [(0, 101), (6, 201), (10.9, CLOCK), (11, CLOCK)],
        [(0, P, "above_threshold"), (5, F, "above_threshold"), (11, F, "escalated")]),
    "worse while pending: it fires as it began, and escalates when that is due": (
        PATIENT, [(0, 101), (3, 201), (5, CLOCK), (8, CLOCK)],
        [(0, P, "above_threshold"), (5, F, "above_threshold"), (8, F, "escalated")]),
    "severe at once, less so while pending: pending still, at the milder level": (
        PATIENT, [(0, 201), (3, 120), (5, CLOCK)],
        [(0, P, "above_threshold"), (3, P, "deescalated"), (5, F, "above_threshold")]),
    "no data, then worse than before: firing again, and escalated in its time": (
        PATIENT, [(0, 101), (6, (None, 0)), (7, 201), (12, CLOCK)],
        [(0, P, "above_threshold"), (5, F, "above_threshold"), (6, N, "no_value"), (7, F, "above_threshold"),
         (12, F, "escalated")]),
    "a sample that was too small, then worse: told at once, escalated in its time": (
        {**PATIENT, "min_n": 3}, [(0, 101), (6, (60, 2)), (7, 201), (12, CLOCK)],
        [(0, P, "above_threshold"), (5, F, "above_threshold"), (6, F, "sample_too_small"),
         (7, F, "above_threshold"), (12, F, "escalated")]),

    "below a share of the target": (TARGET, [(0, target(49))], [(0, F, "off_target")]),
    "at that share it is no breach": (TARGET, [(0, target(50))], []),
    "a target that is raised makes the same value bad; recovery is a share, too": (
        TARGET, [(0, target(50)), (1, target(50, 120)), (2, target(71, 120)), (3, target(72, 120))],
        [(1, F, "off_target"), (3, R, "recovered")]),
    "without a target there is nothing to say": (TARGET, [(0, target(1, None))], []),
    "the target is taken away while it fires: no data": (
        TARGET, [(0, target(1)), (1, target(1, None)), (2, target(1, None)), (3, target(90))],
        [(0, F, "off_target"), (1, N, "no_comparison"), (3, R, "recovered")]),
    "the target is taken away while it is pending: withdrawn": (
        {**TARGET, "for": "5m"}, [(0, target(1)), (1, target(1, None))],
        [(0, P, "off_target"), (1, OK, "no_comparison")]),
    "lower than usual by more than a fifth": (
        BASELINE, [(0, {"value": 80, "baseline": 100}), (1, {"value": 79, "baseline": 100}),
                   (2, {"value": 85, "baseline": 100}), (3, {"value": 90, "baseline": 100})],
        [(1, F, "off_baseline"), (3, R, "recovered")]),
    "a share of a negative value is one of its size": (
        {**REP, "lower_than": "baseline", "by": "50 %"},
        [(0, {"value": -15, "baseline": -10}), (1, {"value": -15.1, "baseline": -10})],
        [(1, F, "off_baseline")]),
    "higher than the team's by more than so much": (
        TEAM, [(0, {"value": 130, "team_value": 100}), (1, {"value": 131, "team_value": 100}),
               (2, {"value": 115, "team_value": 100}), (3, {"value": 110, "team_value": 100})],
        [(1, F, "off_team"), (3, R, "recovered")]),
    "below the period before, while it is being made good": (
        {**MONTH, "below": 0.8, "of": "previous"},
        [(0, {"value": 79, "previous": 100}), (1, {"value": 80, "previous": 100})],
        [(0, F, "off_previous"), (1, R, "recovered")]),
    "among the last two; well again out of the last four": (
        LAST, [(0, place(8)), (1, place(9)), (2, place(7)), (3, place(6))],
        [(1, F, "low_rank"), (3, R, "recovered")]),
    "two of a team of two are always the last two: no breach": (LAST, [(0, place(2, 2))], []),
    "who is ranked no more, while it fires: no data": (
        LAST, [(0, place(10)), (1, place(None, None))], [(0, F, "low_rank"), (1, N, "no_comparison")]),
    "not among the first three": (
        {**REP, "rank": {"not_in_first": 3}}, [(0, place(3)), (1, place(4)), (2, place(3))],
        [(1, F, "low_rank"), (2, R, "recovered")]),

    "all of it": (
        BOTH, [(0, {"value": 4, "team_value": 3}), (1, {"value": 4, "team_value": 6}),
               (2, {"value": 5, "team_value": 6})],
        [(1, F, "below_threshold"), (2, R, "recovered")]),
    "all of it, and one part can't be judged": (
        BOTH, [(0, {"value": 4, "team_value": 6}), (1, {"value": 4}), (2, {"value": 9})],
        [(0, F, "below_threshold"), (1, N, "no_comparison"), (2, R, "recovered")]),
    "any of it: the reason is the part's": (
        EITHER, [(0, place(9))], [(0, F, "low_rank")]),
    "any of it: another part holds it between limit and recovery": (
        EITHER, [(0, {"value": 120, "rank": 1, "of": 9}), (1, {"value": 90, "rank": 1, "of": 9}),
                 (2, {"value": 80, "rank": 1, "of": 9})],
        [(0, F, "above_threshold"), (2, R, "recovered")]),
    "silence in a window that slides: no sample there for two hours": (
        SILENT, [(0, (7, 3)), (60, (7, 3)), (90, (None, 0)), (150, (None, 0)), (209, CLOCK), (211, CLOCK)],
        [(210, F, "no_new_data")]),
    "something came in time": (SILENT, [(0, (None, 0)), (119, (7, 1)), (300, CLOCK)], []),
    "silence ends with what comes": (
        SILENT, [(0, (0, 0)), (121, CLOCK), (130, (1, 1))], [(120, F, "no_new_data"), (130, R, "recovered")]),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "steps", "wanted"), CASES.values(), ids=CASES.keys())
def test_steps(fields: dict[str, Any], steps: Steps, wanted: Wanted) -> None:
    """Values at their minutes give the steps that the case's sentence says, and no others."""
    assert run(rule(fields), steps)[1] == wanted


def paced(value: float) -> dict[str, Any]:
    """Return a record with a target of 100 in the period, which is paced."""
    return {"value": value, "target": 100, "expected": 0}


PERIOD = 100
"""The period of these cases ends at minute 100."""
PACE = {**MONTH, "below": 0.9, "of": "pace"}
PERIODS: Cases = {
    "behind pace from the beginning of a record": (
        PACE, [(50, paced(44.9))], [(50, F, "off_pace")]),
    "time alone leaves a value behind the pace": (
        PACE, [(10, paced(18)), (19, CLOCK), (21, CLOCK)], [(20, F, "off_pace")]),
    "time alone, found by the next record, which is good again": (
        PACE, [(10, paced(18)), (30, paced(60))], [(20, F, "off_pace"), (30, R, "recovered")]),
    "who is beyond the target is never behind": (PACE, [(10, paced(95)), (99, CLOCK)], []),
    "ahead of the pace by more than ten: time alone makes it good": (
        {**MONTH, "higher_than": "pace", "by": 10.0}, [(10, paced(40)), (20, CLOCK), (31, CLOCK)],
        [(10, F, "off_pace"), (30, R, "recovered")]),
    "a mean has no pace": (PACE, [(50, {"value": 1, "target": 100})], []),
    "before so much of the period, nothing": (
        {**MONTH, "below": 60, "elapsed_at_least": 0.8}, [(10, 5), (70, 5)], []),
    "then the last value counts, with no record": (
        {**MONTH, "below": 60, "elapsed_at_least": 0.8}, [(10, 5), (81, CLOCK)],
        [(80, F, "below_threshold")]),
    "then `for` begins": (
        {**MONTH, "below": 60, "elapsed_at_least": 0.8, "for": "5m"}, [(10, 5), (81, CLOCK), (85, CLOCK)],
        [(80, P, "below_threshold"), (85, F, "below_threshold")]),
    "good by then: nothing": (
        {**MONTH, "below": 60, "elapsed_at_least": 0.8}, [(10, 5), (79, 60), (99, CLOCK)], []),
    "a level that is for late in the period only": (
        {**MONTH, "warning": {"below": 60}, "critical": {"below": 60, "elapsed_at_least": 0.8}},
        [(10, 5), (81, CLOCK), (90, 70)],
        [(10, F, "below_threshold"), (80, F, "escalated"), (90, R, "recovered")]),
    "a milestone is told once, and ends with its period": (
        MILESTONE, [(10, 99), (20, 100), (30, 500), (101, CLOCK)],
        [(20, F, "milestone_reached"), (100, R, "period_over")]),
    "history is corrected: the milestone is taken back": (
        MILESTONE, [(10, 100), (20, 99.5)], [(10, F, "milestone_reached"), (20, R, "retracted")]),
    "all of it was taken back": (
        MILESTONE, [(10, 100), (20, (None, 0))], [(10, F, "milestone_reached"), (20, R, "retracted")]),
    "a milestone of a share of the target, which is raised": (
        {**MONTH, "reached": 1, "of": "target"}, [(10, target(100)), (20, target(100, 120)), (30, target(120, 120))],
        [(10, F, "milestone_reached"), (20, R, "retracted"), (30, F, "milestone_reached")]),
    "silence in a period: no sample more for so long": (
        {**MONTH, "no_data": "30m"}, [(0, (5, 1)), (20, (6, 2)), (45, (6, 2)), (51, CLOCK), (60, (7, 3))],
        [(50, F, "no_new_data"), (60, R, "recovered")]),
    "the end of the period is no silence": (
        {**MONTH, "no_data": "30m"}, [(80, (5, 1)), (100, CLOCK), (120, CLOCK)], []),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "steps", "wanted"), PERIODS.values(), ids=PERIODS.keys())
def test_steps_of_periods(fields: dict[str, Any], steps: Steps, wanted: Wanted) -> None:
    """In a period from minute 0 to 100, time alone makes and ends breaches."""
    assert run(rule(fields), steps, end=PERIOD)[1] == wanted


WORK = BusinessTime("UTC", working_week())
"""Monday to Friday, 9 to 18. Minute 0 is a Thursday's midnight."""
NINE, SIX, FRIDAY, MONDAY = 9 * 60, 18 * 60, DAY + 9 * 60, 4 * DAY + 9 * 60
HOURS = {**K, "above": 100, "only_in_business_hours": True}
WORKING: Cases = {
    "in working hours it fires at once": (HOURS, [(NINE, 101)], [(NINE, F, "above_threshold")]),
    "at six in the morning it waits until work begins": (
        HOURS, [(360, 101), (NINE - 1, CLOCK), (NINE, CLOCK)],
        [(360, P, "above_threshold"), (NINE, F, "above_threshold")]),
    "well again before work begins: nobody is told": (
        HOURS, [(360, 101), (400, 99), (NINE, CLOCK)], [(360, P, "above_threshold"), (400, OK, "breach_ended")]),
    "`for` counts working time, over a night": (
        {**HOURS, "for": "10m"}, [(SIX - 4, 101), (SIX + 60, CLOCK), (FRIDAY + 5, CLOCK), (FRIDAY + 6, CLOCK)],
        [(SIX - 4, P, "above_threshold"), (FRIDAY + 6, F, "above_threshold")]),
    "and over a weekend": (
        {**HOURS, "for": "10m"}, [(DAY + SIX - 4, 101), (MONDAY + 6, CLOCK)],
        [(DAY + SIX - 4, P, "above_threshold"), (MONDAY + 6, F, "above_threshold")]),
    "what fires ends whenever it is well": (
        HOURS, [(NINE, 101), (SIX + 300, 100)], [(NINE, F, "above_threshold"), (SIX + 300, R, "recovered")]),
    "silence in working time": (
        {**K, "no_data": "2h", "working_time": True}, [(SIX - 60, (0, 0)), (SIX + 300, CLOCK), (FRIDAY + 61, CLOCK)],
        [(FRIDAY + 60, F, "no_new_data")]),
    "silence by the clock": (
        SILENT, [(SIX - 60, (0, 0)), (SIX + 61, CLOCK)], [(SIX + 60, F, "no_new_data")]),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "steps", "wanted"), WORKING.values(), ids=WORKING.keys())
def test_steps_in_working_hours(fields: dict[str, Any], steps: Steps, wanted: Wanted) -> None:
    """Work is from 9 to 18 on working days, and rules that ask for it know that."""
    assert run(rule(fields), steps, working=WORK)[1] == wanted


def test_pace_and_elapsed_time_are_working_time() -> None:
    """Of a week from Thursday's midnight on, half the working time has passed at Friday's noon and a half."""
    end = 3 * DAY
    late = rule({"kpi": "k", "window": "week", "below": 60, "elapsed_at_least": 0.5})
    behind = rule({"kpi": "k", "window": "week", "below": 1, "of": "pace"})

    assert run(late, [(1, 5), (end - 1, CLOCK)], end=end, working=WORK)[1] == [(SIX, F, "below_threshold")]
    told = run(behind, [(1, paced(75)), (end - 1, CLOCK)], end=end, working=WORK)[1]
    assert [(round(minute), *rest) for minute, *rest in told] == [(FRIDAY + 270, F, "off_pace")]


def test_the_severity_is_the_level_s() -> None:
    """What fires says how bad it is now."""
    watched = rule(LEVELS)

    assert [run(watched, [(0, value)])[0].severity for value in (101, 201)] == ["warning", "critical"]
    assert run(watched, [(0, 201), (1, 140)])[0].severity == "warning"
    assert run(watched, [(0, 101), (1, 201)])[0].severity == "critical"
    assert run(rule(MILESTONE), [(0, 100)], end=PERIOD)[0].severity == "info"


def test_what_is_held_costs_nothing_when_it_is_over() -> None:
    """Of a record that time can't make bad any more nothing is kept."""
    late = rule({**MONTH, "below": 60, "elapsed_at_least": 0.8})

    assert run(late, [(10, 5)], end=PERIOD)[0].is_held
    state, _ = run(late, [(10, 5), (20, 61)], end=PERIOD)
    assert (state.is_held, state.compared, state.silent_us) == (False, State().compared, None)


CHANGES: dict[str, tuple[dict[str, Any], Steps, dict[str, Any], tuple[str, str, str | None]]] = {
    "a level added over the value: worse": (
        {**K, "above": 100}, [(0, 300)], LEVELS, (F, "critical", "rule_changed")),
    "a level taken away": (
        LEVELS, [(0, 300)], {**K, "above": 100}, (F, "warning", "rule_changed")),
    "recovering, and by the new rule well": (
        KEEP, [(0, 101), (1, 50)], {**KEEP, "keep_firing": "1h"}, (R, "warning", "rule_changed")),
    "recovering, and by the new rule bad": (
        KEEP, [(0, 101), (1, 50)], {**KEEP, "above": 40, "recover": 30}, (F, "warning", "rule_changed")),
    "pending stays pending at the level it has now": (
        {**PATIENT, "critical": {"above": 200}}, [(0, 150)],
        {**PATIENT, "critical": {"above": 120}}, (P, "critical", None)),
    "what it compares with now was not kept": (
        {**K, "above": 100}, [(0, 300)], {**REP, "higher_than": "team"}, (F, "warning", "rule_changed")),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "steps", "changed", "wanted"), CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_rule(
    fields: dict[str, Any], steps: Steps, changed: dict[str, Any], wanted: tuple[str, str, str | None]
) -> None:
    """The last value is judged again by the levels as they are now."""
    state, _ = run(rule(fields), steps)

    after, reason = change_rule(rule(changed), state, 9 * MINUTE_US)

    assert (after.phase.value, after.severity, reason and reason.value) == wanted


def test_a_record_that_is_held_is_judged_again_by_a_changed_rule() -> None:
    """The new rule may open earlier: the clock asks it at once."""
    late, early = ({**MONTH, "below": 60, "elapsed_at_least": share} for share in (0.8, 0.2))
    state, _ = run(rule(late), [(30, 5)], end=PERIOD)

    after, _ = change_rule(rule(early), state, 40 * MINUTE_US)

    assert after.turns_us == 40 * MINUTE_US


def test_every_state_with_every_reason_is_declared() -> None:
    """What the documentation says of a reason is what the cases make happen, and nothing else."""
    tables = (test_rules.CASES, test_rules.PERIODS, CASES, PERIODS, WORKING)
    seen = {(step[1], step[2]) for table in tables for _, _, wanted in table.values() for step in wanted}
    seen |= {(phase, reason) for _, _, (phase, reason) in test_rules.CHANGES.values() if reason}
    seen |= {(OK, "rule_changed"), (OK, "rule_removed"), (R, "rule_removed")}
    # Every breach can be waited for; which of them the cases wait for says nothing.
    seen |= {(P, reason) for phase, reason in seen if phase == F and reason in WAITED}
    seen = {(F if phase == G else phase, reason) for phase, reason in seen}
    declared = {
        (state.value if isinstance(state, AlertState) else OK, reason.value)
        for reason in Reason
        for state in reason.states
        if reason not in OF_WAITS
    }

    assert seen == declared


OF_WAITS = {
    Reason.OVERDUE,
    Reason.OWNER_CHANGED,
    Reason.ANSWERED,
    Reason.ANSWERED_IN_TIME,
    Reason.OUT_OF_SCOPE,
}
"""What is said of what waits only; tests/processors/test_overdue.py has its cases."""


WAITED = {
    reason.value
    for reason in Reason
    if AlertState.PENDING in reason.states and AlertState.FIRING in reason.states
}


@pytest.mark.parametrize(
    ("steps", "minute"),
    [
        ([(0, 101)], 0),
        ([(0, 101), (4, 102)], 0),
        ([(0, 101), (5, CLOCK)], 5),
        ([(0, 101), (5, CLOCK), (8, 201), (13, CLOCK)], 5),
        ([(0, 101), (5, CLOCK), (9, None), (11, 120)], 5),
        ([(0, 101), (5, CLOCK), (9, 40)], 5),
        ([(0, 101), (5, CLOCK), (9, 40), (20, 101)], 0),
        ([(0, 101), (5, CLOCK), (9, 40), (20, 101), (25, CLOCK)], 25),
        ([(0, 101), (5, CLOCK), (9, 40), (20, 101), (22, 40)], 0),
    ],
    ids=["pending", "still pending", "fires", "worse", "no data and back", "resolved: kept", "again pending",
         "fires again", "came to nothing"],
)  # fmt: skip
def test_when_it_fired_is_known_until_the_next_episode(steps: Steps, minute: float) -> None:
    """Nothing but firing sets it, and a new episode takes it away."""
    assert run(rule(PATIENT), steps)[0].fired_us == minute * MINUTE_US
