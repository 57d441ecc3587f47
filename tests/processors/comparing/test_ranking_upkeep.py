"""Upkeep: what is kept of a team's rankings is what everyone in it has, whatever changed since."""

from random import Random
from typing import Any

import pytest

from processors.rollup import Rollup
from tests.processors.engine import Engine

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
