"""Ranks with ties, the field, places gained since the day began, and who is due for others' sake."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.comparing.ranking import Number, Ranking


def ranking(direction: str = "up", team: Number | None = None, **values: Number | None) -> Ranking:
    """Return a ranking with these values, all said."""
    made = Ranking(direction)
    made.take_all(values)
    made.measure(team)
    said(made, values)
    return made


def said(one: Ranking, values: dict[str, Number | None]) -> dict[str, dict[str, Number]]:
    """Say where each rep stands; return it by rep."""
    return {rep: fields(one.say(rep)) for rep in values}


def fields(text: str) -> dict[str, Number]:
    """Read the part of a record's JSON."""
    found: dict[str, Number] = orjson.loads("{" + text.removeprefix(",") + "}")
    return found


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("up", {"ann": 4, "bob": 2, "cem": 2, "dee": 1}), ("down", {"ann": 1, "bob": 2, "cem": 2, "dee": 4})],
)
def test_ties_share_a_rank(direction: str, expected: dict[str, int]) -> None:
    """Best in the KPI's direction is 1; who is equal shares, and the next leaves as many ranks free."""
    values: dict[str, Number | None] = {"ann": 1, "bob": 2.5, "cem": 2.5, "dee": 7}
    one = ranking(direction, **values)

    assert expected == {rep: found["rank"] for rep, found in said(one, values).items()}


def test_no_value_no_rank() -> None:
    """A mean of nothing is in no field, lowers nobody, and is told the team's value all the same."""
    one = ranking(team=3, ann=0, bob=None)

    assert {"team_value": 3, "rank": 1, "of": 1} == fields(one.say("ann"))
    assert {"team_value": 3} == fields(one.say("bob"))


def test_who_overtakes_makes_the_overtaken_due() -> None:
    """Only those of whom something else is to be said are due; after it was said nobody is."""
    one = ranking(ann=1, bob=2, cem=3, dee=4)
    assert one.take("ann", 2.5)

    assert ["ann", "bob"] == one.due()
    assert {"rank": 3, "of": 4} == fields(one.say("ann"))
    assert ["bob"] == one.due()
    one.say("bob")
    assert [] == one.due()


def test_a_newcomer_changes_the_field_of_all() -> None:
    """The size of the field is part of what was said; so is the team's value."""
    one = ranking(ann=2, bob=1)
    assert one.take("cem", 0)
    assert {"ann", "bob", "cem"} == {*one.due()}

    other = ranking(ann=2, bob=1)
    assert other.measure(5)
    assert {"ann", "bob"} == {*other.due()}


def test_who_has_no_record_any_more_is_gone() -> None:
    """The field is smaller for the others, and nothing is due of him."""
    one = ranking(ann=2, bob=1, cem=None)

    assert one.drop("bob")
    assert not one.drop("bob")
    assert "bob" not in one
    assert ["ann"] == one.due()
    assert {"rank": 1, "of": 1} == fields(one.say("ann"))
    assert one.drop("cem")


def test_what_is_as_it_was_is_no_news() -> None:
    """Each says whether what it took is another than before."""
    one = ranking(team=3, ann=2, bob=None)

    assert not one.take("ann", 2)
    assert not one.take("bob", None)
    assert not one.take_all({"bob": None, "ann": 2})
    assert not one.measure(3)
    assert not one.start({})
    assert one.start({"ann": 1})


def test_places_gained_since_the_day_began() -> None:
    """Who was third and is first gained two; those passed lost one each; who had no value then says nothing."""
    one = Ranking("up")
    values: dict[str, Number | None] = {"ann": 9, "bob": 5, "cem": 4, "dee": 1}
    one.take_all(values)
    one.start({"ann": 1, "bob": 3, "cem": 2})

    assert {"ann": 2, "bob": -1, "cem": -1, "dee": None} == {
        rep: found.get("rank_change") for rep, found in said(one, values).items()
    }


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.none() | st.integers(0, 5), max_size=8),
    st.sampled_from(["up", "down"]),
)
def test_a_rank_is_one_more_than_are_better(values: dict[str, Number | None], direction: str) -> None:
    """By definition, whatever the values."""
    found = said(ranking(direction, **values), values)
    there = [value for value in values.values() if value is not None]
    for rep, value in values.items():
        if value is not None:
            better = sum(other > value if direction == "up" else other < value for other in there)
            assert {"rank": 1 + better, "of": len(there)} == found[rep]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.none() | st.integers(0, 3) | st.just("gone")), max_size=30
    ),
    st.sampled_from(["up", "down"]),
)
def test_one_by_one_is_as_all_at_once(steps: list[tuple[str, int | str | None]], direction: str) -> None:
    """Whatever came and went before, what is said and due follows from the values there are."""
    one, values = Ranking(direction), dict[str, Number | None]()
    for rep, value in steps:
        if isinstance(value, str):
            one.drop(rep)
            values.pop(rep, None)
        else:
            one.take(rep, value)
            values[rep] = value
    other = ranking(direction, **values)

    assert {*values} == {*one.due()}
    assert said(other, values) == said(one, values)
    assert [] == one.due()
