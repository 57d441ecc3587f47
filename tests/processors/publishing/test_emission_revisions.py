"""Revisions: each record of a key has a higher one, whatever clocks and crashes do."""

from tests.oracle.moments import instant
from tests.processors.engine import Desk, fact

AT = "2026-03-04T10:00:00Z"
DAY = "calls|day:2026-03-04|"


def test_revisions_rise_over_what_a_predecessor_gave_after_it_wrote_its_last() -> None:
    """Also where its clock was ahead: who judges passes over a record that is older by its revision."""
    desk, key = Desk(), "calls|day:2026-03-04|rep=ann"
    desk.take(AT, fact("call", AT))
    desk.tick(AT)
    desk.checkpoint()
    later = "2026-03-04T10:00:09Z"
    desk.take(later, fact("call", AT))
    desk.tick(later, "live")
    lost = desk.kpis[key]
    desk.restart()

    desk.tick("2026-03-04T09:59:50Z")
    assert desk.kpis[key]["value"] < lost["value"]
    assert desk.kpis[key]["revision"] > lost["revision"]


def test_revisions_rise() -> None:
    """Each record of a key has a higher revision, also within a millisecond, with a clock set back, and after restarts."""
    desk = Desk()
    for number, at in enumerate(["2026-03-04T10:00:00Z"] * 3 + ["2026-03-04T09:00:00Z"] * 3):
        desk.take(at, fact("call", "2026-03-04T08:00:00Z"))
        desk.tick(at)
        if number % 2:
            desk.checkpoint()
            desk.restart()
            desk.tick(at)

    for key, revisions in desk.revisions.items():
        assert sorted(set(revisions)) == revisions, key
    assert len(desk.revisions[DAY]) >= 6
    assert instant(AT) // 1000 == desk.revisions[DAY][0]


def test_starts_in_a_row_that_wrote_nothing_go_on_from_each_other() -> None:
    """Each crashes before its first checkpoint, and all begin from the same record."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    desk.tick(AT)
    desk.checkpoint()
    for second in range(1, 5):
        desk.restart()
        for _ in range(2):
            desk.take(AT, fact("call", AT))
            desk.tick(f"2026-03-04T10:00:{second:02}Z")

    revisions = desk.revisions[DAY]
    assert sorted(set(revisions)) == revisions
    assert len(revisions) > 8
