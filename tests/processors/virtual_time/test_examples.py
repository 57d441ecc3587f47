"""Examples are run: what holds, what doesn't, and what is said of it."""

from collections.abc import Mapping
from typing import Any

import pytest

from processors.compile import Plan
from processors.virtual_time.example_story import stories
from processors.virtual_time.examples import Examples, Failure
from schemas.catalog import load_catalog
from schemas.example import read_examples
from schemas.files.fault import Faults
from schemas.rule import load_rules
from tests.oracle.moments import instant

CATALOG = load_catalog()
PLAN = Plan(CATALOG)
EXAMPLES = Examples(PLAN, load_rules(CATALOG), 7 * 86_400_000_000)
AMSTERDAM = """\
catalog: mine
extends: standard
calendar: {timezone: Europe/Amsterdam}
"""


def run(events: str, expect: str, examples: Examples = EXAMPLES, plan: Plan = PLAN) -> list[Failure]:
    """Run one example; the lists of events and expectations are flow YAML. The events begin in line 3."""
    text = f"examples:\n  - name: it\n    events:\n{_items(events)}\n    {expect.partition(':')[0]}:\n{_items(expect.partition(':')[2])}\n"
    (story,) = stories(read_examples(text, "a.yaml"), plan.calendar.zone)
    return list(examples.run(story).failures)


def _items(text: str) -> str:
    return "\n".join(f"      - {{{line.strip()}}}" for line in text.strip().splitlines())


CALLS = "at: day 1 09:00, type: call.logged, rep: ann\nat: day 1 10:00, type: call.logged, rep: ann"


@pytest.mark.parametrize(
    "expected",
    [
        "kpi: calls, window: day, dims: {rep: ann}, value: 2",
        "kpi: calls, window: day, period: 2026-06-01, n: 2, value: 2",
        "at: day 1 09:00, kpi: calls, window: day, value: 1",
        "at: day 2 00:00, kpi: calls, window: day, absent: true",
        "at: day 2 00:00, kpi: calls, window: day, period: 2026-06-01, value: 2",
        "at: day 2 01:00, kpi: calls, window: day, period: 2026-06-01, value: 2, final: true",
        "kpi: calls, window: day, dims: {rep: bob}, absent: true",
        "kpi: calls, window: day, value: 4 / 2, tolerance: 1 %",
        "kpi: calls, window: day, value: 1.5, tolerance: 0.5",
        "kpi: calls, window: day, n: 2, unit: count, rank: null",
        "kpi: response_time_mean, window: day, absent: true",
    ],
)  # fmt: skip
def test_what_holds(expected: str) -> None:
    """Values at moments, of running and past periods; what is absent; other fields of the record."""
    assert [] == run(CALLS, f"expect: {expected}")


@pytest.mark.parametrize(
    ("expected", "wrong", "found"),
    [
        ("kpi: calls, window: day, value: 3, n: 2", {"value": 3}, {"value": 2}),
        ("kpi: calls, window: day, value: 3, n: 3", {"value": 3, "n": 3}, {"value": 2, "n": 2}),
        ("kpi: calls, window: day, value: 1.5, tolerance: 0.4", {"value": 1.5}, {"value": 2}),
        ("kpi: calls, window: day, value: null", {"value": None}, {"value": 2}),
        ("kpi: calls, window: day, value: 2, unit: seconds", {"unit": "seconds"}, {"unit": "count"}),
        ("kpi: calls, window: day, value: 2, rank: 1", {"rank": 1}, {"rank": None}),
        ("kpi: calls, window: day, absent: true", None, {"value": 2, "n": 2}),
        ("kpi: calls, window: day, dims: {rep: bob}, value: 2", {"value": 2}, None),
    ],
)  # fmt: skip
def test_what_does_not_hold(
    expected: str, wrong: Mapping[str, Any] | None, found: Mapping[str, Any] | None
) -> None:
    """The fields that differ are named with what they are; so is a record that should not be, or is not."""
    (failure,) = run(CALLS, f"expect: {expected}")

    assert (7, instant("2026-06-01T10:00:00Z")) == (failure.line, failure.at_us)
    assert (wrong, found) == (failure.expected, failure.found)


def test_keys_that_are_there_are_named() -> None:
    """Where the key asked for is not: its KPI's keys in that window, else in others, else that there are none."""
    (failure,) = run(CALLS, "expect: kpi: calls, window: day, dims: {rep: bob}, value: 2")
    assert "calls|day:2026-06-01|rep=bob" == failure.what
    assert failure.hint is not None
    there = failure.hint.removeprefix("there are ").split(", ")
    assert {f"calls|day:2026-06-01|{dims}" for dims in ("", "rep=ann", "team=unassigned")} <= {*there}
    (failure,) = run(CALLS, "expect: kpi: deals_won, window: day, value: 2")
    assert "no record of deals_won at all" == failure.hint


def test_what_has_not_arrived_is_not_known() -> None:
    """A late event corrects a past period from its arrival on."""
    events = "at: day 1 09:00, type: call.logged\nat: day 1 10:00, type: call.logged, arrives: day 3 08:00"
    asked = "kpi: calls, window: day, period: 2026-06-01, value"
    assert [] == run(events, f"expect: at: day 3 07:59, {asked}: 1\nat: day 3 08:00, {asked}: 2")


def test_copies_count_once() -> None:
    """Ids are invented in order, so events differ unless they say the same id."""
    assert [] == run(
        "at: day 1 09:00, type: call.logged, id: a\nat: day 1 09:00, type: call.logged, id: a",
        "expect: kpi: calls, window: day, value: 1",
    )


