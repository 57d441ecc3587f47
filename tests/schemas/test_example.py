"""The grammar of examples: what a file may say, and every mistake with its line."""

from typing import Any

import pytest

from schemas.example import ExampleEvent, read_examples, standard_examples
from schemas.files.fault import Faults

GOOD = """\
examples:
  - name: Ann calls
    teams: {north: [ann]}
    defaults: {rep: ann, deal: d1}
    events:
      - {at: day 1 09:00, type: call.logged, duration_s: 60}
    expect:
      - {kpi: calls, window: day, dims: {rep: ann}, value: 1}
"""


def faults_of(text: str) -> list[str]:
    """Return what is wrong with a file, as it is printed."""
    with pytest.raises(Faults) as wrong:
        read_examples(text, "a.yaml")
    return [str(fault) for fault in wrong.value.faults]


def test_a_short_file_is_enough() -> None:
    """Name, events and expectations; catalog, rules and the first day have defaults."""
    content = read_examples(GOOD, "a.yaml").content

    assert (None, None, "2026-06-01") == (content.catalog, content.rules, content.day_1)
    (example,) = content.examples
    (event,) = example.events
    assert ("crm.call.logged", {"account": "acme", "duration_s": 60}) == (event.kind, event.data({}))
    assert {"value": 1} == example.expect[0].said
    assert {"calls"} == example.kpis


@pytest.mark.parametrize(
    ("was", "wrong", "sentence"),
    [
        ("call.logged", "call.loged", "6: examples[0].events[0].type: unknown type 'call.loged', did you mean 'call.logged'?"),
        ("duration_s", "duration", "6: examples[0].events[0].duration: unknown field of crm.call.logged 'duration', did you mean 'duration_s'?"),
        ("deal: d1", "dael: d1", "4: examples[0].defaults.dael: unknown field of its events 'dael', did you mean 'deal'?"),
        ("day 1 09:00", "day one", "6: examples[0].events[0].at: expected a time such as 'day 1 09:00'"),
        ("value: 1", "valeu: 1", "8: examples[0].expect[0].valeu: unknown field of a KPI record 'valeu', did you mean 'value'?"),
        ("value: 1", "value: some", "8: examples[0].expect[0].value: expected a number, or two as in 2 / 3, found the text 'some'"),
        ("value: 1", "value: 1 / 0", "8: examples[0].expect[0].value: expected a number, or two as in 2 / 3"),
        ("value: 1", "attainment: some", "8: examples[0].expect[0].attainment: expected a number, or two as in 2 / 3, found the text 'some'"),
        (", value: 1", "", "8: examples[0].expect[0]: expected a value, or another field of the record, or `absent: true`"),
        (", value: 1", ", value: 1, absent: true",
         "8: examples[0].expect[0]: expected a value, or another field of the record, or `absent: true`, and not both"),
        ("value: 1", "value: 1, absent: true", "8: examples[0].expect[0]: expected a value, or another field"),
        ("value: 1", "value: 1, tolerance: some", "8: examples[0].expect[0].tolerance: expected a number, or a share of the value as in 1 %"),
        ("value: 1", "value: 1, period: 2026-06", "8: examples[0].expect[0].period: '2026-06' is no period of the window 'day'"),
        ("value: 1", "value: 1, n: -1", "8: examples[0].expect[0].n: must be at least 0, found the number -1"),
        ("    name", "    nam", "2: examples[0].nam: unknown field 'nam', did you mean 'name'?"),
        ("{rep: ann, deal: d1}", "[]", "4: examples[0].defaults: expected fields (name: value), found a list"),
        ("examples:\n", "day_1: soon\nexamples:\n", "1: day_1: expected a date such as 2026-06-01, found 'soon'"),
    ],
)  # fmt: skip
def test_mistakes_have_a_line(was: str, wrong: str, sentence: str) -> None:
    """Each is named with its line and field, and with the nearest name that there is."""
    text = GOOD.replace(was, wrong, 1) if was in GOOD else GOOD.replace(was.strip(), wrong.strip(), 1)

    assert any(fault.startswith(f"a.yaml:{sentence}") for fault in faults_of(text)), faults_of(text)


