"""To which groups a fact is added."""

import pytest

from processors.adding import routes as module
from processors.adding.routes import Routes
from processors.panes import Panes
from processors.planning.vector import Vector
from schemas.fact import route_text
from tests.processors.engine import PLAN


def routes() -> Routes:
    """Return routes that nothing was asked of yet."""
    return Routes(PLAN, Panes(PLAN))


@pytest.mark.parametrize(
    ("kind", "names", "groups"),
    [
        ("call", ["ann", "north", "web"], {"", "rep=ann", "team=north", "channel=web"}),
        ("call", [None, "north", None], {"", "team=north"}),
        (
            "deal_won",
            ["ann", "north", "p", None, "r"],
            {"", "rep=ann", "team=north", "product=p", "region=r"},
        ),
        (
            "stage_transition",
            ["ann", "north", None, "new"],
            {"", "rep=ann", "team=north", "from_stage=,to_stage=new"},
        ),
        (
            "stage_entered",
            [None, "north", "a", "b"],
            {"from_stage=a,to_stage=b", "from_stage=a,team=north,to_stage=b"},
        ),
        ("call", ["a|b", "n%", None], {"", "rep=a%7Cb", "team=n%25"}),
        ("hologram", ["ann", "north"], set()),
    ],
)
def test_groups(kind: str, names: list[str | None], groups: set[str]) -> None:
    """Company, team, rep and each dimension that it has a value for; only a stage may be null."""
    assert groups == {group.text for group in routes()[route_text(kind, names)].groups}


def test_what_a_fact_adds() -> None:
    """The kind's own delta; nothing for what no KPI is made of."""
    assert PLAN.adder("response") is routes()["response|ann|north|"].add_to
    found: Vector = {}
    routes()["hologram|ann"].add_to(found, 5, 1)
    assert {} == found


def test_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A route is remembered, and when there are too many, found anew, with the same groups."""
    monkeypatch.setattr(module, "ROUTES_MAX", 2)
    found = routes()
    first = found["call|ann|north|"]
    assert first is found["call|ann|north|"]
    for rep in "bcd":
        assert 1 <= len(found) <= 2
        assert found[f"call|{rep}|north|"].groups

    assert first.groups == found["call|ann|north|"].groups
