"""Who sees what, a sentence per case."""

import pytest

from processors.serving.viewing import Viewer

TEAM_OF = {"ann": "north", "cem": "south"}
NORTH = Viewer(frozenset({"north"}), company=False)
NORTH_HQ = Viewer(frozenset({"north"}), company=True)


@pytest.mark.parametrize(
    ("dims", "north", "with_company"),
    [
        pytest.param({}, False, True, id="the company's"),
        pytest.param({"channel": "phone"}, False, True, id="a dimension of the company"),
        pytest.param({"team": "north"}, True, True, id="the own team's"),
        pytest.param({"team": "south"}, False, False, id="another team's"),
        pytest.param({"team": None}, False, False, id="of a team without a name"),
        pytest.param({"team": "north", "channel": "phone"}, True, True, id="a dimension of the own team"),
        pytest.param({"rep": "ann"}, True, True, id="an own rep's"),
        pytest.param({"rep": "cem"}, False, False, id="another team's rep's"),
        pytest.param({"rep": "zoe"}, False, False, id="of a rep whom nobody knows"),
        pytest.param({"rep": None}, False, False, id="of a rep without a name"),
        pytest.param({"rep": "cem", "team": "north"}, False, False, id="another's rep in the own team"),
        pytest.param({"rep": "ann", "team": "south"}, False, False, id="an own rep in another team"),
    ],
)  # fmt: skip
def test_records(dims: dict[str, str | None], north: bool, with_company: bool) -> None:
    """Own teams and their reps; the company's where that is said. Without a restriction everything."""
    assert NORTH.sees(dims, TEAM_OF) is north
    assert NORTH_HQ.sees(dims, TEAM_OF) is with_company
    assert Viewer().sees(dims, {})


@pytest.mark.parametrize(
    ("matchers", "seen"),
    [
        ({"team": "north"}, True),
        ({"team": "north", "rule": "*"}, True),
        ({"rep": "ann"}, True),
        ({"rep": "ann", "team": "north"}, True),
        ({"rule": "slow-response"}, False),
        ({"team": "south"}, False),
        ({"team": "*"}, False),
        ({"team": "nort?"}, False),
        ({"rep": "*", "team": "north"}, False),
        ({"rep": "cem"}, False),
        ({"rep": "cem", "team": "north"}, False),
        ({"rep": "", "team": ""}, False),
        ({}, False),
    ],
)
def test_silences(matchers: dict[str, str], seen: bool) -> None:
    """One that can only be about own teams and reps, by their names."""
    assert NORTH.sees_matchers(matchers, TEAM_OF) is seen
    assert NORTH_HQ.sees_matchers(matchers, TEAM_OF) is seen
    assert Viewer().sees_matchers(matchers, {})


def test_teams_and_reps_by_name() -> None:
    """As leaderboards and the directory ask."""
    assert (NORTH.sees_team("north"), NORTH.sees_team("south"), Viewer().sees_team("x")) == (
        True,
        False,
        True,
    )
    assert (NORTH.sees_rep("ann", TEAM_OF), NORTH.sees_rep("cem", TEAM_OF)) == (True, False)
    assert (NORTH.sees_all, Viewer().sees_all) == (False, True)