def test_mistakes_come_all_at_once() -> None:
    """What the grammar doesn't allow hides no name, in the same item neither."""
    text = """\
examples:
  - name: It
    defaults: {rep: ann, dael: d1}
    events:
      - {at: day one, type: call.logged, duration: 60}
      - {at: day 1 09:00, type: call.loged}
      - soon
    expect:
      - {kpi: calls, window: day, tolerance: some, valeu: 1, period: 2026-06}
      - {kpi: calls, window: day, absent: perhaps}
  - name: Nothing
    events: [{at: day one, type: 5}]
"""
    assert [fault.split(": ")[0].removeprefix("a.yaml:") + " " + fault.split(": ")[1] for fault in faults_of(text)] == [
        "5 examples[0].events[0].at", "5 examples[0].events[0].duration", "6 examples[0].events[1].type",
        "7 examples[0].events[2]", "9 examples[0].expect[0].period", "9 examples[0].expect[0].tolerance",
        "9 examples[0].expect[0].valeu", "10 examples[0].expect[1].absent", "11 examples[1]",
        "12 examples[1].events[0].at", "12 examples[1].events[0].type",
    ]  # fmt: skip


def test_an_example_must_ask_something() -> None:
    """Without an expectation it would always hold."""
    (fault,) = faults_of(GOOD.partition("    expect:")[0])
    assert "expected expect or expect_alerts" in fault


def test_an_alerts_fields_are_known() -> None:
    """An alert has other fields than a KPI record."""
    text = GOOD + "    expect_alerts:\n      - {rule: quiet-rep, staet: firing}\n      - {rule: quiet-rep}\n"
    assert [
        "10: examples[0].expect_alerts[0].staet: unknown field of an alert 'staet', did you mean 'state'?",
        "11: examples[0].expect_alerts[1]: expected a state, or another field of the alert, or `absent: true`",
    ] == [fault.removeprefix("a.yaml:") for fault in faults_of(text)]
    text = text.replace("{rule: quiet-rep}", "{rule: quiet-rep, absent: true}")
    assert (
        "a.yaml:10: examples[0].expect_alerts[0].staet: unknown field of an alert 'staet', did you mean 'state'?"
        in faults_of(text)
    )


def test_names_of_the_standard_examples_differ() -> None:
    """A name says which example failed."""
    names = [one.name for read in standard_examples() for one in read.content.examples]
    assert len(names) == len({*names})


@pytest.mark.parametrize(
    ("said", "defaults", "data"),
    [
        ({"type": "call.logged"}, {}, {"account": "acme"}),
        ({"type": "crm.call.logged", "deal": "d1"}, {}, {"account": "acme", "deal": "d1"}),
        ({"type": "call.logged"}, {"rep": "ann", "stage": "proposal"}, {"account": "acme", "rep": "ann"}),
        ({"type": "call.logged", "rep": "bob"}, {"rep": "ann"}, {"account": "acme", "rep": "bob"}),
        ({"type": "call.logged", "rep": None}, {"rep": "ann"}, {"account": "acme"}),
        ({"type": "deal.won"}, {"account": "globex"}, {"account": "globex", "deal": "globex-deal"}),
        ({"type": "order.placed", "amount": 5}, {}, {"account": "acme", "order": "acme-order", "amount": 5}),
        ({"type": "cost.recorded", "campaign": "spring"}, {}, {"campaign": "spring"}),
        ({"type": "rep.updated", "rep": "ann"}, {}, {"rep": "ann"}),
    ],
)
def test_data(said: dict[str, Any], defaults: dict[str, Any], data: dict[str, Any]) -> None:
    """A default goes where the type has the field; null takes it away; only required ids are invented."""
    event = ExampleEvent.model_validate({"at": "day 1 09:00", **said})
    assert data == event.data(defaults)
