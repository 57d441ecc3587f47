"""A tick's turn: the groups that were due when it began, each once."""

from processors.group import NOW
from processors.panes import Panes
from processors.turn import Turn
from tests.processors.engine import PLAN


def test_what_comes_while_a_turn_lasts_is_for_the_next() -> None:
    """A group that had its turn waits; one that has not is done with when it comes to it."""
    panes = Panes(PLAN)
    first, second, third = (panes.group({"rep": rep}) for rep in ("ann", "bob", "cem"))
    turn = Turn(panes)
    for group in (first, second):
        panes.note(group, NOW, 8)
    turn.begin(5)
    groups = []
    for group in turn.groups():
        groups.append(group)
        group.changed.clear()
        if group is first:
            for other in (first, second, third):
                panes.note(other, NOW, 8)
                panes.note_again(other, NOW, 8)
            assert 3 + 1 == turn.due

    assert ([first, second], 5) == (groups, turn.flushed)
    assert [first, third] == [*panes.changed]
    turn.begin(7)
    assert ([first, third], 7) == ([*turn.groups()], turn.flushed)


def test_live_turns_come_in_between() -> None:
    """They have the groups with something due in live windows, and leave them due for the rest."""
    panes = Panes(PLAN)
    first, second, third = (panes.group({"rep": rep}) for rep in ("ann", "bob", "cem"))
    month = PLAN.calendar.period("month", "2026-03")
    assert month is not None
    turn = Turn(panes)
    panes.note(first, NOW, 8)
    panes.note(second, month, 8)
    turn.begin_live()
    panes.note(third, NOW, 8)

    assert [first] == [*turn.live_groups()]
    turn.begin(5)
    assert [first, second, third] == [*turn.groups()]
    turn.begin_live()
    assert [] == [*turn.live_groups()]  # the whole turn had them all
