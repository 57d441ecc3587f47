"""Rankings: how many are kept, and that everybody is told once, however many there would be."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from processors.comparing import rankings
from schemas.fact import PANE_US, route_text
from tests.oracle.moments import instant
from tests.processors.engine import Desk, fact

TEAMS = 8
AT = "2025-11-03T09:{:02}:00Z"


def calls(at: str, *reps: str) -> list[list[object]]:
    """Return a call of each of these reps, two of whom are a team."""
    return [fact("call", at, 60_000_000, rep=rep, team=f"t{rep[1:-1]}", channel="phone") for rep in reps]


def test_who_is_gone_is_told_to_the_others_though_the_team_stays_as_it_was() -> None:
    """Two answered after a minute each; one of the answers is taken back, and the team's mean is a minute still."""
    desk, bob = Desk(), "response_time_mean|day:2025-11-03|rep=bob"
    for rep in ("ann", "bob"):
        desk.take(AT.format(0), fact("response", AT.format(0), 60_000_000, rep=rep))
    desk.tick(AT.format(1))
    desk.tick(AT.format(3))
    assert 2 == desk.kpis[bob]["of"]
    desk.take(AT.format(3), fact("response", AT.format(0), 60_000_000, rep="ann", sign=-1))
    desk.tick(AT.format(4))
    desk.tick(AT.format(6))

    assert (1, 60) == (desk.kpis[bob]["of"], desk.kpis[bob]["team_value"])


@pytest.mark.parametrize("quick", [False, True])
def test_who_comes_back_to_a_team_stands_in_it_as_all_others_do(quick: bool) -> None:
    """What the other team said of him meanwhile stands in his record, though here nothing moved since; also where both
    happened before the team had its turn."""
    desk, number = Desk(), count()

    def join(at: str, rep: str, team: str) -> None:
        route = route_text("@rep", [rep, team, None, "dir", str(next(number))])
        desk.take(at, [1, instant(at) // PANE_US, [1, instant(at)], route])

    for rep, calls, team in (
        ("ann", 1, "north"),
        ("bob", 2, "north"),
        ("cem", 3, "north"),
        ("dan", 5, "south"),
    ):
        join(AT.format(0), rep, team)
        desk.take(AT.format(0), *(fact("call", AT.format(0), rep=rep, team=team) for _ in range(calls)))
    for minute in (1, 3, 5):
        desk.tick(AT.format(minute))
    ann = "calls|month:2025-11|rep=ann"
    assert (3, 3, 2) == tuple(desk.kpis[ann][field] for field in ("rank", "of", "team_value"))

    join(AT.format(6), "ann", "south")
    desk.tick(AT.format(6))
    for minute in () if quick else (8, 10):
        desk.tick(AT.format(minute))
    there = AT.format(6 if quick else 12)
    assert (2, 2) == (desk.kpis[ann]["rank"], desk.kpis[ann]["of"])
    join(there, "ann", "north")
    for minute in (12, 14, 16, 18):
        desk.tick(AT.format(minute))
    assert (3, 3, 2) == tuple(desk.kpis[ann][field] for field in ("rank", "of", "team_value"))


def test_more_teams_than_rankings_are_kept_of_come_to_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ranking that is made anew to tell a team is no reason to tell it again."""
    monkeypatch.setattr(rankings, "TABLES_MAX", 3 * TEAMS)
    desk = Desk()
    reps = [f"r{team}{letter}" for team in range(TEAMS) for letter in "ab"]
    desk.take(AT.format(0), *calls(AT.format(0), *reps))
    desk.tick(AT.format(1))
    desk.tick(AT.format(3))
    waiting = desk.rollup._emission._records.rankings

    assert {} == desk.tick(AT.format(6))
    assert [] == waiting.waiting

    # Of the others nothing is due when somebody of one team has a call.
    desk.take(AT.format(6), *calls(AT.format(6), "r0a"))
    told = {key.rpartition("|")[2] for key in desk.tick(AT.format(7))}
    assert {"", "channel=phone", "rep=r0a", "rep=r0b", "team=t0"} >= told
    assert {} == desk.tick(AT.format(11))


def test_rankings_of_periods_that_ended_are_let_go() -> None:
    """After two months there are as many as after ten days, and groups note nothing for those that went."""
    desk, begin = Desk(), datetime(2025, 1, 6, 9, tzinfo=UTC)
    kept = desk.rollup._emission._records.rankings._tables
    counts = []
    for day in range(61):
        at = f"{begin + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"
        desk.take(at, *calls(at, "r0a", "r0b"))
        desk.tick(f"{begin + timedelta(days=day, minutes=1):%Y-%m-%dT%H:%M:%SZ}")
        if day in (10, 60):
            groups = desk.rollup.panes.groups
            counts.append((len(kept), *(len(groups[name].watched) for name in ("rep=r0a", "team=t0"))))

    assert counts[0] == counts[1]
    assert counts[0][0] <= len(desk.rollup._emission._records.rankings.running()) + 2
