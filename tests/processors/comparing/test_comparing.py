"""What records say beside their values: target, pace, the period before, other weekdays, the team, the ranks."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from processors.compare import ADDITIVE
from processors.comparing import rankings
from processors.compile import LOOKING, Plan
from processors.publishing import emission
from processors.replay import Replay
from tests.exactness.test_replay_equals_oracle import FAR_FUTURE_US, WEEK_US, catalog_for
from tests.oracle.histories import BusinessCalendar, random_arrivals, random_history, times_us
from tests.processors.engine import Desk, Engine, fact

ANN, BOB = {"rep": "ann"}, {"rep": "bob"}
Record = dict[str, Any]


def event(kind: str, at: str, id_: str, **data: Any) -> dict[str, Any]:
    """Return an event of March 2026."""
    return {
        "specversion": "1.0", "source": "crm", "id": id_, "type": f"crm.{kind}", "time": f"2026-03-{at}Z",
        "data": {"account": "acme", **data},
    }  # fmt: skip


def call(at: str, rep: str, id_: str) -> dict[str, Any]:
    """Return a call."""
    return event("call.logged", at, id_, rep=rep)


def joins(rep: str, team: str, at: str = "01T00:00:00") -> dict[str, Any]:
    """Return an entry of the directory."""
    return event("rep.updated", at, f"{rep}-{team}", rep=rep, team=team, active=True)


def test_a_rep_beside_the_team() -> None:
    """Rank, field and an active rep's share of the team's count; nothing of it on the team's own record."""
    engine = Engine()
    engine.say("2026-03-04T10:00:00Z", joins("ann", "north"), joins("bob", "north"))
    engine.say("2026-03-04T10:00:00Z", call("04T09:00:00", "ann", "1"), call("04T09:01:00", "ann", "2"),
               call("04T09:02:00", "bob", "3"))  # fmt: skip

    ann = engine.record("calls|day:2026-03-04|rep=ann")
    bob = engine.record("calls|day:2026-03-04|rep=bob")
    assert (1, 2, 1.5) == (ann["rank"], ann["of"], ann["team_value"])
    assert (2, 2, 1.5) == (bob["rank"], bob["of"], bob["team_value"])
    assert "rank" not in engine.record("calls|day:2026-03-04|team=north")


def test_a_mate_who_moves_the_others_is_told_within_a_minute() -> None:
    """Bob overtakes: his record says so at once, Ann's a minute later at most."""
    engine = Engine()
    engine.say("2026-03-04T10:00:00Z", joins("ann", "north"), joins("bob", "north"))
    engine.say("2026-03-04T10:00:00Z", call("04T09:00:00", "ann", "1"))
    engine.say("2026-03-04T10:00:10Z", call("04T09:01:00", "bob", "2"), call("04T09:02:00", "bob", "3"))
    assert 1 == engine.record("calls|day:2026-03-04|rep=bob")["rank"]
    engine.tick("2026-03-04T10:01:20Z")

    ann = engine.record("calls|day:2026-03-04|rep=ann")
    assert (2, 2, 1) == (ann["rank"], ann["of"], ann["value"])


@pytest.mark.parametrize("restarted", [False, True])
def test_whose_facts_were_all_taken_back_stands_nowhere(restarted: bool) -> None:
    """Bob lost a deal that was reopened: of those with a lost deal Ann is the only one, whatever was said before."""
    engine = Engine()
    engine.say("2026-03-04T10:00:00Z", joins("ann", "north"), joins("bob", "north"))
    engine.say(
        "2026-03-04T10:00:10Z",
        *(
            event("deal.created", "04T08:00:00", f"c-{rep}", rep=rep, deal=rep, stage="new")
            for rep in ("ann", "bob")
        ),
        *(event("deal.lost", "04T09:00:00", f"l-{rep}", rep=rep, deal=rep) for rep in ("ann", "bob")),
    )
    month = "deals_lost|month:2026-03|rep="
    assert (1, 2) == (engine.record(f"{month}ann")["rank"], engine.record(f"{month}ann")["of"])

    engine.say("2026-03-04T10:05:00Z", event("deal.reopened", "04T10:04:00", "r", rep="bob", deal="bob"))
    if restarted:
        engine.restart()
    engine.tick("2026-03-04T10:07:00Z")
    ann, bob = engine.record(f"{month}ann"), engine.record(f"{month}bob")
    assert (1, 1, 0.5) == (ann["rank"], ann["of"], ann["team_value"])
    assert (0, 0) == (bob["value"], bob["n"])
    assert bob.keys().isdisjoint(("rank", "of", "team_value"))


