"""Upkeep: what is kept of a team's rankings is what everyone in it has, whatever changed since."""

from collections.abc import Mapping
from random import Random
from typing import Any
from unittest import mock

import pytest

from processors.compare import team_value
from processors.comparing.ranking import Number, Ranking
from processors.publishing import emission
from processors.rollup import Rollup
from schemas.catalogs.kpi_groups import REP
from tests.exactness.cluster import TICKS, Cluster
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, Desk, Engine, fact

REPS = ("ann", "bob", "cem", "dee", "eve")
TEAMS = ("north", "south")
KINDS = ("call.logged", "email.sent", "meeting.held")


def event(kind: str, minute: int, id_: str, **data: Any) -> dict[str, Any]:
    """Return an event of the third to the fifth of March 2026, that many minutes in."""
    day, rest = divmod(minute, 1_440)
    at = f"2026-03-{3 + day:02}T{rest // 60:02}:{rest % 60:02}:00Z"
    return {
        "specversion": "1.0", "source": "crm", "id": id_, "type": f"crm.{kind}", "time": at,
        "data": {"account": "acme", **data},
    }  # fmt: skip


def check(rollup: Rollup) -> int:
    """Compare each ranking that is kept with the values of everyone in the team; return how many there are."""
    rankings = rollup._emission._records.rankings
    upkeep, known, checked = rankings._upkeep, rankings._known, 0
    rankings.new_slice()
    for (team, window), table in rankings._tables.items():
        for id_ in [*table.of]:
            kpi = table.named[id_]
            ranking = upkeep.kept(table, kpi)[0].ranking
            expected = {}
            for rep in rollup.roster.reps_of(team):
                group = rollup.panes.groups.get(f"rep={rep}")
                shown = (None, -1) if group is None else known.look(group, window, kpi)
                if shown[1] >= 0:
                    expected[rep] = shown[0]
            assert expected == ranking._values, (team, window, id_)
            signed = [ranking._sign * value for value in expected.values() if value is not None]
            assert sorted(signed) == ranking._order
            assert table.active == rollup.roster.active_reps(team)
            own = rollup.panes.groups.get(f"team={team}")
            if own is not None and id_ in table.own_named:
                value, n = known.look(own, window, kpi)
                measure = team_value(kpi.formula, value, table.active) if n >= 0 else None
                assert measure == ranking.team_value, (team, window, id_)
            checked += 1
    return checked


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_there_is(seed: int) -> None:
    """Calls and e-mails, reps who move, leave and return, days that turn: after each of them."""
    rng, engine, checked = Random(seed), Engine(), 0
    for step in range(60):
        minute = step * 45
        if rng.random() < 0.2:
            data = {"rep": rng.choice(REPS), "team": rng.choice(TEAMS), "active": rng.random() < 0.8}
            said = event("rep.updated", minute, f"r{step}", **data)
        else:
            said = event(
                rng.choice(KINDS), minute - rng.choice((0, 0, 1, 600)), f"e{step}", rep=rng.choice(REPS)
            )
            said["data"]["meeting"] = f"m{step}"
        now = event("", minute, "")["time"]
        engine.say(now, said)
        rollup = engine.cluster.slots["rollup", 0].processor
        assert isinstance(rollup, Rollup)
        checked += check(rollup)

    assert checked > 1_000


def test_another_reader_of_the_panes_takes_the_watch() -> None:
    """Two that keep rankings of the same groups, as a replay's, each see what changed under the other's watch."""
    engine = Engine()
    engine.say("2026-03-03T10:00:00Z", event("call.logged", 60, "1", rep="ann", team="north"))
    rollup = engine.cluster.slots["rollup", 0].processor
    assert isinstance(rollup, Rollup)
    rollup.panes.watcher = object()
    for group in rollup.panes.groups.values():
        group.watched = {}
    engine.say("2026-03-03T10:01:00Z", event("call.logged", 61, "2", rep="ann", team="north"))

    assert check(rollup) > 0


