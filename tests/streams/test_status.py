"""What a worker says of itself."""

from collections.abc import Mapping
from dataclasses import replace

from processors.publishing.outflow import KpiTopics
from processors.rollup import Rollup
from processors.track import Tracker, TrackTopics
from streams.clock import monotonic_s, now_us
from streams.owning.holdings import Holdings
from streams.owning.membership import UNHEARD
from streams.status import UPSTREAM_QUIET_S, Backlog, Observer, WorkerStatus
from tests.processors.engine import PLAN
from tests.streams.fakes import FakeProcessor, fake_stage, held, settle
from tests.streams.faust_apps import our_shell


def test_partitions_and_lag() -> None:
    """Lag counts the records beyond the state's cut, which is what is not yet in any value."""
    holdings, _ = held(FakeProcessor(cut=6))
    status = WorkerStatus(holdings=holdings, end_offset=lambda _topic, _partition: 10)

    (one,) = status.partitions()

    assert ("toy", 0, True, 3, 6, -1) == (
        one.stage, one.partition, one.restored, one.lag, one.cut, one.durable
    )  # fmt: skip


def test_markers_of_transactions_are_no_lag() -> None:
    """The log ends with offsets that no record has: the last record was processed, and nothing waits."""
    holdings, holding = held(FakeProcessor(cut=6))
    holding.appended_ms = now_us() // 1_000 - 5_000
    asked: list[object] = []

    def holds_nothing_after(*place: object) -> bool:
        asked.append(place)
        return True

    status = WorkerStatus(
        holdings=holdings, end_offset=lambda _t, _p: 8, holds_nothing_after=holds_nothing_after
    )

    assert (0, 0.0) == (status.lag(holding), status.behind_s(holding))
    assert {("toy-source", 0, 6)} == {*asked}


def test_lag_is_unknown_before_the_first_fetch() -> None:
    """Nobody has said yet where the log ends."""
    holdings, holding = held(FakeProcessor())

    assert WorkerStatus(holdings=holdings).lag(holding) is None


def test_behind_is_the_age_of_the_last_record_where_more_wait() -> None:
    """A quiet partition is not behind, however old its last record."""
    holdings, holding = held(FakeProcessor(cut=6))
    holding.appended_ms = now_us() // 1_000 - 5_000

    assert 0.0 == WorkerStatus(holdings=holdings, end_offset=lambda _t, _p: 7).behind_s(holding)
    assert 5.0 <= WorkerStatus(holdings=holdings, end_offset=lambda _t, _p: 8).behind_s(holding) < 60.0


def test_backlog_is_the_time_to_work_it_off() -> None:
    """By records, at the pace of the last chunks; nobody's clock is asked."""
    holdings, holding = held(FakeProcessor(cut=99))
    status = WorkerStatus(holdings=holdings, end_offset=lambda _topic, _partition: 1_100)
    assert 0.0 == status.backlog().longest_s

    holding.record_s = 0.002

    assert 2.0 == status.backlog().longest_s


def test_a_process_has_one_core_for_all_its_backlogs() -> None:
    """Partitions' times add up; what waits for those who make no values does not count."""
    makers = [fake_stage(lambda _: FakeProcessor(cut=99), name) for name in ("a", "b")]
    judge = replace(fake_stage(lambda _: FakeProcessor(cut=99), "c"), makes_values=False)
    holdings = Holdings([*makers, judge])
    for name in ("a", "b", "c"):
        holding = holdings.take(f"{name}-source", 0)
        settle(holding)
        holding.record_s = 0.002

    assert (
        4.0
        == WorkerStatus(holdings=holdings, end_offset=lambda _topic, _partition: 1_100).backlog().longest_s
    )


def test_ready_once_joined_and_restored() -> None:
    """Its numbers are up to date then; a worker without partitions is ready too."""
    holdings, holding = held(FakeProcessor())
    holding.restored = False
    status = WorkerStatus(holdings=holdings)

    assert ["not yet a member of the consumer group"] == status.unready()
    status.joined = True
    assert ["toy[0] is being restored"] == status.unready()
    settle(holding)
    assert [] == status.unready()
    status.is_unheard = lambda: True
    assert [UNHEARD] == status.unready()
    status.stopping = True
    assert ["stopping"] == status.unready()


async def test_a_worker_whose_group_put_it_out_is_not_ready() -> None:
    """Until it is heard again, its numbers stand still."""
    shell = our_shell()
    shell.status.joined = True
    assert [] == shell.status.unready()
    shell.lease.renew(shell.lease.now())
    shell.lease.end()
    assert [UNHEARD] == shell.status.unready()
    shell.lease.renew(shell.lease.now())
    assert [] == shell.status.unready()


def test_failure_is_named() -> None:
    """A supervisor's log shows where and what, as the other processes have it; the words are in our own."""
    status = WorkerStatus()
    assert [] == status.failures()

    status.failure, status.failed_in = ValueError("bad"), "track[2]"

    assert ["track[2]: ValueError"] == status.failures()


def test_observer_hears_what_totals_count() -> None:
    """One report, two readers."""
    heard: list[object] = []

    class Noting(Observer):
        def chunk(self, stage: str, partition: int, records: int, seconds: float) -> None:
            heard.append((stage, partition, records, seconds))

    holdings, holding = held(FakeProcessor())
    status = WorkerStatus(observer=Noting(), holdings=holdings)
    status.processed(holding, 10, 0.5)
    status.gap(holding, False)
    status.gap(holding, True)

    totals = status.stages["toy"]
    assert (10, 1, 1) == (totals.records, totals.gaps_caught, totals.gaps_accepted)
    assert [("toy", 0, 10, 0.5)] == heard


class _Unasked(Rollup):
    """Between slices there is no time to count what is kept."""

    @property
    def stats(self) -> Mapping[str, int]:
        raise AssertionError("stats are for metrics")


def test_a_backlog_upstream_counts() -> None:
    """Facts that came long after their activity, a moment ago: another process is behind, and so are these."""
    rollup = _Unasked(PLAN, KpiTopics("kpis", "history", 1))
    rollup.panes.sources.note(source=3, facts_ms=107_000, activity_ms=100_000, rows=())
    holdings = Holdings([fake_stage(lambda _: rollup)])
    settle(holding := holdings.take("toy-source", 0))
    status = WorkerStatus(holdings=holdings)
    at_s = monotonic_s()

    holding.processed_s = at_s
    assert Backlog(0.0, upstream_s=7.0) == status.backlog()
    holding.processed_s = at_s - UPSTREAM_QUIET_S - 1.0
    assert 0.0 == status.backlog().longest_s


def test_what_was_tracked_here_is_no_backlog_of_others() -> None:
    """It counts by what waits here, so that the end of it is seen at once."""
    rollup = _Unasked(PLAN, KpiTopics("kpis", "history", 1))
    rollup.panes.sources.note(source=3, facts_ms=107_000, activity_ms=100_000, rows=())
    tracker = Tracker(PLAN, 3, TrackTopics("activity", "directory", "targets", "facts", "letters"), 1)
    holdings = Holdings([fake_stage(lambda _: rollup), fake_stage(lambda _: tracker, "activity")])
    settle(holding := holdings.take("toy-source", 0))
    settle(holdings.take("activity-source", 3))
    holding.processed_s = monotonic_s()

    assert 0.0 == WorkerStatus(holdings=holdings).backlog().longest_s
