"""Which team a rep was in at a time."""

from itertools import permutations

import pytest

from processors.entities.directory import UNASSIGNED, Directory, Update

NORTH: Update = (100, "s", "1", "north", 10)
SOUTH: Update = (200, "s", "2", "south", 20)
SAME: Update = (200, "s", "3", "west", 30)


def directory(*updates: Update) -> Directory:
    """Return a directory that knows these updates of ann."""
    found = Directory()
    for update in updates:
        found.learn("ann", update)
    return found


@pytest.mark.parametrize("order", permutations([NORTH, SOUTH, SAME]))
@pytest.mark.parametrize(
    ("t_us", "team"),
    [(99, UNASSIGNED), (100, "north"), (199, "north"), (200, "west"), (10**18, "west")],
)
def test_the_latest_at_or_before(order: tuple[Update, ...], t_us: int, team: str) -> None:
    """The latest update at or before the time counts, of two at the same time the one later in order."""
    assert team == directory(*order).team("ann", t_us, 99)


@pytest.mark.parametrize(("offset", "team"), [(9, UNASSIGNED), (10, "north"), (19, "north"), (20, "south")])
def test_what_comes_later_in_the_log_is_not_known(offset: int, team: str) -> None:
    """A replay that finds later updates in its restored state says what the first pass said."""
    assert team == directory(NORTH, SOUTH).team("ann", 500, offset)


def test_nobody_and_strangers() -> None:
    """Without a rep, or for one never heard of, there is no team."""
    assert [UNASSIGNED] * 2 == [directory(NORTH).team(rep, 500, 99) for rep in (None, "bob")]


def test_an_update_twice() -> None:
    """A replay brings updates again; the first offset stays."""
    found = directory(NORTH, (100, "s", "1", "north", 50))

    assert [NORTH] == found.updates["ann"]
    assert "north" == found.team("ann", 500, 10)


def test_updates_of_long_ago_are_forgotten() -> None:
    """But for the last of them, from which later events get their team."""
    found = directory(NORTH, SOUTH, SAME, (300, "s", "4", "east", 40))

    assert ["ann"] == [*found.forget(250, 40)]
    assert [SAME, (300, "s", "4", "east", 40)] == found.updates["ann"]
    assert [] == [*found.forget(250, 40)]
    assert ["west", "east"] == [found.team("ann", t_us, 99) for t_us in (250, 300)]


def test_what_a_replay_may_ask_for_is_not_forgotten() -> None:
    """An update that came after the offset that replays begin with may not be known to them yet."""
    found = directory(NORTH, SOUTH, SAME)

    assert [] == [*found.forget(250, 19)]
    assert ["ann"] == [*found.forget(250, 25)]
    assert [SOUTH, SAME] == found.updates["ann"]