def test_a_period_whose_facts_were_all_taken_back_is_no_period_before() -> None:
    """What a query would not find is not told as a 0 of the day before."""
    engine = Engine()
    lost = [
        event("deal.created", "03T08:00:00", "c", rep="ann", deal="d", stage="new"),
        event("deal.lost", "03T09:00:00", "l1", rep="ann", deal="d"),
        event("deal.created", "04T08:00:00", "c2", rep="ann", deal="e", stage="new"),
        event("deal.lost", "04T09:00:00", "l2", rep="ann", deal="e"),
    ]
    engine.say("2026-03-04T10:00:10Z", *lost)
    assert 1 == engine.record("deals_lost|day:2026-03-04|rep=ann")["previous"]
    engine.say("2026-03-04T10:05:00Z", event("deal.reopened", "03T10:00:00", "r", rep="ann", deal="d"))
    engine.tick("2026-03-04T10:07:00Z")

    assert "previous" not in engine.record("deals_lost|day:2026-03-04|rep=ann")


def test_more_teams_than_rankings_are_kept_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick says of each rep once where he stands, though other teams' rankings took the place of his team's."""
    monkeypatch.setattr(rankings, "TABLES_MAX", 40)
    monkeypatch.setattr(emission, "SENDS_MAX", 100)
    desk = Desk()
    for minute in range(2):
        at = f"2026-03-04T10:0{2 * minute}:00Z"
        facts = [fact("call", at, rep=f"rep-{n}", team=f"team-{n % 20}") for n in range(60)]
        desk.take(at, *facts, *facts[: 20 * minute])  # later those who were behind have as many again
        assert len(desk.tick(at)) == len(desk.said)
        assert {} == desk.tick(at)

    place = [desk.kpis[f"calls|day:2026-03-04|rep=rep-{n}"] for n in (0, 20)]
    assert [(3, 1, 3), (2, 2, 3)] == [(one["value"], one["rank"], one["of"]) for one in place]


@pytest.mark.parametrize("restarts", [False, True])
def test_who_changes_teams_is_ranked_with_the_others(restarts: bool) -> None:
    """The team of now decides with whom a rep is compared, also where a restart fell in between."""
    engine = Engine()
    engine.say("2026-03-04T10:00:00Z", joins("ann", "north"), joins("bob", "north"))
    engine.say("2026-03-04T10:00:00Z", call("04T09:00:00", "ann", "1"), call("04T09:01:00", "bob", "2"))
    engine.say("2026-03-04T10:00:30Z", joins("bob", "south", at="04T10:00:20"))
    if restarts:
        engine.restart()
    engine.tick("2026-03-04T10:02:00Z")

    assert 1 == engine.record("calls|day:2026-03-04|rep=ann")["of"]
    assert 1 == engine.record("calls|day:2026-03-04|rep=bob")["of"]


def test_a_target_its_pace_and_the_month_before() -> None:
    """March's 4 of 10 by Wednesday noon, and February's 3; a late fact of February moves March's record."""
    engine = Engine()
    engine.say("2026-03-04T13:00:00Z", joins("ann", "north"))
    target = event("target.set", "01T00:00:00", "t", kpi="calls", window="month", period="2026-03",
                   dims=ANN, value=10)  # fmt: skip
    del target["data"]["account"]
    engine.say("2026-03-04T13:00:00Z", target, *[call("04T09:00:00", "ann", f"m{n}") for n in range(4)])
    february = [{**call("04T09:00:00", "ann", f"f{n}"), "time": "2026-02-10T10:00:00Z"} for n in range(3)]
    engine.say("2026-03-04T13:00:00Z", *february)
    engine.tick("2026-03-04T13:00:10Z")

    march = engine.record("calls|month:2026-03|rep=ann")
    assert (10, 0.4, 3) == (march["target"], march["attainment"], march["previous"])
    # 09:00-18:00 on 22 working days: two days and four hours are over.
    assert pytest.approx(10 * 22 / (22 * 9)) == march["expected"]


def test_a_day_beside_the_same_weekdays() -> None:
    """The mean of what the last four Wednesdays had by the same full hour."""
    engine = Engine()
    earlier = [
        {**call("04T00:00:00", "ann", f"{day}-{n}"), "time": f"2026-02-{day}T08:30:00Z"}
        for day, calls in (("04", 2), ("11", 4), ("18", 0), ("25", 2))
        for n in range(calls)
    ]
    afternoon = {**call("04T00:00:00", "ann", "later"), "time": "2026-02-25T17:00:00Z"}
    engine.say("2026-03-04T10:30:00Z", *earlier, afternoon, call("04T09:00:00", "ann", "today"))

    assert 2.0 == engine.record("calls|day:2026-03-04|rep=ann")["baseline"]
    engine.tick("2026-03-04T18:05:00Z")
    assert 2.25 == engine.record("calls|day:2026-03-04|rep=ann")["baseline"]