def test_colleagues_of_a_newcomer_are_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A team of hundreds in which somebody begins every minute is not ranked anew each time."""
    desk, at = Desk(), "2026-03-03T10:00:00Z"
    desk.take(at, *(fact("call", at, rep=f"rep-{n}", channel="phone") for n in range(20)))
    desk.tick(at)
    sizes = list[int]()
    take_all = Ranking.take_all

    def noted(ranking: Ranking, values: Mapping[str, Number | None]) -> bool:
        sizes.append(len(values))
        return take_all(ranking, values)

    monkeypatch.setattr(Ranking, "take_all", noted)
    desk.take(at, fact("call", at, rep="newcomer", channel="phone"))
    told = desk.tick("2026-03-03T10:01:00Z")

    shown = told["calls|day:2026-03-03|rep=rep-0"]
    assert (1, 21) == (shown["rank"], shown["of"])
    assert [] == [size for size in sizes if size > 1]


def history(rng: Random, steps: int) -> list[tuple[int, dict[str, Any]]]:
    """Return wins, inquiries and customers who come and go, with the minute in which each arrives."""
    said: list[tuple[int, dict[str, Any]]] = []
    for step in range(steps):
        minute, rep = 1_300 + step * 35, rng.choice(REPS)
        kind, data = rng.choice((
            ("deal.won", {"deal": f"d{step}", "amount": rng.randrange(1, 9)}),
            ("deal.won", {"deal": f"d{step}", "amount": rng.randrange(1, 9)}),
            ("deal.reopened", {"deal": f"d{rng.randrange(step + 1)}"}),
            ("inquiry.received", {"conversation": f"i{step}", "channel": "chat"}),
            ("inquiry.answered", {"conversation": f"i{rng.randrange(step + 1)}"}),
            ("customer.activated", {}),
            ("customer.canceled", {}),
        ))  # fmt: skip
        data["account"] = f"a{rng.randrange(6)}"
        at = minute - rng.choice((0, 0, 1, 30, 1_440))
        said.append((minute, event(kind, at, f"e{step}", rep=rep, team=TEAMS[REPS.index(rep) % 2], **data)))
    return said


def compared(cluster: Cluster) -> dict[bytes, dict[str, Any]]:
    """Return what the records of KPIs that look further say, but for when they were made.

    A record that counts nothing is not told again for others' sake.
    """
    made = {"as_of", "revision", "final"}
    further = {
        kpi.id for window in ("month", "now") for kpi in PLAN.named(REP, window).values() if not kpi.steady
    }
    return {
        key: {field: value for field, value in record.items() if field not in made}
        for key, record in cluster.kpis.items()
        if record["kpi"] in further and record["n"]
    }


@pytest.mark.parametrize("seed", range(12))
def test_places_in_what_time_and_other_windows_move(seed: int) -> None:
    """Growth, churn and the oldest inquiry, told in pieces between which facts come, end as if told at once."""
    rng = Random(seed)
    said = history(rng, 40)
    end_us = instant(event("", said[-1][0], "")["time"])
    pieces, whole = Cluster(PLAN, 1), Cluster(PLAN, 1)
    with mock.patch.multiple(emission, SENDS_MAX=12, LIVE_SENDS_MAX=12):
        for minute, one in said:
            now_us = instant(event("", minute, "")["time"])
            pieces.publish([one], now_us)
            for stage in ("track", "rollup"):
                pieces.step(stage, 0, 100, now_us)
            pieces.tick(now_us, slices=rng.randrange(30), kind=rng.choice(("whole", *TICKS)))
    whole.publish([one for _, one in said], end_us)
    for minutes in (0, 2, 4, 15, 17):
        pieces.slices = whole.slices = max(pieces.slices, whole.slices)  # their clocks go by these
        for cluster in (pieces, whole):
            cluster.drain(end_us + minutes * 60_000_000)
    assert [] == pieces.problems

    told = compared(pieces)
    assert compared(whole) == told
    assert any("rank" in record and record["kpi"] == "sales_growth" for record in told.values())


def won(at: str, rep: str, amount: int, sign: int = 1) -> list[Any]:
    """Return a win, or that it is taken back."""
    return fact("deal_won", at, amount, sign=sign, rep=rep, pipeline="default")


def test_who_leaves_the_field_in_the_middle_of_a_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Growth ends with a win of yesterday: who was published before is told in the same tick, later nobody asks."""
    desk, yesterday, today = Desk(), "2026-03-03T12:00:00Z", "2026-03-04T09:00:00Z"
    ann, bob = (f"sales_growth|day:2026-03-04|rep={rep}" for rep in ("ann", "bob"))
    desk.take(yesterday, won(yesterday, "ann", 5), won(yesterday, "bob", 5))
    desk.tick(yesterday)
    desk.tick("2026-03-04T08:00:00Z")
    monkeypatch.setattr(emission, "SENDS_MAX", 1)
    desk.take(today, won(today, "ann", 10))
    desk.take(today, fact("call", today, rep="bob", channel="phone"))
    while desk.kpis[ann]["value"] != 1:
        assert desk.slice(today)
    assert (desk.kpis[ann]["of"], desk.kpis[bob]["value"]) == (2, -1)

    desk.take(today, won(yesterday, "bob", 5, sign=-1))
    while desk.slice(today, kind="live"):
        pass
    while desk.slice(today):
        pass

    assert desk.kpis[bob]["value"] is None
    assert desk.kpis[ann]["of"] == 1
    assert desk.kpis[ann]["team_value"] == desk.kpis["sales_growth|day:2026-03-04|team=north"]["value"]
