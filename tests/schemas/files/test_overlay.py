"""Files that lie over the standard ones of their kind."""

import pytest

from schemas.board import load_boards
from schemas.catalog import load_catalog
from schemas.files.document import Faults
from schemas.files.overlay import overlaid
from schemas.rule import load_rules
from schemas.rules.absence import load_absences

CATALOG = load_catalog()


def test_entries_are_changed_dropped_and_added() -> None:
    """Standard ones keep their place; a field that is given takes the place of the standard's."""
    standard = {"a": {"x": 1, "y": 2}, "b": {"x": 3}, "c": {"x": 4}}
    own = {"d": {"x": 5}, "b": None, "a": {"y": 9}}

    assert list(overlaid(own, standard).items()) == [
        ("a", {"x": 1, "y": 9}),
        ("c", {"x": 4}),
        ("d", {"x": 5}),
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("kpis:\n  cals: null", "f:4: kpis.cals: unknown standard KPI 'cals', did you mean 'calls'?"),
        ("rules:\n  quiet-rpe: null", "f:4: rules.quiet-rpe: unknown standard rule 'quiet-rpe', did you mean 'quiet-rep'?"),
        (
            "absences:\n  inquiry-unanswerd: null",
            "f:4: absences.inquiry-unanswerd: unknown standard absence rule 'inquiry-unanswerd', did you mean 'inquiry-unanswered'?",
        ),
        ("boards:\n  flor: null", "f:4: boards.flor: unknown standard board 'flor', did you mean 'floor'?"),
    ],
)  # fmt: skip
def test_what_is_dropped_is_there(text: str, fault: str) -> None:
    """A name that is misspelt would be kept, and nobody would know."""
    file = f"{'catalog: mine' if 'kpis' in text else '#'}\nextends: standard\n{text}\n"
    with pytest.raises(Faults) as caught:
        if "kpis" in text:
            load_catalog(file, "f")
        elif "boards" in text:
            load_boards(CATALOG, file, "f")
        elif "absences" in text:
            load_absences(file, "f")
        else:
            load_rules(CATALOG, file, "f")

    assert [fault] == [str(one) for one in caught.value.faults]
