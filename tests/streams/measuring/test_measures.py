"""What is measured beyond the worker's own counters."""

from typing import cast

from tests.streams.cli.records import kpi_record
from tests.streams.measuring.test_kpi_export import NOON_US, sends
from tests.streams.workers import HandmadeWorker, StillProcessor


def test_counters_outlive_their_partition() -> None:
    """A counter must not fall when a partition goes to another worker, nor count twice when it comes back."""
    worker = HandmadeWorker()
    first = worker.take("track", 0, events=10, deals_now=5)
    worker.take("track", 1, events=1)
    cast(StillProcessor, first.processor).stats["events"] = 12

    worker.give_up("track", 0)
    assert worker.measures.stats()["track"]["events"] == 13

    worker.take("track", 0, events=3)

    assert worker.measures.stats()["track"]["events"] == 16
    assert worker.measures.stats()["track"]["events"] == 16


def test_a_partition_that_is_assigned_anew_without_being_revoked_keeps_its_count() -> None:
    """Also where the old state is replaced without a word, what it counted stays counted."""
    worker = HandmadeWorker()
    worker.take("track", 0, events=10)
    worker.take("track", 0, events=1)

    assert worker.measures.stats()["track"]["events"] == 11


def test_gauges_are_those_of_the_partitions_that_are_here() -> None:
    """What is held in memory goes away with the partition."""
    worker = HandmadeWorker()
    worker.take("track", 0, events=10, deals_now=5)
    worker.take("track", 1, deals_now=7)
    worker.give_up("track", 0)

    assert worker.measures.gauges() == {("track", 1): {"deals": 7}}


def test_chunks_checkpoints_and_restores_are_observed() -> None:
    """Sizes and times become spreads by stage."""
    worker = HandmadeWorker()
    holding = worker.take("track", 0)
    worker.status.processed(holding, 300, 0.02)
    worker.status.processed(holding, 5, 0.001)
    worker.status.checkpointed(1_000, 0.2)

    assert worker.measures.chunk_records["track"].total == 305
    assert worker.measures.chunk_s["track"].count == 2
    assert worker.measures.checkpoint_s.total == 0.2
    assert worker.measures.restore_s["track"].total == 0.5


def test_alerts_go_with_their_partition_and_their_steps_stay() -> None:
    """How many alerts fire is a matter of the partitions here; how often one fired is a counter."""
    worker = HandmadeWorker()
    worker.take("judge", 0)
    worker.take("judge", 1)
    assert worker.measures.alerts() == {("slow-response", "critical", "firing"): 4}

    worker.give_up("judge", 0)

    assert worker.measures.alerts() == {("slow-response", "critical", "firing"): 2}
    assert worker.measures.alert_transitions() == {
        ("firing", "above_threshold"): 6,
        ("withdrawn", "breach_ended"): 2,
    }


def test_times_of_alerts_outlive_their_partition() -> None:
    """How long alerts went on is a histogram, which must not fall."""
    worker = HandmadeWorker()
    worker.take("track", 0)
    worker.take("track", 1)
    worker.give_up("track", 0)

    seen = worker.measures.alert_times()["resolved", "slow-response", "critical"]
    assert (seen.count, seen.total) == (2, 180.0)


def test_only_roll_ups_records_are_exported_and_leave_with_their_partition() -> None:
    """KPI values shown are those of the partitions that this worker rolls up."""
    worker = HandmadeWorker()
    rollup, track = worker.take("rollup", 0), worker.take("track", 0)
    worker.status.published(rollup, sends(kpi_record("calls", 1)))
    worker.status.published(track, sends(kpi_record("calls", 2, team="north")))
    assert worker.measures.export.sizes(NOON_US) == {"company": 1, "team": 0, "rep": 0, "dimension": 0}

    worker.give_up("rollup", 0)

    assert worker.measures.export.sizes(NOON_US) == {"company": 0, "team": 0, "rep": 0, "dimension": 0}
