"""/metrics as Prometheus reads it, compared with the catalogue."""

import shutil
import subprocess

import pytest
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from streams.measuring.exposition import WorkerCollector
from streams.metrics import METRICS
from streams.process.clock_difference import SAMPLES
from tests.conftest import unavailable
from tests.streams.cli.records import kpi_record
from tests.streams.measuring.test_kpi_export import sends
from tests.streams.workers import HandmadeWorker


@pytest.fixture
def worker() -> HandmadeWorker:
    """A worker on which everything that can happen has happened."""
    worker = HandmadeWorker(series_max=3)
    track = worker.take(
        "track", 0, events=1_000, duplicates=50, facts=2_000, late_corrections=7, rekeyed=2, forwarded=1,
        dead_letters_bad_json=4, deals_now=30, conversations_now=20, ids_now=950,
        watermark_us_now=1_795_251_790_000_000,
    )  # fmt: skip
    rollup = worker.take(
        "rollup", 3, facts_repeated=9, kpi_records=400, kpi_tombstones=1, corrections=2, groups_now=44,
        changed_groups_now=6, watermark_pane_now=5_984_172,
    )  # fmt: skip
    judge = worker.take(
        "judge", 1, records_judged=70, records_outdated=3, records_unreadable=0, alerts_sent=5
    )
    status = worker.status
    status.end_offset = lambda _topic, _partition: 110
    for holding in (track, rollup, judge):
        holding.processor.cut = 99
        holding.appended_ms = 0
        for _ in range(SAMPLES):
            holding.clock.read(True)
            holding.clock.comes(0, 90_000_000)
        status.processed(holding, 100, 0.01)
        status.repeated(holding, 5)
        status.gap(holding, accepted=False)
        status.gap(holding, accepted=True)
        status.saved(holding, 33)
    status.checkpointed(66, 0.1)
    status.ticks, status.tick_s, status.emit_interval_s = 5, 0.25, 0.1
    company = kpi_record("calls", 9)
    status.published(
        rollup,
        sends(
            kpi_record("calls", 9), kpi_record("win_rate", None), kpi_record("calls", 5, team='a "b"\\\n'),
            kpi_record("calls", 2, rep="ann"), kpi_record("calls", 4, channel="phone"),
            (company[0], company[1] | {"target": 20, "expected": 11.5}),
        ),
    )  # fmt: skip
    return worker


def families(text: str) -> dict[str, Metric]:
    """Parse a page; counters get their `_total` back."""
    found = {}
    for family in text_string_to_metric_families(text):
        found[family.name + ("_total" if family.type == "counter" else "")] = family
    return found


async def scraped(worker: HandmadeWorker, accept: str = "") -> tuple[str, str]:
    """Return (page, content type)."""
    body, content_type = await WorkerCollector(worker.status, worker.measures, "crm-standard@3f2a").render(
        accept
    )
    return body.decode(), content_type


async def test_page_and_catalogue_agree(worker: HandmadeWorker) -> None:
    """Every metric of the catalogue is on a busy worker's page with type, help and labels, and no other."""
    text, _ = await scraped(worker)
    page = {name: family for name, family in families(text).items() if name.startswith("crm_")}

    assert set(page) == set(METRICS)
    for name, family in page.items():
        metric = METRICS[name]  # type: ignore[index]
        assert family.documentation == metric.help
        assert family.type == metric.kind
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert labels == set(metric.labels), name
        assert family.samples, name


async def test_an_idle_workers_page_has_every_family_too() -> None:
    """Dashboards find names from the first scrape on."""
    text, _ = await scraped(HandmadeWorker())

    assert {name for name in families(text) if name.startswith("crm_")} == set(METRICS)


