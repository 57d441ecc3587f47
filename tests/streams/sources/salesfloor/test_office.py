"""The directory and the targets."""

from datetime import UTC, datetime

from streams.sources.simulate import FloorPlan, simulate
from tests.streams.sources.salesfloor.listening import DAY_US, MONDAY_US, Said, heard


def said(kind: str, weeks: int) -> list[Said]:
    plan = FloorPlan(teams=3, reps=6, accounts=10, events_per_s=0.001)
    events = heard(simulate(1, MONDAY_US, plan, until_us=MONDAY_US + weeks * 7 * DAY_US))
    return [event for event in events if event["type"] == f"crm.{kind}"]


def test_now_and_then_somebody_changes_teams() -> None:
    """On a Monday at midnight, local time, about every other week."""
    updates = said("rep.updated", weeks=40)
    moves = updates[6:]

    assert 8 < len(moves) < 32
    team_of = {update["rep"]: update["team"] for update in updates[:6]}
    for move in moves:
        local = datetime.fromtimestamp(move["t_us"] / 1e6, UTC).hour
        assert local in (22, 23)
        assert team_of[move["rep"]] != move["team"]
        team_of[move["rep"]] = move["team"]


def test_each_month_has_its_targets() -> None:
    """For each rep, each team and the company; a team's are its reps' together."""
    targets = said("target.set", weeks=9)
    first = [target for target in targets if target["period"] == "2026-11"]

    assert {target["period"] for target in targets} >= {"2026-11", "2026-12", "2027-01", "2026-Q4", "2027-Q1"}
    assert len([target for target in first if "rep" in target["dims"]]) == 6
    teams = sum(target["value"] for target in first if "team" in target["dims"])
    assert teams == sum(target["value"] for target in first if "rep" in target["dims"])
    assert [target["dims"] for target in first if target["value"] > 0.9 * teams] == [{}]
