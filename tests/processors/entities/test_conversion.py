"""Conversions between types of event, by hand: each entity counts once, and may reach what it is to reach."""

import random

import pytest

from processors.entities.conversion import Conversion, ConversionRule, folded, is_over
from processors.entities.linked import CLOSES, OPENS, OWNS
from processors.entities.timeline import Event, Fact, Timeline

MINUTE_US = 60_000_000


def rule(within: int | None = None) -> ConversionRule:
    """Return a conversion with a limit in minutes."""
    return ConversionRule("x.base", "x.reached", None if within is None else within * MINUTE_US)


def event(
    minute: int, roles: int, value: str | None = None, rep: str | None = "ann", deal: str | None = None
) -> Event:
    """Return an event with these roles."""
    head = (minute * MINUTE_US, "crm", f"{minute:03}", roles, value)
    if roles & OPENS:
        return (*head, deal, rep, None if rep is None and deal else "north", "m", "web")
    return (*head, deal, rep) if roles & OWNS else head


def base(minute: int, value: str | None = None, rep: str = "ann") -> Event:
    """Return an event of the base's type."""
    return event(minute, OPENS, value, rep)


def reach(minute: int, value: str | None = None) -> Event:
    """Return an event of the type that is to be reached."""
    return event(minute, CLOSES, value)


def again(minute: int) -> Event:
    """Return an event of a type that is both."""
    return event(minute, OPENS | CLOSES)


def facts_of(*events: Event, within: int | None = None) -> list[Fact]:
    """Return the facts of events in their order."""
    state, facts = Conversion(rule(within)), list[Fact]()
    for one in sorted(events, key=lambda event: event[:3]):
        state.step(one, facts, lambda _event, owner: f"team of {owner}")
    return facts


def counted(facts: list[Fact]) -> list[tuple[str, int]]:
    """Return kinds, and when they count."""
    return [(fact[0].removeprefix("x."), fact[2] // MINUTE_US) for fact in facts]


def test_both_facts_are_of_the_first_event() -> None:
    """At its time, for its rep and team, with its marks and dimensions."""
    rest = (1 * MINUTE_US, None, "ann", "north", "m", "web")
    assert [("x.base", 1, *rest), ("x.reached", 1, *rest)] == facts_of(base(1), reach(5))


def test_once_with_the_first() -> None:
    """Whatever follows, an entity counts once and reaches once; what came before its first event is nothing."""
    events = (reach(0), base(1), base(2, rep="bob"), reach(5), base(6), reach(7))
    assert [("base", 1), ("reached", 1)] == counted(facts_of(*events))


@pytest.mark.parametrize(("minute", "reached"), [(5, True), (6, False)])
def test_within_the_limit(minute: int, reached: bool) -> None:
    """At the limit is in time."""
    assert reached == (("reached", 1) in counted(facts_of(base(1), reach(minute), within=4)))


def test_at_the_same_time_source_and_id_decide() -> None:
    """What is to be reached follows the first in the order of events."""
    for id_, count in (("000", 1), ("002", 2)):
        assert count == len(facts_of(base(1), (MINUTE_US, "crm", id_, CLOSES, None)))


def test_again() -> None:
    """Of one type on both sides: the first does not follow itself, the second does."""
    assert [("base", 1)] == counted(facts_of(again(1)))
    assert [("base", 1), ("reached", 1)] == counted(facts_of(again(1), again(3), again(9), within=2))
    assert [("base", 1)] == counted(facts_of(again(1), again(4), again(5), within=2))


def test_a_deals_event_without_a_rep_is_its_owners() -> None:
    """As everywhere."""
    facts = facts_of(event(0, OWNS, None, "eve", "d"), event(1, OPENS, None, None, "d"))
    assert [("eve", "team of eve")] == [fact[4:6] for fact in facts]


def test_over() -> None:
    """When it has reached, or when the limit has passed; not while an owner may be asked for."""
    assert is_over(rule(), [reach(1)])
    assert not is_over(rule(), [event(1, OWNS, None, "ann", "d")])
    assert not is_over(rule(), [base(1)])
    assert is_over(rule(4), [base(1)])
    assert is_over(rule(), [base(1), reach(2)])


@pytest.mark.parametrize("seed", range(300))
def test_what_is_let_go_means_nothing(seed: int) -> None:
    """Later and late events say the same with what is kept as with all; what is not wanted says nothing."""
    rng = random.Random(seed)
    some, both = rule(rng.choice((None, 7))), rng.random() < 0.3

    def one(minute: int) -> Event:
        value = rng.choice("ab")
        if rng.random() < 0.2:
            return event(minute, OWNS, None, rng.choice(("ann", "bob")), value)
        if both:
            return event(minute, OPENS | CLOSES, value, None, value)
        return event(minute, rng.choice((OPENS, CLOSES, CLOSES)), value, None, value)

    events = [one(minute) for minute in range(0, 60, 2)]
    floor = rng.choice((0, 6, 30))
    later = [one(minute) for minute in rng.sample(range(floor + 1, 60, 2), 9)]
    whole = Timeline[Conversion](events)
    less = Timeline[Conversion](folded(some, events[:], floor * MINUTE_US))

    for late in later:
        told: tuple[list[Fact], list[Fact]] = ([], [])
        wanted = less.state is None or late[:3] < less.events[-1][:3] or less.state.wants(late)
        for timeline, facts in ((whole, told[0]), *(((less, told[1]),) if wanted else ())):
            timeline.digest(late, lambda: Conversion(some), lambda _event, owner: f"team of {owner}", facts)
        assert sorted(told[0], key=str) == sorted(told[1], key=str)
        less.events = folded(some, less.events, floor * MINUTE_US)


def test_little_is_kept() -> None:
    """Of an entity that has reached: its first event, the one that followed, and what came before while it may count."""
    events = [reach(n) for n in range(5)] + [base(5), base(6), reach(7), base(8), reach(9)]
    assert [*events[:6], events[7]] == folded(rule(), events, 0)
    assert [events[5], events[7]] == folded(rule(), events, 5 * MINUTE_US)
