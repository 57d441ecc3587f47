"""Rankings of many KPIs, windows and teams, as reps come, move and go."""

from typing import Any

from processors.ranking import Standing
from processors.rankings import Rankings

MONTH = "month:2026-11"


def rankings(**teams: str) -> Rankings:
    """Return rankings with reps in these teams."""
    made = Rankings({"calls": "up", "response_time_mean": "down"})
    for rep, team in teams.items():
        made.move(rep, team)
    return made


def said(made: Rankings, most: int = 1_000) -> set[tuple[str, str, str]]:
    """Return what is due, and say it."""
    due = [*made.due(most)]
    for where in due:
        made.say(*where)
    return set(due)


def rank(made: Rankings, kpi: str, window: str, rep: str) -> tuple[int | None, int | None]:
    """Return rank and field."""
    standing = made.say(kpi, window, rep)
    return (None, None) if standing is None else (standing.rank, standing.of)


def test_each_team_kpi_and_window_by_itself() -> None:
    """Reps are ranked among their own team, in each KPI's direction."""
    made = rankings(ann="north", bob="north", cem="south")
    for rep, calls, seconds in [("ann", 3, 60), ("bob", 5, 90), ("cem", 1, 10)]:
        made.set("calls", MONTH, rep, calls)
        made.set("response_time_mean", MONTH, rep, seconds)
    made.set("calls", "rolling_24h", "ann", 1)

    assert [(2, 2), (1, 2), (1, 1)] == [rank(made, "calls", MONTH, rep) for rep in ("ann", "bob", "cem")]
    assert (1, 2) == rank(made, "response_time_mean", MONTH, "ann")
    assert (1, 1) == rank(made, "calls", "rolling_24h", "ann")
    assert made.say("calls", "rolling_24h", "unheard of") is None
    assert made.say("calls", "day:2026-11-21", "ann") is None
    assert 7 == len(made)


def test_what_is_due_comes_once() -> None:
    """A tick publishes whom a new value moved, and then nothing until something moves again."""
    made = rankings(ann="north", bob="north", cem="south")
    made.set("calls", MONTH, "ann", 1)
    made.set("calls", MONTH, "bob", 2)
    made.set("calls", MONTH, "cem", 2)
    assert {("calls", MONTH, rep) for rep in ("ann", "bob", "cem")} == said(made)
    assert set() == said(made)

    made.set("calls", MONTH, "ann", 3)
    assert {("calls", MONTH, "ann"), ("calls", MONTH, "bob")} == said(made)

    made.set_team("calls", MONTH, "north", 2.5)
    assert {("calls", MONTH, "ann"), ("calls", MONTH, "bob")} == said(made)
    assert Standing(1, 2, None, 2.5) == made.say("calls", MONTH, "ann")


def test_due_comes_in_slices() -> None:
    """A slice ends with a team; what waits comes next, and nothing is lost or comes twice."""
    made = rankings(**{f"{team}{number}": team for team in "abc" for number in range(4)})
    for team in "abc":
        for number in range(4):
            made.set("calls", MONTH, f"{team}{number}", number)

    slices = [said(made, 5) for _ in range(3)]
    assert [8, 4, 0] == [len(one) for one in slices]
    assert 12 == len(slices[0] | slices[1])


def test_what_is_not_said_stays_due() -> None:
    """A record that was not published in its slice is due in the next."""
    made = rankings(ann="north")
    made.set("calls", MONTH, "ann", 1)

    assert [("calls", MONTH, "ann")] == [*made.due(10)] == [*made.due(10)]


def test_a_rep_moves_with_his_values() -> None:
    """In another team from now on: both teams' fields change, in all KPIs and windows at once."""
    made = rankings(ann="north", bob="north", cem="south")
    for rep, value in (("ann", 3), ("bob", 2), ("cem", 4)):
        made.set("calls", MONTH, rep, value, 0)
    said(made)

    made.move("ann", "south")
    assert {("calls", MONTH, rep) for rep in ("ann", "bob", "cem")} == said(made)
    assert [(2, 2), (1, 1), (1, 2)] == [rank(made, "calls", MONTH, rep) for rep in ("ann", "bob", "cem")]
    made.move("ann", "south")
    assert set() == said(made)


def test_a_record_that_is_no_more() -> None:
    """Its rep leaves the field; dropping what is not there is nothing."""
    made = rankings(ann="north", bob="north")
    made.set("calls", MONTH, "ann", 3)
    made.set("calls", MONTH, "bob", 2)
    said(made)

    made.drop("calls", MONTH, "ann")
    made.drop("calls", MONTH, "ann")
    made.drop("calls", MONTH, "nobody")
    assert {("calls", MONTH, "bob")} == said(made)
    assert (1, 1) == rank(made, "calls", MONTH, "bob")


def test_a_window_that_is_forgotten() -> None:
    """Nothing is kept of it, nor due."""
    made = rankings(ann="north")
    made.set("calls", MONTH, "ann", 3)
    made.forget("calls", MONTH)
    made.forget("calls", MONTH)

    assert 0 == len(made)
    assert set() == said(made)


def test_a_new_day() -> None:
    """Running windows count changes from now; in others there are none any more."""
    made = rankings(ann="north", bob="north")
    for window in (MONTH, "week:2026-W47"):
        made.set("calls", window, "ann", 3, 1)
        made.set("calls", window, "bob", 2, 2)
    said(made)

    made.new_day([MONTH])
    assert 4 == len(said(made))
    changes: list[Any] = [made.say("calls", window, "ann") for window in (MONTH, "week:2026-W47")]
    assert [0, None] == [standing.change for standing in changes]
    made.new_day([MONTH])
    assert set() == said(made)


def test_after_a_restart_only_doubtful_teams_are_said_again() -> None:
    """Nothing is due but in the rankings of records that are published again."""
    made = rankings(ann="north", bob="north", cem="south")
    for rep in ("ann", "bob", "cem"):
        made.set("calls", MONTH, rep, 1)

    made.settle([("calls", MONTH, "north"), ("calls", MONTH, "gone")])
    assert {("calls", MONTH, "ann"), ("calls", MONTH, "bob")} == said(made)
    made.set("calls", MONTH, "cem", 2)
    assert set() == said(made)
