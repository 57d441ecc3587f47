"""Facts: their kinds and their routes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.fact import FACTS, route_of, route_text

NAMES = st.one_of(st.none(), st.text(min_size=1), st.text("%|7C", min_size=1))


@settings(max_examples=50)
@given(st.sampled_from([*FACTS]), st.lists(NAMES, min_size=2, max_size=5))
def test_routes_come_back(kind: str, names: list[str | None]) -> None:
    """A route gives back kind, rep, team and dimensions, whatever they are made of."""
    assert (kind, names) == route_of(route_text(kind, names))


def test_a_route_by_hand() -> None:
    """Absent is empty; what separates is escaped."""
    assert "call|ann|north|" == route_text("call", ["ann", "north", None])
    assert "call||a%7Cb|50%25" == route_text("call", [None, "a|b", "50%"])


@pytest.mark.parametrize("kind", FACTS)
def test_kinds(kind: str) -> None:
    """A kind says what it says in a sentence, its value is a duration or money, and gauges only count."""
    found = FACTS[kind]

    assert found.says.endswith(".")
    assert found.value in (None, "duration", "money")
    assert not (found.gauge and found.value)
    assert not {"rep", "team"} & set(found.dimensions)
