"""Live turns: who was not told lately and who was told longest ago, nobody twice in a tick."""

from collections.abc import Sequence

from processors.adding.group import NOW, Group
from processors.panes import Panes
from processors.publishing.live_turn import LATELY_US, LiveTurn
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

    def look(self, now_us: int = 0, kept: Sequence[str] = ()) -> None:
        self.turn.look(now_us, [self.group(rep) for rep in kept])

    def take(self, number: int = 1_000, now_us: int = 0) -> list[str | None]:
        """Return whose turn it is, so many at most."""
        found = []
        while len(found) < number and (group := self.turn.take(now_us)) is not None:
            found.append(group.dims["rep"])
        return found

    def told(self, now_us: int, kept: Sequence[str] = ()) -> list[str | None]:
        """Let a tick of one slice pass; return who was told of."""
        self.turn.begin()
        self.look(now_us, kept)
        return self.take(now_us=now_us)


def test_who_has_something_due_has_a_turn_in_each_tick() -> None:
    """Once: what changed, or is not in the panes yet."""
    world = World()
    world.note("ann", "bob")
    assert ["ann", "bob"] == world.told(1_000)
    assert [] == world.told(1_000)
    world.note("ann")

    assert ["ann", "cem"] == world.told(1_000, kept=["cem"])
    assert [] == world.told(2_000)


def test_who_was_not_told_lately_and_who_was_longest_ago_take_turns() -> None:
    """Nobody waits behind all of the others, be it the busiest or those of whom nothing was heard."""
    world = World()
    world.note("ann", "bob")
    assert ["ann", "bob"] == world.told(1_000)
    world.note("bob", "ann", "cem", "dee", "eve")

    assert ["cem", "ann", "dee", "bob", "eve"] == world.told(2_000)
    world.note("bob", "ann", "cem")
    assert ["cem", "ann", "bob"] == world.told(3_000), "in the order in which they were told"


def test_after_a_while_who_was_told_is_like_others() -> None:
    """And comes by the oldest change."""
    world = World()
    world.note("ann", "bob")
    assert ["ann", "bob"] == world.told(1_000)
    world.note("cem", "bob", "ann")

    assert ["cem", "bob", "ann"] == world.told(1_000 + LATELY_US)


def test_who_waits_for_a_turn_is_told_as_not_lately_in_the_end() -> None:
    """Where more changes than can be told, nobody waits for ever."""
    world = World()
    world.note("ann", "bob")
    assert ["ann", "bob"] == world.told(1_000)
    world.note("ann", "bob")
    world.turn.begin()
    world.look(2_000)
    assert ["ann"] == world.take(1, 2_000)
    world.note("cem")
    world.look(1_000 + LATELY_US)

    assert ["bob", "cem"] == world.take()


def test_a_clock_set_back_keeps_nobody_waiting() -> None:
    """Else it would be for as long as it was ahead."""
    world = World()
    world.note("ann")
    assert ["ann"] == world.told(1_000_000)
    world.note("bob", "ann")

    assert ["bob", "ann"] == world.told(500_000)


def test_what_changes_while_a_tick_lasts_is_told_in_it() -> None:
    """But of nobody twice: a tick has an end while events come."""
    world = World()
    world.note("ann", "bob")
    world.turn.begin()
    world.look()
    assert ["ann"] == world.take(1)
    world.note("ann", "bob", "cem")
    world.look()
    assert ["bob", "cem"] == world.take()
    world.look()
    assert [] == world.take()

    assert ["ann"] == world.told(0)


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
