"""Live turns: the oldest change first, nobody twice within an interval."""

from processors.adding.group import NOW, Group
from processors.panes import Panes
from processors.publishing.live_turn import LiveTurn
from processors.publishing.turn import Turn
from processors.roster import Roster
from tests.processors.engine import PLAN


class World:
    """A turn over reps of no team."""

    def __init__(self) -> None:
        self.panes, self.roster = Panes(PLAN), Roster()
        self.turn = LiveTurn(self.panes, self.roster)

    def note(self, *reps: str) -> None:
        for rep in reps:
            self.panes.note(self.group(rep), NOW, 8)

    def group(self, rep: str) -> Group:
        return self.panes.group({"rep": rep})

    def told(self, now_us: int, apart_us: int = 100) -> list[str | None]:
        """Let a tick pass; return who was told of."""
        self.turn.release(now_us, apart_us)
        self.turn.begin()
        found = []
        while self.turn.left:
            found.append(self.turn.take(now_us).dims["rep"])
        return found


def test_who_was_told_waits_out_the_interval() -> None:
    """However often something changes in between; and only who has something due has a turn."""
    world = World()
    world.note("ann", "bob")
    assert ["ann", "bob"] == world.told(1_000)
    world.note("ann", "cem")

    assert ["cem"] == world.told(1_050)
    world.note("ann")
    assert world.group("ann").held
    assert [] == world.told(1_099)
    world.note("dee")
    assert ["ann", "dee"] == world.told(1_100)
    assert not world.group("ann").held
    assert [] == world.told(2_000)


def test_without_an_interval_everything_due_is_told() -> None:
    """A tick a moment later is as good as any."""
    world = World()
    world.note("ann")
    assert ["ann"] == world.told(1_000, apart_us=0)
    world.note("ann")
    assert ["ann"] == world.told(1_000, apart_us=0)


def test_a_clock_set_back_keeps_nobody_waiting() -> None:
    """Else it would be for as long as it was ahead."""
    world = World()
    world.note("ann")
    assert ["ann"] == world.told(1_000_000)
    world.note("ann")

    assert ["ann"] == world.told(500_000)


def test_what_changes_while_a_tick_lasts_is_due_again() -> None:
    """But for a group whose turn is still to come: that is told with it."""
    world = World()
    world.note("ann", "bob")
    world.turn.release(1_000, 100)
    world.turn.begin()
    assert world.group("ann") is world.turn.take(1_000)
    world.note("ann", "bob")
    assert world.group("bob") is world.turn.take(1_000)

    assert [] == world.told(1_050)
    assert ["ann"] == world.told(1_100)


def test_live_turns_leave_the_rest_due() -> None:
    """Whole turns have every group with something due, and what they took is no longer due in live ones."""
    world = World()
    turn = Turn(world.panes, world.roster)
    month = PLAN.calendar.period("month", "2026-03")
    assert month is not None
    world.note("ann")
    world.panes.note(world.group("bob"), month, 8)
    assert ["ann"] == world.told(1_000)
    world.note("cem")
    turn.begin(5)

    assert ["ann", "bob", "cem"] == [turn.take().dims["rep"] for _ in range(3)]
    assert [] == world.told(2_000)
