"""A tick's turn: the groups that were due when it began, each once, team by team."""

from processors.adding.group import NOW, Group
from processors.panes import Panes
from processors.publishing.turn import Turn
from processors.roster import Roster
from tests.processors.engine import PLAN


def all_of(turn: Turn) -> list[Group]:
    """Take everything that is left."""
    groups = []
    while turn.left:
        groups.append(turn.take())
    return groups


def test_what_comes_while_a_turn_lasts_is_for_the_next() -> None:
    """A group that had its turn waits; one that has not is done with when it comes to it."""
    panes = Panes(PLAN)
    first, second, third = (panes.group({"rep": rep}) for rep in ("ann", "bob", "cem"))
    turn = Turn(panes, Roster())
    for group in (first, second):
        panes.note(group, NOW, 8)
    turn.begin(5)
    groups = []
    while turn.left:
        group = turn.take()
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
    assert ([first, third], 7) == (all_of(turn), turn.flushed)


def test_a_team_and_its_reps_come_one_after_the_other() -> None:
    """In the order of the teams' oldest change; a team is finished when the next one begins."""
    panes, roster = Panes(PLAN), Roster()
    for rep, team in (("ann", "north"), ("bob", "south"), ("cem", "north")):
        roster.see(rep, team, 1)
    dims = ({}, {"rep": "ann"}, {"rep": "bob"}, {"team": "south"}, {"rep": "cem"}, {"team": "north"})
    company, ann, bob, south, cem, north = (panes.group(one) for one in dims)
    turn = Turn(panes, roster)
    for group in (company, ann, bob, south, cem, north):
        panes.note(group, NOW, 8)
    turn.begin(5)

    assert [company, ann, cem, north] == [turn.take() for _ in range(4)]
    assert [] == turn.take_finished()
    assert [bob, south] == all_of(turn)
    assert ["north"] == turn.take_finished()


def test_what_is_due_in_a_group_is_said_in_its_turn() -> None:
    """While that is still to come; afterwards it is nobody else's matter."""
    panes = Panes(PLAN)
    group, turn = panes.group({"rep": "ann"}), Turn(panes, Roster())
    month = PLAN.calendar.period("month", "2026-03")
    assert month is not None
    calls = PLAN.compiled("calls", "calls", "month")
    panes.note(group, NOW, 8)
    turn.begin(5)

    assert turn.defers(group, month, [calls])
    assert group is turn.take()
    assert {month: calls.facts} == group.again
    assert not turn.defers(group, month, [calls])
    assert not panes.changed
