"""A pure function of sorted events: in order a step, late a difference."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.entities.timeline import Event, Fact, TeamOf, Timeline


class Pairs:
    """Says which event follows which: every late event changes what was said."""

    def __init__(self) -> None:
        self.last: str | None = None

    def step(self, event: Event, facts: list[Fact], team_of: TeamOf) -> None:
        facts.append(("follows", 1, self.last, event[2]))
        self.last = event[2]


def team_of(_event: Event, _owner: str | None) -> str:
    return "north"


def digest(events: list[Event]) -> list[list[Fact]]:
    """Return what each event gives, in this order of arrival."""
    timeline: Timeline[Pairs] = Timeline([])
    return [told(timeline, event)[0] for event in events]


def told(timeline: Timeline[Pairs], event: Event, replaced: Event | None = None) -> tuple[list[Fact], bool]:
    """Return what one more event gives, and whether it was late."""
    facts: list[Fact] = []
    late = timeline.digest(event, Pairs, team_of, facts, replaced)
    return facts, late


def net(facts: list[list[Fact]]) -> dict[tuple[object, ...], int]:
    """Return what remains of the facts given and taken back."""
    sums: dict[tuple[object, ...], int] = {}
    for fact in (fact for each in facts for fact in each):
        sums[fact[2:]] = sums.get(fact[2:], 0) + fact[1]
    return {fact: n for fact, n in sums.items() if n}


A, B, C = (1, "s", "a"), (2, "s", "b"), (3, "s", "c")


def test_in_order_is_a_step() -> None:
    """An event after all others only adds."""
    assert [[("follows", 1, None, "a")], [("follows", 1, "a", "b")]] == digest([A, B])


def test_late_is_a_difference() -> None:
    """An event between two others takes back what it makes wrong, and nothing else."""
    facts = digest([A, C, B])[-1]

    assert {("follows", -1, "a", "c"), ("follows", 1, "a", "b"), ("follows", 1, "b", "c")} == set(facts)


@pytest.mark.parametrize("order", permutations([A, B, C]))
def test_any_order_says_the_same(order: tuple[Event, ...]) -> None:
    """What remains after all events does not depend on their arrival."""
    assert {(None, "a"): 1, ("a", "b"): 1, ("b", "c"): 1} == net(digest([*order]))


@pytest.mark.parametrize(
    ("one", "other"),
    [((1, "s", "a"), (1, "s", "b")), ((1, "r", "z"), (1, "s", "a")), ((1, "z", "z"), (2, "a", "a"))],
)
def test_ties(one: Event, other: Event) -> None:
    """Order is time, then source, then id."""
    assert {(None, one[2]): 1, (one[2], other[2]): 1} == net(digest([other, one]))


def test_a_copy_gives_nothing() -> None:
    """An event known already, last or not, changes nothing."""
    assert [[], []] == digest([A, B, B, A])[2:]


def test_whether_it_was_late() -> None:
    """The timeline says so, for the count of corrections; a copy is no correction."""
    timeline: Timeline[Pairs] = Timeline([])

    assert [False, False, True, False] == [told(timeline, e)[1] for e in (A, C, B, A)]


def test_a_replaced_event_is_forgotten() -> None:
    """An event may take the place of one that means nothing beside it."""
    timeline: Timeline[Pairs] = Timeline([])
    told(timeline, A)
    told(timeline, C)
    facts, _ = told(timeline, B, C)

    assert [A, B] == timeline.events
    assert {("follows", -1, "a", "c"), ("follows", 1, "a", "b")} == set(facts)


@settings(max_examples=50, deadline=None)
@given(st.permutations([(t, "s", f"{t}{n}") for t in range(4) for n in range(2)]), st.integers(0, 8))
def test_restored_or_not(events: list[Event], known: int) -> None:
    """A timeline restored from its events goes on as the one that digested them."""
    whole: Timeline[Pairs] = Timeline([])
    for event in events[:known]:
        told(whole, event)
    restored: Timeline[Pairs] = Timeline([*whole.events])

    for event in events[known:]:
        assert told(whole, event) == told(restored, event)
