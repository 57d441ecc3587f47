"""Spans, by hand: from one type of event to the next of another."""

import random

import pytest

from processors.entities.linked import CLOSES, OPENS, OWNS
from processors.entities.span import Span, SpanRule, folded, is_over
from processors.entities.timeline import Event, Fact, Timeline

MINUTE_US = 60_000_000


def rule(latest: bool = False) -> SpanRule:
    """Return a span that counts all of the time."""
    return SpanRule("demo", latest, lambda start_us, end_us: end_us - start_us)


def opens(minute: int, value: str | None = None) -> Event:
    """Return an event that begins a span."""
    return (minute * MINUTE_US, "crm", f"{minute:03}", OPENS, value)


def closes(minute: int, value: str | None = None, rep: str | None = "ann", deal: str | None = None) -> Event:
    """Return an event that ends one; a deal's without a rep has no team either."""
    team = None if rep is None and deal else "north"
    return (minute * MINUTE_US, "crm", f"{minute:03}", CLOSES, value, deal, rep, team, "m", "web", None)


def owns(minute: int, deal: str, rep: str, opens_too: bool = False) -> Event:
    """Return an event that says whose a deal is."""
    roles = OWNS | OPENS if opens_too else OWNS
    return (minute * MINUTE_US, "crm", f"{minute:03}", roles, None, deal, rep)


def facts_of(*events: Event, latest: bool = False) -> list[Fact]:
    """Return the facts of events in their order."""
    span, facts = Span(rule(latest)), list[Fact]()
    for event in sorted(events, key=lambda event: event[:3]):
        span.step(event, facts, lambda _event, owner: f"team of {owner}")
    return facts


def minutes(facts: list[Fact]) -> list[tuple[int, int]]:
    """Return when each ended, and how long it took."""
    return [(fact[2] // MINUTE_US, fact[3] // MINUTE_US) for fact in facts]


def test_a_fact_is_of_the_event_that_ends_it() -> None:
    """At its time, for its rep and team, with its marks and dimensions."""
    took = ("demo", 1, 7 * MINUTE_US, 4 * MINUTE_US, "ann", "north", "m", "web", None)
    assert [took] == facts_of(opens(3), closes(7))


@pytest.mark.parametrize(("latest", "took"), [(False, [(9, 8), (12, 2)]), (True, [(9, 5), (12, 1)])])
def test_several_begin_before_one_ends(latest: bool, took: list[tuple[int, int]]) -> None:
    """From the earliest that is open or from the latest; the end closes all, so what ends then ends nothing."""
    events = (opens(1), opens(4), closes(9), closes(9), opens(10), opens(11), closes(12))
    assert took == minutes(facts_of(*events, latest=latest))


def test_an_end_without_a_beginning() -> None:
    """It says nothing, and neither does a beginning without an end."""
    assert [] == facts_of(closes(1), opens(2))


def test_at_the_same_time_source_and_id_decide() -> None:
    """An end at the moment of the beginning took no time; one that sorts before it ends something else."""
    end = closes(5)
    assert [(5, 0)] == minutes(facts_of((*opens(5)[:2], "001", *opens(5)[3:]), end))
    assert [] == facts_of((*opens(5)[:2], "999", *opens(5)[3:]), end)


def test_a_deals_event_without_a_rep_is_its_owners() -> None:
    """The last who is said to own the deal by then; of other deals another."""
    facts = facts_of(
        owns(1, "d", "ann"), owns(2, "e", "eve"), owns(4, "d", "bob", opens_too=True), closes(9, None, None, "d"),
        opens(10), closes(11, None, None, "f"), opens(12), closes(13, None, "cat", "d"),
    )  # fmt: skip
    assert [("bob", "team of bob"), (None, "team of None"), ("cat", "north")] == [fact[4:6] for fact in facts]


def test_each_value_is_an_entity() -> None:
    """Where a timeline has several, they don't close each other."""
    assert [(7, 6), (8, 5)] == minutes(facts_of(opens(1, "a"), opens(3, "b"), closes(7, "a"), closes(8, "b")))


def test_over_when_nothing_is_open() -> None:
    """Then the next event begins anew."""
    events = [opens(1, "a"), opens(2, "b"), closes(3, "a"), closes(4, "b")]
    assert [True, False, False, False, True] == [is_over(events[:n]) for n in range(5)]


@pytest.mark.parametrize("seed", range(200))
def test_what_is_let_go_means_nothing(seed: int) -> None:
    """Once nothing comes from before a time, later events say the same with what is kept as with all."""
    rng = random.Random(seed)
    some = rule(latest=seed % 2 == 0)

    def one(minute: int) -> Event:
        value = rng.choice("ab")
        return rng.choice(
            (
                opens(minute, value),
                closes(minute, value),
                closes(minute, value, None, value),
                owns(minute, value, rng.choice(("ann", "bob")), opens_too=rng.random() < 0.5),
            )
        )

    events = [one(minute) for minute in range(0, 60, 2)]
    floor_us = 30 * MINUTE_US
    later = [one(minute) for minute in rng.sample(range(31, 60, 2), 9)]
    whole, less = Timeline[Span](events), Timeline[Span](folded(some, events[:], floor_us))

    assert len(less.events) <= 20
    for event in later:
        told: tuple[list[Fact], list[Fact]] = ([], [])
        for timeline, facts in zip((whole, less), told, strict=True):
            timeline.digest(event, lambda: Span(some), lambda _event, owner: f"team of {owner}", facts)
        assert sorted(told[0], key=str) == sorted(told[1], key=str)