def test_an_event_too_old_to_be_used_fails_the_example() -> None:
    """It is named with its line and reason, once for all moments, and the rest is judged without it."""
    events = (
        "at: day 1 09:00, type: call.logged\nat: 2023-06-01 09:00, type: call.logged, arrives: day 1 10:00"
    )
    asked = "kpi: calls, window: all_time, value: 1"
    for expect in (
        f"expect: {asked}\nat: day 2 10:00, {asked}",
        "expect_alerts: rule: quiet-rep, absent: true",
    ):
        (failure,) = run(events, expect)
        assert (5, "crm.call.logged", None) == (failure.line, failure.what, failure.at_us)
        assert failure.hint.startswith("too_late: ")


@pytest.mark.parametrize(
    "expect",
    ["expect: kpi: calls, window: all_time, absent: true", "expect_alerts: rule: quiet-rep, absent: true"],
)
def test_a_target_that_can_show_nowhere_fails_the_example(expect: str) -> None:
    """Nothing would come of what the example says."""
    target = "kpi: won_revenu, window: month, period: 2026-06, dims: {}, value: 1"
    (failure,) = run(f"at: day 1 09:00, type: target.set, {target}", expect)

    assert (
        'bad_field: crm.target.set: data.kpi is "won_revenu", which is no KPI of the catalog' == failure.hint
    )


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ("at: day 1 10:59, rule: quiet-rep, dims: {rep: ann}, state: pending", True),
        ("at: day 1 10:59, rule: quiet-rep, dims: {rep: ann}, state: firing", False),
        ("at: day 1 11:00, rule: quiet-rep, dims: {rep: ann}, state: firing, reason: below_threshold", True),
        ("at: day 1 11:00, rule: quiet-rep, dims: {rep: ann}, state: firing, threshold: 4", False),
        ("at: day 1 11:00, rule: quiet-rep, dims: {rep: bob}, absent: true", True),
        ("at: day 1 11:00, rule: quiet-rep, dims: {rep: ann}, absent: true", False),
        ("at: day 1 11:00, rule: quiet-rep, dims: {rep: bob}, state: firing", False),
        ("at: day 8 09:59, rule: quiet-rep, dims: {rep: ann}, state: firing", True),
    ],
)  # fmt: skip
def test_alerts(expected: str, holds: bool) -> None:
    """The roll-up publishes, the judge judges, and the clock goes on between the events."""
    events = "at: day 1 10:00, type: call.logged, rep: ann"
    assert holds == (run(events, f"expect_alerts: {expected}") == [])


def test_a_window_that_decays_is_judged() -> None:
    """Nobody calls for a week: it is the clock alone that takes the calls away, and a record of 0 is judged."""
    events = "\n".join(f"at: day 1 10:0{minute}, type: call.logged, rep: ann" for minute in range(10))
    asked = "rule: quiet-rep, dims: {rep: ann}"
    assert [] == run(
        events,
        f"expect_alerts: at: day 8 09:59, {asked}, absent: true\nat: day 8 12:00, {asked}, state: firing, value: 0",
    )


def test_times_are_those_of_the_business() -> None:
    """Without an offset they are local, and days are the catalog's."""
    catalog = load_catalog(AMSTERDAM, "mine.yaml")
    plan = Plan(catalog)
    assert [] == run(
        "at: day 1 00:30, type: call.logged",
        "expect: at: 2026-05-31T22:30:00Z, kpi: calls, window: day, period: 2026-06-01, value: 1",
        Examples(plan, {}, 0),
        plan,
    )


def test_what_the_engine_would_not_take_is_a_mistake_of_the_file() -> None:
    """Every one with its line: a value of the wrong kind, a missing field, an arrival before the event, a skipped hour."""
    plan = Plan(load_catalog(AMSTERDAM, "mine.yaml"))
    with pytest.raises(Faults) as wrong:
        run(
            "at: day 1 09:00, type: call.logged, duration_s: long\n"
            "at: day 1 09:00, type: deal.created\n"
            "at: day 1 09:00, type: call.logged, arrives: day 0 09:00\n"
            "at: 2026-03-29 02:30, type: call.logged",
            "expect: kpi: calls, window: day, value: 1",
            plan=plan,
        )
    first, second, third, fourth = map(str, wrong.value.faults)
    assert first.startswith("a.yaml:4: examples[0].events[0]: crm.call.logged: ")
    assert "duration_s" in first
    assert second.startswith("a.yaml:5: examples[0].events[1]: crm.deal.created: ")
    assert "stage" in second
    assert "a.yaml:6: examples[0].events[2].arrives: before it happens (at)" == third
    assert fourth.startswith("a.yaml:7: examples[0].events[3].at: ")


def test_a_team_is_stated_in_short() -> None:
    """The reps are in it from before the first event on; ids that an example doesn't need are invented."""
    text = (
        "examples:\n  - name: it\n    teams: {north: [ann, bob]}\n    events:\n"
        "      - {at: day 1 09:00, type: deal.created, rep: ann, stage: proposal}\n"
        "      - {at: day 2 09:00, type: deal.won, rep: bob, amount: 5}\n"
        "    expect:\n      - {kpi: won_revenue, window: month, dims: {team: north}, value: 5}\n"
    )
    (story,) = stories(read_examples(text, "a.yaml"), PLAN.calendar.zone)
    result = EXAMPLES.run(story)
    assert ((), 1, 2) == (result.failures, story.checks, story.line)
