"""What a changelog says of cells."""

import msgspec
import pytest

from processors.alerts.restored import CUT, Restored
from processors.judging.cell import Cell, read_saved, restored_cell, rule_hash, watches
from processors.judging.rule_state import Phase, State
from processors.judging.terms import NO_TERMS
from schemas.alert import AlertState, Reason, alert_id
from schemas.rule import Rule

RULE = Rule.model_validate({"kpi": "k", "window": "month", "for_each": "team", "above": 1})
KEY = "k|month:2026-11|team=a%7Cb"


def cell(phase: Phase = Phase.FIRING, revision: int = 5) -> Cell:
    """Return a cell in a phase."""
    made = Cell("r", RULE, KEY, rule_hash(RULE))
    made.state = State(phase=phase, reason=Reason.ABOVE_THRESHOLD, value=2, n=1, revision=revision)
    return made


def restored(*items: tuple[bytes, bytes | None], rules: dict[str, Rule] | None = None) -> list[Cell]:
    """Return the cells that a changelog gives."""
    changelog = Restored(read_saved)
    changelog.take(items)
    return [
        restored_cell(saved, {"r": RULE} if rules is None else rules) for saved in changelog.saved.values()
    ]


def test_a_cell_knows_its_key() -> None:
    """Window, period and dims come from the KPI key, its id from rule and key."""
    made = cell()

    assert (made.kpi, made.window, made.period, made.dims) == ("k", "month", "2026-11", {"team": "a|b"})
    assert made.id == alert_id("r", KEY)
    assert made.label == ("r", "warning", AlertState.FIRING)


def test_there_and_back() -> None:
    """What is written is what is read."""
    made = cell()
    made.untold.append(made.say(Reason.ABOVE_THRESHOLD, NO_TERMS))

    (found,) = restored(made.saved(41))

    assert (found.id, found.state, found.last, found.untold) == (made.id, made.state, made.last, made.untold)
    assert found.rule is RULE
    assert found.fence == 41


def test_the_highest_fence_counts() -> None:
    """A stale writer can only write an older truth, and that does not replace a newer one."""
    newer, older = cell(revision=6).saved(42), cell(revision=5).saved(41)

    (found,) = restored(newer, older)

    assert found.state.revision == 6


def test_tombstones_and_cut() -> None:
    """A tombstone takes the cell away; of cuts all are kept, and the judge takes the highest."""
    key, value = cell().saved(41)
    changelog = Restored(read_saved)
    changelog.take([(key, value), (CUT, b"41"), (key, None), (CUT, b"40")])

    assert changelog.saved == {}
    assert changelog.cuts == [b"41", b"40"]


def test_untold_words_of_before_they_had_ids() -> None:
    """What a judge of before wrote is told under the alert's id."""
    made = cell()
    made.untold.append(msgspec.structs.replace(made.say(Reason.ABOVE_THRESHOLD, NO_TERMS), id=""))

    (found,) = restored(made.saved(1))

    assert [said.id for said in found.untold] == [made.id]


@pytest.mark.parametrize("rules", [{}, {"r": RULE.model_copy(update={"window": "day"})}])
def test_a_rule_that_watches_it_no_more(rules: dict[str, Rule]) -> None:
    """A restored cell without its rule has what was told last, to be closed with."""
    made = cell()
    made.say(Reason.ABOVE_THRESHOLD, NO_TERMS)

    (found,) = restored(made.saved(1), rules=rules)

    assert found.rule is None
    assert found.label == ("r", "warning", AlertState.FIRING)


def test_what_must_be_kept() -> None:
    """An alert, a revision to go on from, and untold words; a cell that never said anything is nothing."""
    assert cell().must_be_kept
    assert cell(Phase.OK).must_be_kept
    assert not cell(Phase.OK, revision=0).must_be_kept


def test_watches() -> None:
    """KPI, window and exactly the dimensions."""
    assert watches(RULE, "k", "month", {"team": "x"})
    assert not watches(RULE, "k", "month", {})
    assert not watches(RULE, "k", "month", {"rep": "x", "team": "x"})
    assert not watches(RULE, "k", "day", {"team": "x"})


def test_rule_hash() -> None:
    """Anything that changes about a rule changes its hash."""
    assert rule_hash(RULE) == rule_hash(RULE.model_copy())
    assert rule_hash(RULE) != rule_hash(RULE.model_copy(update={"title": "x"}))
