"""The roll-up: facts to the groups of its partition, repeated ones dropped."""

import orjson

from processors.homes import home
from processors.rollup import Rollup
from schemas.kpi import dims_of
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, Desk, Rec, fact

AT = "2026-03-04T10:00:00Z"
DAY = "calls|day:2026-03-04|"


def test_processing_publishes_nothing() -> None:
    """Emission is the ticks' part alone."""
    rollup = Rollup(PLAN, 0, 1, "kpis", "history", 1)
    value = orjson.dumps([0, 0, [[0, *fact("call", AT)]]])

    assert [] == rollup.process([Rec(0, instant(AT) // 1000, b"0", value)], instant(AT))
    assert 0 == rollup.cut


def test_repeated_facts_are_dropped() -> None:
    """Facts at or below the source offset counted so far are a repetition; other sources have offsets of their own."""
    desk = Desk()
    call = fact("call", AT)
    desk.message(AT, [[0, *call], [1, *call]], 1)
    desk.message(AT, [[0, *call], [1, *call]], 1)
    desk.message(AT, [[1, *call], [2, *call], [2, *call]], 5)
    desk.message(AT, [[4, *call], [5, *call], [6, *call]], 6)
    desk.message(AT, [[0, *call]], 0, source=1)
    desk.tick(AT)

    # offsets 0, 1, 2 (two facts), 6, and the other source's 0
    assert (6, 6) == desk.shown(DAY)
    assert (6, 5) == (desk.rollup.stats["facts"], desk.rollup.stats["facts_repeated"])


def test_a_partition_keeps_its_own_groups() -> None:
    """Of the facts in a message each partition adds up those groups that live in it; together they have all."""
    found: list[set[str]] = []
    for partition in range(3):
        rollup = Rollup(PLAN, partition, 3, "kpis", "history", 1)
        rollup.add([[0, *fact("call", AT, rep=f"rep-{n}", channel="web")] for n in range(9)])
        rollup.panes.flush()
        found.append(set(rollup.panes.groups))
        assert {partition} == {home(dims_of(text), 3) for text in rollup.panes.groups}

    assert {"", "team=north", "channel=web", *(f"rep=rep-{n}" for n in range(9))} == set.union(*found)
    assert 12 == sum(map(len, found))


def test_dimensions_that_are_absent() -> None:
    """Without a rep a fact counts for team and company; without a channel, for no channel."""
    desk = Desk()
    desk.take(AT, fact("call", AT, rep=None), fact("call", AT, channel="web"))
    desk.tick(AT)

    day = {key.rpartition("|")[2]: record["n"] for key, record in desk.kpis.items() if key.startswith(DAY)}
    assert {"": 2, "team=north": 2, "rep=ann": 1, "channel=web": 1} == day


def test_unknown_facts_are_nothing() -> None:
    """A kind of fact that this version or catalog doesn't know (a rollback) adds nothing and stops nothing."""
    desk = Desk()
    unknown = fact("call", AT)
    unknown[-1] = unknown[-1].replace("call", "hologram")
    desk.take(AT, unknown, fact("call", AT))
    desk.tick(AT)

    assert (1, 1) == desk.shown(DAY)
