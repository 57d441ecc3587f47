"""What happens in an example, step by step."""

from collections.abc import Mapping

import pytest

from processors.compile import Plan
from processors.virtual_time.example_story import stories
from processors.virtual_time.example_timeline import timeline
from schemas.catalog import load_catalog
from schemas.example import read_examples
from schemas.rule import Rule, load_rules
from schemas.rules.absence import load_absences

CATALOG = load_catalog()
PLAN = Plan(CATALOG)
RULES = load_rules(CATALOG) | {
    "calls-today": Rule.model_validate(
        {
            "kpi": "calls",
            "window": "day",
            "for_each": "rep",
            "above": 1,
            "recover": 0,
            "for": "8m",
            "title": "Busy",
        }
    ),
}
ABSENCES = load_absences()
HEAD = """\
examples:
  - name: it
    defaults: {rep: ann}
    events:
"""


def told(events: str, expect: str, rules: Mapping[str, Rule] = RULES, head: str = HEAD) -> list[str]:
    """Return the moments of an example, a line each; events and questions are flow YAML."""
    field, _, questions = expect.partition(":")
    text = f"{head}{_items(events)}\n    {field}:\n{_items(questions)}\n"
    (story,) = stories(read_examples(text, "a.yaml"), PLAN.calendar.zone)
    moments = timeline(PLAN, rules, story, 7 * 86_400_000_000, ABSENCES)
    assert [one.at_us for one in moments] == sorted(one.at_us for one in moments)
    return [f"{one.at} {one.kind} {one.what}: {one.said}" for one in moments]


def _items(text: str) -> str:
    return "\n".join(f"      - {{{line.strip()}}}" for line in text.strip().splitlines())


CALLS = """
at: day 1 09:00, type: call.logged
at: day 1 09:10, type: call.logged
at: day 1 09:30, type: call.logged
"""


def test_from_event_to_message() -> None:
    """An event, the value that it makes, the state that this leads to, and what would be sent."""
    assert told(CALLS, "expect_alerts: at: day 2 00:00, rule: calls-today, dims: {rep: ann}, state: resolved") == [
        "day 1 09:00 event call.logged: rep ann, account acme",
        "day 1 09:00 value calls|day:2026-06-01|rep=ann: 1 (n 1)",
        "day 1 09:10 event call.logged: rep ann, account acme",
        "day 1 09:10 value calls|day:2026-06-01|rep=ann: 2 (n 2)",
        "day 1 09:10 state calls-today|rep=ann: pending, above_threshold",
        "day 1 09:18 state calls-today|rep=ann: firing, above_threshold",
        "day 1 09:18 message calls-today: firing (warning): Busy: Calls on 2026-06-01 for rep ann are 2, above 1.",
        "day 1 09:30 event call.logged: rep ann, account acme",
        "day 1 09:30 value calls|day:2026-06-01|rep=ann: 3 (n 3)",
        "day 2 00:00 state calls-today|rep=ann: resolved, period_over",
        "day 2 00:00 message calls-today: resolved (warning): "
        "Busy: Calls on 2026-06-01 for rep ann ended at 3, above 1.",
    ]  # fmt: skip


def test_what_comes_to_nothing_is_withdrawn_and_no_message() -> None:
    """Nobody would have been told."""
    rules = {"open": Rule.model_validate({"kpi": "open_inquiries", "window": "now", "above": 0, "for": "1h"})}
    events = """
    at: day 1 09:00, type: inquiry.received, conversation: c
    at: day 1 09:05, type: inquiry.answered, conversation: c
    """

    found = told(events, "expect_alerts: rule: open, absent: true", rules)

    assert [line for line in found if " state " in line or " message " in line] == [
        "day 1 09:00 state open|: pending, above_threshold",
        "day 1 09:05 state open|: withdrawn, breach_ended",
    ]


def test_alerts_about_what_waits() -> None:
    """Their states are told with the id of what waits, for a rep may have two; their messages as those of rules are."""
    events = """
    at: day 1 09:00, type: inquiry.received, conversation: c7
    at: day 1 10:20, type: inquiry.answered, conversation: c7
    """

    found = told(
        events, "expect_alerts: rule: inquiry-unanswered, dims: {rep: ann, team: unassigned}, absent: true"
    )

    assert [line.partition(": An inquiry")[0] for line in found if " event " not in line] == [
        "day 1 10:00 state inquiry-unanswered|rep=ann,team=unassigned|c7: firing, overdue",
        "day 1 10:00 message inquiry-unanswered: firing (warning)",
        "day 1 10:20 state inquiry-unanswered|rep=ann,team=unassigned|c7: resolved, answered",
        "day 1 10:20 message inquiry-unanswered: resolved (warning)",
    ]


def test_only_what_is_asked_for() -> None:
    """A KPI's own key; rules that are not named say nothing, and a value that stays is told once."""
    assert told(CALLS, "expect: kpi: calls, window: day, dims: {rep: ann}, value: 3") == [
        "day 1 09:00 event call.logged: rep ann, account acme",
        "day 1 09:00 value calls|day:2026-06-01|rep=ann: 1 (n 1)",
        "day 1 09:10 event call.logged: rep ann, account acme",
        "day 1 09:10 value calls|day:2026-06-01|rep=ann: 2 (n 2)",
        "day 1 09:30 event call.logged: rep ann, account acme",
        "day 1 09:30 value calls|day:2026-06-01|rep=ann: 3 (n 3)",
    ]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            "at: day 1 09:00, arrives: day 1 10:00, type: call.logged",
            "day 1 10:00 event call.logged: rep ann, account acme; late, of day 1 09:00",
        ),
        (
            "at: day 1 09:00, type: deal.won, deal: d, amount: 1.5, currency: XXX",
            "day 1 09:00 event deal.won: ",
        ),
    ],
)
def test_late_events_and_those_that_can_not_be_used(event: str, said: str) -> None:
    """They stand where they arrive, and say what is the matter with them."""
    (line,) = (
        line for line in told(event, "expect: kpi: calls, window: week, absent: true") if " event " in line
    )

    assert line.startswith(said)
    assert ("can't be used" in line) == ("XXX" in event)
