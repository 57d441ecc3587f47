"""The roll-up: facts to the groups of its partition, repeated ones dropped."""

import orjson

from processors.publishing.outflow import KpiTopics
from processors.rollup import Rollup
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, Desk, Rec, fact

AT = "2026-03-04T10:00:00Z"
DAY = "calls|day:2026-03-04|"


def test_processing_publishes_nothing() -> None:
    """Emission is the ticks' part alone."""
    rollup = Rollup(PLAN, KpiTopics("kpis", "history", 1))
    value = orjson.dumps([0, 0, [[0, *fact("call", AT)]], 0])

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


def test_what_waits_to_be_published_is_counted_from_its_arrival() -> None:
    """Also before its facts are in the panes; who reads 0 knows that everything is published."""
    desk = Desk()

    def waiting() -> int:
        return desk.rollup.stats["changed_groups_now"]

    assert 0 == waiting()
    desk.take(AT, fact("call", AT))
    assert 0 < waiting()
    desk.rollup.snapshot()
    assert 0 < waiting()
    desk.tick(AT)
    assert 0 == waiting()


def test_a_clock_that_was_set_back_is_said() -> None:
    """For as long as windows stand still; a successor goes on from the same end of them."""
    desk = Desk()
    desk.take(AT, fact("call", AT))
    desk.tick("2026-03-05T10:00:00Z")
    assert 0 == desk.rollup.stats["ahead_s_now"]
    desk.tick(AT)
    assert 86_400 == desk.rollup.stats["ahead_s_now"]

    desk.checkpoint()
    desk.restart()
    desk.tick("2026-03-05T09:00:00Z")
    assert 3_600 == desk.rollup.stats["ahead_s_now"]
    desk.tick("2026-03-05T10:00:00Z")
    assert 0 == desk.rollup.stats["ahead_s_now"]


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
