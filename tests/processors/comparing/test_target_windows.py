"""In which records a target shows."""

from typing import Any

import pytest

from processors.adding.group import Group
from processors.calendar import Period
from processors.comparing.target_windows import show_targets, windows_of
from processors.panes import Panes
from processors.roster import Roster
from processors.targets import Target, Targets
from tests.oracle.moments import instant
from tests.processors.engine import PLAN

NOW_US = instant("2026-03-04T10:00:00Z")


def roster() -> Roster:
    """Return a roster in which Ann is in the north."""
    found = Roster()
    found.take(1, 1, ("ann", "north", "", None, "crm", "1"))
    return found


def shown(
    key: str, panes: Panes | None = None, teams: tuple[Group, ...] = ()
) -> list[tuple[str, str | None]]:
    """Return group and period of the records that say something of a target."""
    found = windows_of(key, panes or Panes(PLAN), roster(), NOW_US, teams)
    return [(group.text, period.label) for group, period in found]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("won_revenue|month:2026-03|", [("", "2026-03")]),
        ("won_revenue|month:2026-02|team=north", [("team=north", "2026-02")]),
        ("won_revenue|month:2026-04|team=north", []),
        ("won_revenue|month:2026-99|team=north", []),
    ],
)
def test_a_team_or_the_company(key: str, expected: list[tuple[str, str]]) -> None:
    """In its own group and period, once that has begun."""
    assert expected == shown(key)


@pytest.mark.parametrize(("rep", "team"), [("ann", "north"), ("bob", "unassigned")])
def test_a_reps_target_counts_for_his_team_and_the_company(rep: str, team: str) -> None:
    """There the share of reps who reached theirs is another; the team is the directory's."""
    groups = [f"rep={rep}", "", f"team={team}"]

    assert [(group, "2026-03") for group in groups] == shown(f"won_revenue|month:2026-03|rep={rep}")


def test_teams_that_he_may_have_been_in() -> None:
    """After a restart nobody knows whom he left; of a team's target that is no matter."""
    left = Group({"team": "south"})

    assert ("team=south", "2026-03") in shown("won_revenue|month:2026-03|rep=ann", teams=(left,))
    assert [("team=north", "2026-03")] == shown("won_revenue|month:2026-03|team=north", teams=(left,))


def test_of_every_period() -> None:
    """It shows in the running period and in those in which the group has facts, each once."""
    panes = Panes(PLAN)
    group = panes.group({"team": "north"})
    for month in ("2026-01", "2026-03"):
        period = panes.calendar.period("month", month)
        assert isinstance(period, Period)
        panes.restore_period(group, period, {1: 1})

    assert [("team=north", "2026-03"), ("team=north", "2026-01")] == shown(
        "won_revenue|month|team=north", panes
    )
    assert [("", "2026-03")] == shown("won_revenue|month|")


class _Unwalked(dict[str, Group]):
    """Groups that nobody may go through."""

    def values(self) -> Any:
        raise AssertionError("there are too many for each tick")


def test_what_did_not_change_costs_nothing() -> None:
    """A tick shows targets that changed; it does not look at the groups that there are."""
    panes, known = Panes(PLAN), roster()
    targets = Targets(PLAN.calendar, [Target("won_revenue", "month", None, {"rep": "ann"}, 1.0)])
    show_targets(panes, targets, known, NOW_US, everything=True)
    assert {"", "rep=ann", "team=north"} == {group.text for group in panes.changed}
    panes.changed.clear()
    panes.groups = _Unwalked(panes.groups)

    show_targets(panes, targets, known, NOW_US, everything=False)

    assert {} == panes.changed