async def test_values_are_the_workers(worker: HandmadeWorker) -> None:
    """Samples of each source: stats, shell, measures, exported KPIs."""
    page = families((await scraped(worker))[0])

    def value(name: str, **labels: str) -> float:
        (sample,) = [s for s in page[name].samples if s.labels == labels and not s.name.endswith("_bucket")]
        return sample.value

    assert value("crm_pulse_events_total") == 1_000
    assert value("crm_pulse_dead_letters_total", reason="bad_json") == 4
    assert value("crm_pulse_dead_letters_total", reason="too_late") == 0
    assert value("crm_pulse_consumer_lag_records", stage="track", partition="0") == 10
    assert value("crm_pulse_clock_ahead_seconds", stage="judge", partition="1") == 90
    assert value("crm_pulse_gaps_total", stage="rollup", outcome="caught") == 1
    assert value("crm_pulse_state_entries", stage="track", kind="event_id") == 950
    assert value("crm_pulse_watermark_timestamp_seconds", stage="track", partition="0") == 1_795_251_790
    assert value("crm_pulse_watermark_timestamp_seconds", stage="rollup", partition="3") == 1_795_251_600
    assert value("crm_kpi_value", kpi="calls", window="rolling_24h", team="", rep="") == 9
    assert value("crm_kpi_value", kpi="calls", window="rolling_24h", team='a "b"\\\n', rep="") == 5
    assert value("crm_kpi_samples", kpi="win_rate", window="rolling_24h", team="", rep="") == 0
    assert value("crm_pulse_kpi_series_cut_total", level="rep") == 1
    assert value("crm_kpi_target", kpi="calls", window="rolling_24h", team="", rep="") == 20
    assert value("crm_kpi_expected", kpi="calls", window="rolling_24h", team="", rep="") == 11.5
    phone = {"team": "", "dimension": "channel", "item": "phone"}
    assert value("crm_kpi_dimension_value", kpi="calls", window="rolling_24h", **phone) == 4
    assert value("crm_rep_info", rep="ann", team="north") == 1
    assert value("crm_alerts", rule="slow-response", severity="critical", state="firing") == 2
    assert value("crm_pulse_alert_transitions_total", state="withdrawn", reason="breach_ended") == 1
    assert value("crm_pulse_alert_transitions_total", state="firing", reason="overdue") == 0
    assert value("crm_pulse_judged_records_total", outcome="outdated") == 3
    times = page["crm_pulse_alert_resolve_seconds"].samples
    assert {s.labels["le"] for s in times if s.name.endswith("_bucket") and not s.value} == {"60.0"}
    assert value("crm_pulse_ready") == 1
    assert value("crm_pulse_build_info", version="0.1.0", python=_python(), catalog="crm-standard@3f2a") == 1


async def test_a_value_of_null_has_no_sample(worker: HandmadeWorker) -> None:
    """A ratio over nothing is absent, not 0, so that no alert or graph takes it for a number."""
    page = families((await scraped(worker))[0])

    assert [s.labels["kpi"] for s in page["crm_kpi_value"].samples] == ["calls", "calls"]


async def test_openmetrics_is_given_to_who_asks(worker: HandmadeWorker) -> None:
    """Prometheus prefers OpenMetrics; the page is valid there too."""
    text, content_type = await scraped(worker, "application/openmetrics-text; version=1.0.0")

    assert content_type.startswith("application/openmetrics-text")
    assert any(f.name == "crm_pulse_events" for f in openmetrics.text_string_to_metric_families(text))


async def test_a_worker_that_failed_or_restores_is_not_ready(worker: HandmadeWorker) -> None:
    """The gauge says what /readyz says."""
    worker.status.joined = False
    page = families((await scraped(worker))[0])

    assert page["crm_pulse_ready"].samples[0].value == 0


def test_a_registry_takes_the_collector(worker: HandmadeWorker) -> None:
    """It can stand beside others in a registry, which learns its names without a scrape."""
    registry = CollectorRegistry(auto_describe=True)
    registry.register(WorkerCollector(worker.status, worker.measures, "c"))

    assert registry.get_sample_value("crm_pulse_events_total") == 1_000


async def test_promtool_finds_nothing_to_mend(worker: HandmadeWorker) -> None:
    """Prometheus's own linter accepts names, types, units and help."""
    if shutil.which("promtool") is None:
        unavailable("promtool (of Prometheus) is not installed")
    text, _ = await scraped(worker)
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def _python() -> str:
    import platform

    return platform.python_version()
