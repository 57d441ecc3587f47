"""A closed period that was corrected is final again an hour later, whatever is restarted meanwhile."""

from unittest import mock

import pytest

from processors.publishing import emission
from tests.exactness.cluster import Cluster
from tests.oracle.moments import DAY_US, HOUR_US, MINUTE_US, instant
from tests.oracle.telling import event
from tests.processors.engine import PLAN

AT_US = instant("2026-03-10T12:00:00Z")


@pytest.mark.parametrize("restarted", [False, True])
def test_where_the_day_was_told_long_before_the_longer_periods(restarted: bool) -> None:
    """A live tick tells the day, and the worker sleeps before the whole one."""
    cluster = Cluster(PLAN, 1)
    cluster.publish([event("call.logged", "2026-01-29T12:00:00Z", rep="ann", team="n")], AT_US)
    cluster.step("track", 0, 9, AT_US)
    cluster.step("rollup", 0, 9, AT_US)
    cluster.tick(AT_US, kind="live")
    later_us = AT_US + 20 * DAY_US
    cluster.tick(later_us)
    assert not cluster.kpis[b"calls|month:2026-01|"]["final"]
    if restarted:
        cluster.checkpoint("rollup", 0)
        cluster.restart("rollup", 0)

    for hours in (0, 2, 4):
        cluster.drain(later_us + hours * HOUR_US)
    long_over = [
        key for key in cluster.kpis if key.startswith(b"calls|") and (b":2026-01" in key or b"W05" in key)
    ]
    assert len(long_over) > 3
    assert [] == [key for key in long_over if not cluster.kpis[key]["final"]]


def test_what_is_told_first_after_a_sleep_is_no_correction() -> None:
    """Churn of days that began and ended meanwhile is final at once."""
    cluster = Cluster(PLAN, 1)
    cluster.publish([event("customer.activated", "2026-03-10T11:00:00Z", rep="ann", team="n")], AT_US)
    cluster.drain(AT_US)
    before = cluster.slots["rollup", 0].processor.stats["corrections"]
    cluster.drain(AT_US + 5 * DAY_US)

    assert cluster.kpis[b"churn_rate|day:2026-03-12|"]["final"]
    assert before == cluster.slots["rollup", 0].processor.stats["corrections"]


def corrected_yesterday(at_us: int) -> Cluster:
    """Return a cluster that has just told of a call of yesterday at noon, which came late."""
    cluster = Cluster(PLAN, 1)
    cluster.publish([event("call.logged", "2026-03-09T12:10:00Z", rep="ann", team="n")], at_us)
    cluster.publish([event("call.logged", "2026-03-10T12:00:00Z", rep="ann", team="n")], at_us)
    cluster.drain(at_us - DAY_US)
    cluster.publish([event("call.logged", "2026-03-09T12:20:00Z", rep="ann", team="n")], at_us)
    cluster.drain(at_us)
    assert not cluster.kpis[b"calls|day:2026-03-09|rep=ann"]["final"]
    return cluster


def test_a_crash_when_the_hour_is_over_and_nobody_was_told() -> None:
    """A live tick moves the clock, a checkpoint is written, and the whole tick never comes."""
    cluster = corrected_yesterday(AT_US)
    cluster.tick(AT_US + HOUR_US, kind="live")
    cluster.checkpoint("rollup", 0)
    cluster.restart("rollup", 0)

    cluster.drain(AT_US + 2 * HOUR_US)
    assert cluster.kpis[b"calls|day:2026-03-09|rep=ann"]["final"]


def test_two_restarts_within_the_hour() -> None:
    """Between them the day is written again, since one of its hours is no longer written by itself."""
    at_us = instant("2026-03-10T14:50:00Z")
    cluster = corrected_yesterday(at_us)
    cluster.checkpoint("rollup", 0)
    cluster.restart("rollup", 0)
    cluster.tick(at_us + HOUR_US // 2)
    cluster.checkpoint("rollup", 0)
    cluster.restart("rollup", 0)

    cluster.drain(at_us + 2 * HOUR_US)
    assert cluster.kpis[b"calls|day:2026-03-09|rep=ann"]["final"]


def test_a_day_that_began_just_before_a_long_sleep() -> None:
    """Its churn, which has a value without facts, was not told before it was over: its first word is no correction."""
    cluster, midnight_us = Cluster(PLAN, 1), instant("2026-03-10T00:00:00Z")
    cluster.publish([event("customer.activated", "2026-03-01T12:00:00Z", rep="ann", team="n")], AT_US)
    for hours in (4, 2):
        cluster.drain(midnight_us - hours * HOUR_US)
    with mock.patch.object(emission, "SENDS_MAX", 1):
        cluster.tick(midnight_us + MINUTE_US, slices=1)
    cluster.checkpoint("rollup", 0)
    cluster.restart("rollup", 0)

    cluster.drain(midnight_us + 5 * DAY_US)
    over = [
        key
        for key in cluster.kpis
        if key.startswith((b"churn_rate|day:2026-03-10", b"churn_rate|day:2026-03-12"))
    ]
    assert len(over) > 3
    assert [] == [key for key in over if not cluster.kpis[key]["final"]]
