"""Facts: their kinds and their routes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.event import EVENT_TYPES
from schemas.fact import FACTS, route_of, route_text

MARKS = ("", "1f3a77b2", "1f3a77b2,99aa00bb")
NAMES = st.one_of(st.none(), st.text(min_size=1), st.text("%|7C", min_size=1))


@settings(max_examples=50)
@given(
    st.sampled_from([*FACTS, "content_won^"]), st.lists(NAMES, min_size=2, max_size=5), st.sampled_from(MARKS)
)
def test_routes_come_back(kind: str, names: list[str | None], marks: str) -> None:
    """A route gives back kind, marks, rep, team and dimensions, whatever they are made of."""
    assert (kind, marks, names) == route_of(route_text(kind, names, marks))


def test_a_route_by_hand() -> None:
    """Absent is empty; what separates is escaped; the first part says which groups and which marks."""
    assert "call|ann|north|" == route_text("call", ["ann", "north", None])
    assert "call||a%7Cb|50%25" == route_text("call", [None, "a|b", "50%"])
    assert "call~1f,2a|ann||" == route_text("call", ["ann", None, None], "1f,2a")
    assert "content_won^~1f|||a%25" == route_text("content_won^", [None, None, "a%"], "1f")


@pytest.mark.parametrize("kind", FACTS)
def test_kinds(kind: str) -> None:
    """A kind says what it says in a sentence, what its value is, and which events complete it."""
    found = FACTS[kind]

    assert found.says.endswith(".")
    assert found.value in (None, "duration", "money", "score")
    assert found.value or (not found.optional_value and found.whole == 1)
    assert found.completed_by
    assert set(found.completed_by) <= set(EVENT_TYPES)
    assert not set(kind) & set("^~|%")
    assert not {"rep", "team"} & set(found.dimensions)
