"""Ranks with ties, the field, changes since the day began, and who is due for others' sake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.ranking import Number, Ranking, Standing


def ranking(direction: str = "up", **values: Number | None) -> Ranking:
    """Return a ranking with these values, all said."""
    made = Ranking(direction)
    for rep, value in values.items():
        made.set(rep, value)
    made.settle()
    return made


def ranks(one: Ranking) -> dict[str, int | None]:
    """Return each rep's rank."""
    return {rep: one.standing(rep).rank for rep in one}


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("up", {"ann": 4, "bob": 2, "cem": 2, "dee": 1}), ("down", {"ann": 1, "bob": 2, "cem": 2, "dee": 4})],
)
def test_ties_share_a_rank(direction: str, expected: dict[str, int]) -> None:
    """Best in the KPI's direction is 1; who is equal shares, and the next leaves as many ranks free."""
    assert expected == ranks(ranking(direction, ann=1, bob=2.5, cem=2.5, dee=7))


def test_no_value_no_rank() -> None:
    """A mean of nothing is in no field, and lowers nobody."""
    one = ranking(ann=0, bob=None)
    one.set_team(3)

    assert Standing(1, 1, None, 3) == one.standing("ann")
    assert Standing(None, None, None, 3) == one.standing("bob")


def test_who_overtakes_makes_the_overtaken_due() -> None:
    """Only those whose standing changed are due; after it was said nobody is."""
    one = ranking(ann=1, bob=2, cem=3, dee=4)
    one.set("ann", 2.5)

    assert {"ann", "bob"} == set(one.due())
    assert Standing(3, 4, None, None) == one.say("ann")
    assert ["bob"] == one.due()
    one.say("bob")
    assert [] == one.due()


def test_a_newcomer_changes_the_field_of_all() -> None:
    """The size of the field is part of what was said; so is the team's value."""
    one = ranking(ann=2, bob=1)
    one.set("cem", 0)
    assert {"ann", "bob", "cem"} == set(one.due())

    other = ranking(ann=2, bob=1)
    other.set_team(1.5)
    assert {"ann", "bob"} == set(other.due())


def test_what_changes_nothing_is_not_due() -> None:
    """A better value of who is first already, or the same again, moves nobody."""
    one = ranking(ann=1, bob=2)
    one.set("bob", 5)
    one.set("ann", 1)

    assert [] == one.due()


def test_who_leaves_is_forgotten() -> None:
    """The others move up; there is nothing to say of who left."""
    one = ranking(ann=1, bob=2, cem=3)

    assert (3, None) == one.drop("cem")
    assert {"ann", "bob"} == set(one.due())
    assert {"ann": 2, "bob": 1} == ranks(one)


def test_places_gained_since_the_day_began() -> None:
    """Who was third and is first gained two; those passed lost one each; who had no value says nothing."""
    one = ranking()
    for rep, value, before in [("ann", 9, 1), ("bob", 5, 5), ("cem", 3, 3)]:
        one.set(rep, value, before)
    one.set("dee", 4, None)

    assert {"ann": 2, "bob": -1, "cem": -2, "dee": None} == {rep: one.standing(rep).change for rep in one}


def test_a_new_day_begins_with_no_changes() -> None:
    """At midnight every change is 0; in a window that is over there is none."""
    one = ranking()
    one.set("ann", 9, 1)
    one.set("bob", 5, 5)
    one.settle()

    assert one.new_day(running=True)
    assert {"ann", "bob"} == set(one.due())
    assert {"ann": 0, "bob": 0} == {rep: one.standing(rep).change for rep in one}
    assert not one.new_day(running=True)
    assert one.new_day(running=False)
    assert [None, None] == [one.standing(rep).change for rep in one]


VALUES = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([0.5, 1.5]))


@given(
    st.sampled_from(["up", "down"]),
    st.lists(st.tuples(st.sampled_from("abcdefg"), VALUES, VALUES, st.booleans()), max_size=40),
)
def test_equals_counting_the_better_ones(
    direction: str, steps: list[tuple[str, Number | None, Number | None, bool]]
) -> None:
    """Whatever comes in, a rank is one more than there are better values, and what is said is up to date."""
    one, values, start = Ranking(direction), dict[str, Number | None](), dict[str, Number | None]()
    said: dict[str, Standing] = {}
    for rep, value, before, asked in steps:
        one.set(rep, value, before)
        values[rep], start[rep] = value, before
        if asked:
            for who in one.due():
                said[who] = one.say(who)
            assert said == {who: one.standing(who) for who in values}

    def rank(among: dict[str, Number | None], rep: str) -> int | None:
        mine = among[rep]
        if mine is None:
            return None
        field = [value for value in among.values() if value is not None]
        return 1 + sum(value > mine if direction == "up" else value < mine for value in field)

    for rep in values:
        now, before = rank(values, rep), rank(start, rep)
        change = None if now is None or before is None else before - now
        of = None if now is None else sum(value is not None for value in values.values())
        assert Standing(now, of, change, None) == one.standing(rep)
