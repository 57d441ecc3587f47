"""Who is there."""

from collections import Counter
from random import Random

from streams.sources.salesfloor.people import hire_reps, hire_teams, new_account
from streams.sources.salesfloor.plan import FloorPlan


def test_everybody_has_a_name_and_a_team() -> None:
    """However many there are, names are unique and teams about equal."""
    plan = FloorPlan(teams=20, reps=210)
    teams = hire_teams(Random(1), plan)
    reps = hire_reps(Random(1), plan, teams)

    assert len({team.name for team in teams}) == 20
    assert len({rep.name for rep in reps}) == 210
    assert set(Counter(rep.team.name for rep in reps).values()) == {10, 11}


def test_some_teams_are_slower() -> None:
    """So that there is something to see in a comparison."""
    teams = hire_teams(Random(1), FloorPlan(teams=5))

    assert teams[-1].slowness > 1.3 * teams[0].slowness


def test_most_accounts_are_small() -> None:
    """And the few large ones bring the large amounts."""
    rep = hire_reps(Random(1), FloorPlan(), hire_teams(Random(1), FloorPlan()))[0]
    rng = Random(1)
    accounts = [new_account(rng, str(number), rep, active=True) for number in range(2_000)]
    shares = Counter(account.segment for account in accounts)
    sizes = {
        segment: sum(a.size for a in accounts if a.segment == segment) / count
        for segment, count in shares.items()
    }

    assert shares["smb"] > shares["midmarket"] > shares["enterprise"] > 100
    assert sizes["enterprise"] > 2 * sizes["midmarket"] > 4 * sizes["smb"]
