"""What benchmarks conclude from what they see; that they run is shown by `make bench ARGS=--quick`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from zlib import crc32

import orjson
import pytest
from aiokafka.partitioner import murmur2

from benchmarks.catching_up import added, published, tracked
from benchmarks.events import bench_events
from benchmarks.in_process import facts_of, process, processor, publish, row, size
from benchmarks.measure.latency import Probe, probes_of
from benchmarks.measure.recovery import recovered
from benchmarks.pacing import live_events
from benchmarks.percentiles import percentiles_ms
from benchmarks.plain_counts import DAY_PANES, PANE_S, PlainCounts, time_s
from benchmarks.report import Measured, number, ratios
from benchmarks.result import Result
from benchmarks.workers import ROOT, Report, environ_of
from processors.compile import Plan
from processors.decode import decode
from processors.replay import Replay
from schemas.duration import DAY_US
from streams.clock import now_us
from streams.config_files import read_catalog, read_rules
from streams.settings import Settings, load
from streams.status import StageTotals

SETTINGS = Settings.model_validate({"partitions": 4})


def report(
    track: int = 0, rollup: int = 0, judge: int = 0, sends: int = 0, kpis: int = 0, overdue: int = 0
) -> Report:
    return Report(
        at_s=1.0, cpu_s=2.0, peak_mib=3.0, checkpoints=1, checkpoint_s=0.5, ticks=1, tick_s=0.1,
        behind_s=0.0, emit_interval_s=0.1, lag={},
        done={"track": track, "rollup": rollup, "judge": judge, "overdue": overdue},
        stats={"rollup": {"kpi_records": kpis, "changed_groups_now": 0}},
        totals={"track": {"sends": sends}},
    )  # fmt: skip


def test_a_backlog_is_done_when_everything_that_follows_from_it_is() -> None:
    """Facts that are not yet added up, KPI records and waiting entities that are not yet judged, are work left."""
    done = published(10)

    assert tracked(10)(report(track=10))
    assert not tracked(10)(report(track=9))
    assert done(report(track=10, rollup=2, judge=7, sends=2, kpis=7))
    assert not done(report(track=10, rollup=1, judge=7, sends=2, kpis=7))
    assert not done(report(track=10, rollup=2, judge=6, sends=2, kpis=7))
    assert done(report(track=10, rollup=2, judge=7, sends=4, kpis=7, overdue=2))
    assert not done(report(track=10, rollup=2, judge=7, sends=4, kpis=7, overdue=1))


def test_workers_are_added_up() -> None:
    """Work and processor time of several processes are one sum."""
    both = added([report(track=10, sends=2), report(rollup=2, judge=7, kpis=7)])

    assert both["cpu_s"] == 4.0
    assert both["at_s"] == 1.0
    assert published(10)(both)


def test_a_restore_is_told_from_what_the_worker_says_of_itself() -> None:
    """From the first report with partitions to the one in which all are ready; by what a worker really counts."""
    began = Report({**report(), "at_s": 2.0, "ready": False})
    totals = {
        "track": asdict(StageTotals(restored_records=3_000)),
        "rollup": asdict(StageTotals(restored_records=1_000)),
        "judge": asdict(StageTotals()),
    }
    ready = Report({**report(), "at_s": 4.0, "cpu_s": 3.0, "ready": True, "totals": totals})

    found = recovered([Report({**began, "done": {}}), began, ready])

    assert (2_000.0, 2.0, 250.0) == (found.value, found.wall_s, found.cpu_s_per_million)
    assert found.note == "4,000 state records: track 3,000, rollup 1,000"


def test_probes_are_in_every_partition_and_their_kpis_in_one() -> None:
    """So that the latency is that of the whole way, and the reader reads no more than it must."""
    for name in ("50", "5000"):
        probes = probes_of(SETTINGS, name)

        assert {crc32(probe.key) % 4 for probe in probes} == {0}
        assert [(murmur2(probe.account.encode()) & 0x7FFFFFFF) % 4 for probe in probes] == [0, 1, 2, 3]


def test_a_probe_is_read_with_the_first_record_that_counts_it() -> None:
    """One record may show several events at once, and a later one must not count them again."""
    probe = Probe("rep", "account", b"key")
    key, value = probe.event()
    probe.says(2, 7.0)
    probe.says(2, 8.0)
    probe.says(3, 9.0)

    assert key == b"account"
    assert decode(value).data.rep == "rep"
    assert probe.read_s == [7.0, 7.0, 9.0]


def test_percentiles_are_nearest_rank() -> None:
    """The 99th of a hundred is the second largest."""
    found_ms = percentiles_ms(n / 1e3 for n in range(100, 0, -1))
    assert found_ms == (50.0, 90.0, 99.0, 100.0, 100)
    assert str(found_ms) == "p50 50 ms, p90 90 ms, most 100 ms"
    assert percentiles_ms([0.004]) == (4.0, 4.0, 4.0, 4.0, 1)


def test_live_events_happen_now_and_are_never_the_same() -> None:
    """Else they would be duplicates of the series before."""
    now, both = now_us(), [live_events(100, 2.0), live_events(100, 2.0)]
    events = [[decode(value) for _, value in series] for series in both]

    assert [len(series) for series in events] == [200, 200]
    assert len({(event.source, event.id) for series in events for event in series}) == 400
    assert all(0 <= event.t_us - now + 1_000 <= 5e6 for series in events for event in series)


def test_plain_counts_count() -> None:
    """A limit is one only if the work is done."""
    plain = PlainCounts()
    who = {"rep": "ann", "team": "north"}
    for at, kind, own in (
        ("2026-11-21T09:00:00Z", "inquiry.received", {"conversation": "c"}),
        ("2026-11-21T09:05:40Z", "inquiry.answered", {"conversation": "c"}),
        ("2026-11-21T10:00:00Z", "deal.created", {"deal": "d", "stage": "new"}),
        ("2026-11-21T11:00:00Z", "deal.stage_changed", {"deal": "d", "to_stage": "offer"}),
        ("2026-11-22T11:00:00Z", "deal.stage_changed", {"deal": "d", "to_stage": "new"}),
    ):
        plain.take({"type": f"crm.{kind}", "time": at, "data": {**who, **own}})

    assert plain.response_s == {"ann": (340.0, 1)}
    assert plain.transitions == {
        ("north", "", "new"): 1, ("north", "new", "offer"): 1, ("north", "offer", "new"): 1,
    }  # fmt: skip
    assert sum(plain.counts["ann", "crm.deal.stage_changed"].values()) == 1  # a day is 288 panes


def test_the_peers_work_is_that_work() -> None:
    """Of events in order the catalog of the peers' work counts per rep and team what the dict loop counts."""
    plan, plain = Plan(read_catalog(ROOT / "benchmarks/peers_work.yaml")), PlainCounts()
    engine = Replay(plan, arrival_us=now_us(), dedup_horizon_us=7 * DAY_US)
    for _, value in bench_events(3_000, days=2.0, delayed=0.0, reps=10, teams=2):
        engine.take(value)
        plain.take(event := orjson.loads(value))
    first_pane = int(time_s(event["time"])) // PANE_S - DAY_PANES + 1
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for record in engine.records():
        found[record.kpi][record.key.decode().rpartition("|")[2]] = record.value or 0

    assert read_rules(ROOT / "benchmarks/no_rules.yaml", plan.catalog) == {}
    for kpi, kind in (
        ("calls", "call.logged"),
        ("inquiries", "inquiry.received"),
        ("purchases", "order.placed"),
    ):
        panes = {who: counts for (who, type_), counts in plain.counts.items() if type_ == f"crm.{kind}"}
        counted = {who: sum(n for pane, n in own.items() if pane >= first_pane) for who, own in panes.items()}
        assert {f"rep={who}": n for who, n in counted.items() if n} == {
            key: n for key, n in found[kpi].items() if n
        }
    assert found["stage_transitions"] == {
        f"from_stage={before},team={team},to_stage={stage}": n
        for (team, before, stage), n in plain.transitions.items()
    }
    means = {f"rep={who}": total_s / number for who, (total_s, number) in plain.response_s.items()}
    assert found["response_time_mean"] == pytest.approx(means)