@pytest.mark.parametrize("seed", range(3))
def test_what_records_say_of_each_other(seed: int) -> None:
    """Recomputed from the values of all records of a random history: ranks, fields, team values, periods before."""
    plan = Plan(catalog_for(BusinessCalendar()))
    history = random_history(seed, 400)
    events = [one for chunk in random_arrivals(seed, history) for one in chunk]
    engine = Replay(plan, arrival_us=FAR_FUTURE_US, dedup_horizon_us=WEEK_US, as_of_us=max(times_us(history)))
    raw = [orjson.dumps(one) for one in events]
    for value in raw:
        engine.learn(value)
    for value in raw:
        engine.take(value)
    published = [one for one in engine.records("all") if one.body is not None]
    records = [orjson.loads(one.body or b"") for one in published]
    by_key = {
        place(record): record
        for record, one in zip(records, published, strict=True)
        # Others are not compared with a key whose facts were all taken back.
        if not one.emptied or plan.catalog.kpis[one.kpi].formula in LOOKING
    }
    roster = engine._rollup.roster

    checked = 0
    for record in records:
        if [*record["dims"]] == ["rep"] and "of" in record:
            team = roster.team_of(record["dims"]["rep"])
            assert team is not None
            mates = [by_key.get(place(record, rep=rep)) for rep in roster.reps_of(team)]
            values = [mate["value"] for mate in mates if mate is not None and mate["value"] is not None]
            up = plan.catalog.kpis[record["kpi"]].direction == "up"
            better = sum(value > record["value"] if up else value < record["value"] for value in values)
            assert (1 + better, len(values)) == (record["rank"], record["of"]), record
            checked += 1
        if [*record["dims"]] == ["rep"] and "team_value" in record:
            team = roster.team_of(record["dims"]["rep"])
            own = by_key[place(record, team=team)]["value"]
            if plan.catalog.kpis[record["kpi"]].formula in ADDITIVE:
                assert team is not None
                own /= roster.active_reps(team)
            assert pytest.approx(own) == record["team_value"], record
        if "previous" in record:
            period = plan.calendar.period(record["window"], record["period"])
            assert period is not None
            before = plan.calendar.previous(period)
            assert before is not None
            assert by_key[place({**record, "period": before.label})]["value"] == record["previous"], record
            checked += 1
    assert checked > 500


def place(record: Mapping[str, Any], **dims: str | None) -> tuple[str, str, str | None, str]:
    """Return what a record is of, or would be of with other dims."""
    of = dims or record["dims"]
    return (
        record["kpi"],
        record["window"],
        record["period"],
        orjson.dumps(of, option=orjson.OPT_SORT_KEYS).decode(),
    )


@pytest.mark.parametrize("restarts", [False, True])
def test_places_gained_begin_anew_at_midnight(restarts: bool) -> None:
    """Bob passed Ann on Wednesday; on Thursday nobody has gained a place yet, with no event arriving."""
    engine = Engine()
    engine.say("2026-03-03T10:00:00Z", joins("ann", "north"), joins("bob", "north"))
    engine.say("2026-03-03T10:00:00Z", call("03T09:00:00", "ann", "1"), call("03T09:00:00", "ann", "2"),
               call("03T09:01:00", "bob", "3"))  # fmt: skip
    engine.say("2026-03-04T10:00:00Z", call("04T09:00:00", "bob", "4"), call("04T09:01:00", "bob", "5"))
    engine.tick("2026-03-04T10:02:00Z")

    def changes() -> tuple[Any, Any]:
        ann, bob = (
            engine.record(f"calls|week:2026-W10|rep={rep}").get("rank_change") for rep in ("ann", "bob")
        )
        return ann, bob

    assert (-1, 1) == changes()
    if restarts:
        engine.restart()
    engine.tick("2026-03-05T00:00:05Z")
    engine.tick("2026-03-05T00:01:10Z")
    assert (0, 0) == changes()


def test_places_gained_by_who_began_the_day_with_none_that_counts() -> None:
    """Ann's calls of Tuesday added no value: she was last this morning with 0, as she would be told with 0 now."""
    engine = Engine()
    engine.say("2026-03-03T10:00:00Z", joins("ann", "north"), joins("bob", "north"))
    calls = [("03T09:00:00", "ann", False), ("03T09:00:00", "bob", True),
             ("04T09:00:00", "ann", True), ("04T09:01:00", "ann", True)]  # fmt: skip
    engine.say("2026-03-04T10:00:00Z", *[
        event("call.logged", at, f"{at} {rep}", rep=rep, value_added=valued) for at, rep, valued in calls
    ])  # fmt: skip

    record = engine.record("value_added_calls|week:2026-W10|rep=ann")
    assert (2, 1, 1) == (record["value"], record["rank"], record["rank_change"])


