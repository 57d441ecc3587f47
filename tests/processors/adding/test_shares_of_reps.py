"""The share of reps on target where a rep's facts count for another team than the one he is in now."""

from typing import Any

from tests.processors.engine import Desk, Engine, fact, plan

SHARE = "quota_attainment_share|week:2026-W10|team=north"


def event(type_: str, time: str, id_: str, **data: Any) -> dict[str, Any]:
    """Return an event."""
    return {
        "specversion": "1.0",
        "id": id_,
        "source": "crm",
        "type": f"crm.{type_}",
        "time": time,
        "data": data,
    }


def is_in(engine: Engine, at: str, team: str) -> None:
    """Let the directory say in which team Ann is."""
    engine.say(at, event("rep.updated", at, team, rep="ann", team=team, active=True))


def aims(engine: Engine) -> None:
    """Let Ann have a target."""
    engine.say(
        "2026-03-04T09:00:00Z",
        event("target.set", "2026-03-04T08:30:00Z", "t", kpi="won_revenue", window="week", period="2026-W10",
              dims={"rep": "ann"}, value=100),
    )  # fmt: skip


def moved() -> Engine:
    """Return an engine that knows of Ann, who went from south to north on Wednesday and has a target."""
    engine = Engine()
    is_in(engine, "2026-03-02T08:00:00Z", "south")
    is_in(engine, "2026-03-04T08:00:00Z", "north")
    aims(engine)
    return engine


def won_on_tuesday(**more: str) -> list[dict[str, Any]]:
    """Return a deal that Ann won while she was in the south."""
    deal = {"deal": "d", "rep": "ann", "account": "acme", **more}
    return [
        event("deal.created", "2026-03-02T10:00:00Z", "c", **deal, stage="new"),
        event("deal.won", "2026-03-03T10:00:00Z", "w", **deal, amount=150, currency="EUR"),
    ]


def test_what_is_told_late_counts_for_the_team_of_now() -> None:
    """The north has no fact of it, and its share is another."""
    engine = moved()
    assert (0, 1) == engine.shown(SHARE)
    engine.say("2026-03-04T10:00:00Z", *won_on_tuesday())

    assert (1, 1) == engine.shown(SHARE)
    assert engine.shown("won_revenue|week:2026-W10|team=north") is None


def test_until_the_directory_says_so_a_rep_is_in_no_team() -> None:
    """Whatever team her events name; then her new team has her, and those in none have nobody."""
    engine, nobody = Engine(), SHARE.replace("north", "unassigned")
    aims(engine)
    engine.say("2026-03-04T10:00:00Z", *won_on_tuesday(team="south"))
    assert (1, 1) == engine.shown(nobody)
    is_in(engine, "2026-03-04T11:00:00Z", "north")

    assert [(1, 1), None] == [engine.shown(SHARE), engine.shown(nobody)]


def test_a_crash_before_it_is_published() -> None:
    """The facts are in the state, and nobody was told."""
    engine, at = moved(), 1_772_618_400_000_000
    engine.restart()
    engine.cluster.publish(won_on_tuesday(), at)
    for stage, partition in engine.cluster.slots:
        engine.cluster.step(stage, partition, 100, at)
    engine.restart()
    engine.tick("2026-03-04T10:00:00Z")

    assert (1, 1) == engine.shown(SHARE)


def test_a_closed_week_is_corrected_for_an_hour() -> None:
    """Final, provisional, and final again, though the north has nothing in that week; a restart between."""
    engine = moved()
    for at in ("2026-03-09T00:30:00Z", "2026-03-09T01:00:00Z"):
        engine.tick(at)
    assert engine.record(SHARE)["final"]
    engine.say("2026-03-09T02:00:00Z", *won_on_tuesday())
    assert (1, 1) == engine.shown(SHARE)
    assert not engine.record(SHARE)["final"]
    engine.restart()
    engine.tick("2026-03-09T02:30:00Z")
    engine.tick("2026-03-09T03:35:00Z")

    assert engine.record(SHARE)["final"]


def test_each_rep_by_his_own_other_windows() -> None:
    """An expression looks at the rep's windows, not the team's; a day that is over is told of no more."""
    desk = Desk(
        plan(
            "kpis:\n"
            "  busy: {label: B, unit: count, expression: calls@rolling_24h, n: calls, windows: [day]}\n"
            "  reached: {label: R, unit: ratio, attainment: busy}\n"
            "  reaching: {label: R, unit: ratio, attainment_share: busy}\n"
            "targets:\n"
            "  - {kpi: busy, window: day, dims: {rep: ann}, value: 2}\n"
            "  - {kpi: busy, window: day, dims: {rep: bob}, value: 2}\n"
            "  - {kpi: busy, window: day, dims: {rep: eve}, value: 2}\n"
        )
    )
    at = "2026-03-04T10:00:00Z"
    calls = (fact("call", at), fact("call", at), fact("call", at, rep="bob"))
    desk.take(at, *calls)
    desk.tick(at)

    assert (1 / 3, 3) == desk.shown("reaching|day:2026-03-04|")
    assert (0.5, 1) == desk.shown("reached|day:2026-03-04|rep=bob")
    desk.tick("2026-03-05T03:00:00Z")
    assert not [key for key in desk.kpis if key.startswith("reach") and "2026-03-04" in key]
    assert (1 / 3, 3) == desk.shown("reaching|day:2026-03-05|")