def test_ratios_are_of_one_run() -> None:
    """Both sides must have been measured."""
    names = ("tracking alone, one process", "raw limit (aiokafka, orjson)")
    found = [
        Measured(Result(name=name, value=n, unit="events/s"), 1.0)
        for name, n in zip(names, (100.0, 400.0), strict=True)
    ]

    assert [(one.name, one.rate) for one in ratios(found)] == [(" ÷ ".join(names), 0.25)]
    assert ratios(found[:1]) == []


@pytest.mark.parametrize(("better", "met"), [("more", [False, True, True]), ("less", [True, True, False])])
def test_goals_know_their_direction(better: str, met: Sequence[bool]) -> None:
    """Rates are to be at least, times at most."""
    assert met == [
        Result(name="x", value=value, unit="", goal=2.0, better=better).met for value in (1.0, 2.0, 3.0)
    ]


def test_numbers_are_short() -> None:
    """Three digits that say something."""
    assert [number(value) for value in (35_123.4, 99.94, 1.234, 0.00088)] == [
        "35,123",
        "99.9",
        "1.23",
        "0.0009",
    ]


def test_a_worker_gets_the_settings() -> None:
    """Through the environment, as any worker does."""
    settings = SETTINGS.model_copy(update={"stages": ("directory", "track"), "topic_prefix": "b."})

    assert load(environ_of(settings)) == settings


def test_the_processors_run_without_kafka() -> None:
    """Memory and ticks are measured on the real ones."""
    tracker, rollup = processor("track"), processor("rollup")
    rows = [
        row(n, 1_790_000_000 - n, "call.logged", account="a", rep="ann", team="north", channel="phone")
        for n in range(3)
    ]

    process(rollup, facts_of(tracker, rows, 0))

    assert publish(rollup, 1_790_000_000_000_000) > 10
    assert all(count > 0 for count in size(rollup.snapshot()))