@pytest.mark.parametrize("restarts", [False, True])
def test_places_gained_follow_what_is_heard_late(restarts: bool) -> None:
    """Tuesday's calls of Ann, heard of on Wednesday: she was ahead this morning already, told with the hour."""
    engine = Engine()
    engine.say("2026-03-03T10:00:00Z", joins("ann", "north"), joins("bob", "north"))
    engine.say("2026-03-03T10:00:00Z", call("03T09:00:00", "ann", "1"), call("03T09:01:00", "bob", "2"),
               call("03T09:02:00", "bob", "3"))  # fmt: skip
    engine.say("2026-03-04T10:00:00Z", call("04T09:00:00", "ann", "4"), call("04T09:01:00", "bob", "5"))

    def changes() -> list[Any]:
        return [engine.record(f"calls|week:2026-W10|rep={rep}").get("rank_change") for rep in ("ann", "bob")]

    assert [0, 0] == changes()
    engine.say("2026-03-04T10:05:00Z", call("03T11:00:00", "ann", "6"), call("03T11:01:00", "ann", "7"))
    engine.tick("2026-03-04T10:07:00Z")
    assert [1, -1] == changes()
    if restarts:
        engine.restart()
    engine.tick("2026-03-04T11:00:05Z")
    engine.tick("2026-03-04T11:02:00Z")
    assert [0, 0] == changes()


def test_an_hour_turned_while_the_worker_was_away() -> None:
    """The baseline that an hour moved is published after the restart, and nothing else has to happen for it."""
    engine = Engine()
    earlier = [
        {**call("04T00:00:00", "ann", f"{hour}"), "time": f"2026-02-25T{hour:02}:30:00Z"}
        for hour in (8, 9, 10)
    ]
    engine.say("2026-03-04T09:10:00Z", *earlier, call("04T09:00:00", "ann", "today"))
    assert 1.0 == engine.record("calls|day:2026-03-04|rep=ann")["baseline"]
    engine.restart()
    engine.tick("2026-03-04T11:20:00Z")

    assert 3.0 == engine.record("calls|day:2026-03-04|rep=ann")["baseline"]


def test_a_day_that_is_over_keeps_its_finality() -> None:
    """A late fact of Tuesday moves what Wednesday is compared with; only Tuesday is not final for it."""
    engine = Engine()
    engine.say("2026-03-04T10:00:00Z", call("03T09:00:00", "ann", "1"), call("04T09:00:00", "ann", "2"))
    engine.tick("2026-03-05T12:00:00Z")
    assert 1 == engine.record("calls|day:2026-03-04|rep=ann")["previous"]
    engine.say("2026-03-05T12:05:00Z", call("03T10:00:00", "ann", "3"))

    wednesday = engine.record("calls|day:2026-03-04|rep=ann")
    assert (2, True) == (wednesday["previous"], wednesday["final"])
    assert not engine.record("calls|day:2026-03-03|rep=ann")["final"]


def test_a_team_that_the_facts_name() -> None:
    """Without a directory a rep is in the team of his latest fact, restarts included."""
    engine = Engine()
    for number, (at, team) in enumerate((("04T09:00:00", "north"), ("04T09:30:00", "south"))):
        named = call(at, "ann", f"a{number}")
        engine.say("2026-03-04T10:00:00Z", {**named, "data": {**named["data"], "team": team}})
    cem = call("04T09:40:00", "cem", "c")
    engine.restart()
    engine.say("2026-03-04T10:02:00Z", {**cem, "data": {**cem["data"], "team": "south"}})
    engine.tick("2026-03-04T10:04:00Z")

    assert (1, 2) == tuple(engine.record("calls|day:2026-03-04|rep=ann")[name] for name in ("rank", "of"))


def test_no_baseline_of_distinct_accounts_while_the_day_runs() -> None:
    """Accounts are counted by the day: when it is over there is one."""
    engine = Engine()
    orders = [
        {
            **event("order.placed", "04T09:00:00", f"{at}", order=f"{at}", amount=5),
            "time": f"2026-{at}T09:00:00Z",
        }
        for at in ("02-18", "02-25", "03-04")
    ]
    engine.say("2026-03-04T12:00:00Z", *orders)
    key = "active_customers|day:2026-03-04|"
    assert "baseline" not in engine.record(key)
    assert 1.0 == engine.record("purchases|day:2026-03-04|")["baseline"]
    engine.tick("2026-03-05T02:00:00Z")

    assert 1.0 == engine.record(key)["baseline"]
