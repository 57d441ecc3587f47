"""A tick's turn: the groups that were due when it began, each once, team by team."""

from processors.adding.group import NOW, Group
from processors.panes import Panes
from processors.publishing.turn import Turn
from processors.roster import Roster
from schemas.fact import PANE_US
from tests.oracle.moments import instant
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


def test_what_is_over_has_a_turn_of_its_own_while_a_history_is_read() -> None:
    """Its groups have their turn again for all the rest. Of what happens now nothing is told twice."""
    panes = Panes(PLAN)
    first, second = (panes.group({"rep": rep}) for rep in ("ann", "bob"))
    turn = Turn(panes, Roster())
    panes.pane_now = instant("2026-03-04T10:00:00Z") // PANE_US
    panes.top_pane = instant("2026-01-20T10:00:00Z") // PANE_US
    for group in (first, second):
        panes.note(group, NOW, 8)
    turn.begin(5)

    assert [first, second] == [turn.take_settled() for _ in range(2)]
    assert [first, second] == all_of(turn)
    by_name = {
        window.label: window for window in PLAN.calendar.periods_of(PLAN.calendar.day_of_pane(panes.top_pane))
    }
    assert not any(map(turn.is_settled, (NOW, *PLAN.rolling, *by_name.values())))
    eve, day_before = (PLAN.calendar.day_at(instant(f"2026-01-{day}T12:00:00Z")) for day in (18, 17))
    assert (False, True) == (turn.is_settled(eve), turn.is_settled(day_before))

    for group in (first, second):
        group.changed.clear()
        panes.note(group, NOW, 8)
    turn.begin(6)
    assert 2 == len(turn.settled)
    panes.top_pane = panes.pane_now - 12  # the history is at its end
    assert first is turn.take_settled()
    assert not turn.settled
    assert [first, second] == all_of(turn)
    first.changed.clear()
    panes.note(first, NOW, 8)
    turn.begin(7)
    assert not turn.settled


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
