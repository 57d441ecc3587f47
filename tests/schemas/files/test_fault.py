"""A fault reads as one line with its place; faults come all at once."""

import pytest

from schemas.files.fault import KNOWN_MAX, Fault, Faults, Gathering, nearest, unknown
from schemas.rules.grammar import Rule


def test_text_of_a_fault() -> None:
    """A fault is written the way editors and compilers let one jump to it."""
    assert str(Fault("rules.yaml", 7, "rules.slow.for", "missing")) == "rules.yaml:7: rules.slow.for: missing"
    assert str(Fault("rules.yaml", 1, "", "the file is empty")) == "rules.yaml:1: the file is empty"


def test_faults_hold_all_in_order() -> None:
    """Several faults are one error, in the order of the lines, each said once."""
    late, early = Fault("f", 9, "b", "missing"), Fault("f", 2, "a", "missing")

    faults = Faults([late, early, late])

    assert faults.faults == (early, late)
    assert str(faults) == "f:2: a: missing\nf:9: b: missing"


def test_nearest() -> None:
    """A slip of the fingers finds its word; something else finds none."""
    assert nearest("cals", ["calls", "emails_sent"]) == "calls"
    assert nearest("weather", ["calls", "emails_sent"]) is None
    assert nearest("Wed", ["monday", "wednesday"]) == "wednesday"
    assert nearest("x", []) is None


def test_unknown_says_the_choice_when_nothing_is_near() -> None:
    """A short list of what is known is given where no known name is near."""
    assert unknown("KPI", "cals", ["calls"]) == "unknown KPI 'cals', did you mean 'calls'?"
    assert unknown("window", "x", ["week", "day"]) == "unknown window 'x'; known: day, week"
    assert unknown("KPI", "x", map(str, range(100))) == "unknown KPI 'x'"


def test_the_fields_of_a_rule_are_a_choice_that_is_given() -> None:
    """There is no larger section that one writes by hand."""
    fields = [field.alias or name for name, field in Rule.model_fields.items()]

    assert len(fields) <= KNOWN_MAX
    assert "; known: above, all, any, below" in unknown("field", "level", fields)


def test_faults_of_several_reads() -> None:
    """All are told at the end; other errors go their way, and no faults are none."""
    first, second, third = (Fault(file, 1, "x", "is wrong") for file in "abc")
    gathering = Gathering()
    gathering.tell(beside=[second])
    for fault in (first, second):
        with gathering:
            raise Faults([fault])
    with pytest.raises(KeyError), gathering:
        raise KeyError

    with pytest.raises(Faults) as found:
        gathering.tell(beside=[third])
    assert (first, second, third) == found.value.faults
