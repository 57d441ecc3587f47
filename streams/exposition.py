"""The /metrics page: the worker's status and measures under the catalogue's names, made when asked for."""

import asyncio
import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from schemas.dead_letter import Reason
from schemas.fact import PANE_US
from schemas.waiting import KINDS
from streams.clock import now_us
from streams.distribution import Distribution
from streams.kpi_export import KpiSample
from streams.measures import Measures
from streams.metrics import METRICS, MetricName
from streams.status import WorkerStatus

FAMILIES: Final = {
    "counter": CounterMetricFamily,
    "gauge": GaugeMetricFamily,
    "histogram": HistogramMetricFamily,
}

#: (stage, stat of its processors): the counter it is, or a part of it.
COUNTERS: Final[dict[tuple[str, str], MetricName]] = {
    ("directory", "updates"): "crm_pulse_directory_updates_total",
    ("track", "events"): "crm_pulse_events_total",
    ("track", "duplicates"): "crm_pulse_duplicate_events_total",
    ("track", "rekeyed"): "crm_pulse_rekeyed_events_total",
    ("track", "forwarded"): "crm_pulse_forwarded_events_total",
    ("track", "late_corrections"): "crm_pulse_late_corrections_total",
    ("track", "facts"): "crm_pulse_facts_total",
    ("rollup", "facts_repeated"): "crm_pulse_repeated_facts_total",
    ("rollup", "kpi_records"): "crm_pulse_kpi_records_total",
    ("rollup", "kpi_tombstones"): "crm_pulse_kpi_tombstones_total",
    ("rollup", "corrections"): "crm_pulse_reopened_periods_total",
    ("rollup", "targets"): "crm_pulse_targets_total",
    ("rollup", "targets_outdated"): "crm_pulse_outdated_targets_total",
    ("rollup", "values_over_cap"): "crm_pulse_values_over_cap_total",
    ("track", "waiting_rows"): "crm_pulse_waiting_told_total",
    ("judge", "alerts_sent"): "crm_pulse_alert_records_total",
    ("overdue", "alerts_sent"): "crm_pulse_alert_records_total",
}
#: Stages that bury what they can't use, and what their stats for it begin with; the reason follows.
BURYING: Final = ("directory", "track")
DEAD_LETTERS: Final = "dead_letters_"
#: Stats of targets that can't be used begin with this; the reason follows.
TARGETS_REFUSED: Final = "targets_refused_"
#: Stat of the judge: what it says of KPI records.
JUDGED: Final = {
    "records_judged": "judged",
    "records_outdated": "outdated",
    "records_unreadable": "unreadable",
}
#: How an alert ended: how long it had been firing.
ALERT_TIMES: Final[dict[str, MetricName]] = {
    "acknowledged": "crm_pulse_alert_acknowledge_seconds",
    "resolved": "crm_pulse_alert_resolve_seconds",
}
#: Stat of overdue: what it says of rows about what waits, and of messages.
WAITING_TAKEN: Final = {
    "rows_taken": "taken",
    "rows_repeated": "repeated",
    "messages_unreadable": "unreadable",
}
#: (stage, gauge): what kind of entry in memory it counts.
ENTRIES: Final = {
    ("track", "conversations"): "conversation",
    ("track", "deals"): "deal",
    ("track", "leads"): "lead",
    ("track", "quotes"): "quote",
    ("track", "spans"): "span",
    ("track", "conversions"): "conversion",
    ("track", "customers"): "account_book",
    ("track", "segments"): "account_segment",
    ("track", "products"): "product",
    ("track", "touches"): "touch",
    ("track", "accounts_counted"): "account_counted",
    ("track", "ids"): "event_id",
    ("rollup", "groups"): "group",
    ("judge", "watched_keys"): "watched_key",
    **{("overdue", f"{kind}_waiting"): f"waiting_{kind}" for kind in KINDS},
}
#: (stage, gauge): microseconds in one of it.
WATERMARKS: Final = {("track", "watermark_us"): 1, ("rollup", "watermark_pane"): PANE_US}
#: (stage, gauge): the sum over partitions that it is a part of.
SUMS: Final[dict[tuple[str, str], MetricName]] = {
    ("rollup", "changed_groups"): "crm_pulse_waiting_groups",
    ("rollup", "unknown_time_zones"): "crm_pulse_unknown_time_zone_reps",
}


class Page:
    """The metric families of one scrape. A name or label that is not in the catalogue is an error."""

    def __init__(self) -> None:
        self._families: dict[MetricName, Metric] = {
            name: FAMILIES[metric.kind](name, metric.help, labels=metric.labels)
            for name, metric in METRICS.items()
        }

    def add(self, name: MetricName, value: float, **labels: str) -> None:
        """Add a sample of a counter or gauge."""
        self._families[name].add_metric(self._values(name, labels), value)  # type: ignore[attr-defined]

    def add_histogram(self, name: MetricName, seen: Distribution, **labels: str) -> None:
        """Add a histogram's samples."""
        family = self._families[name]
        assert isinstance(family, HistogramMetricFamily)
        family.add_metric(self._values(name, labels), seen.cumulative(), seen.total)

    def families(self) -> Iterator[Metric]:
        """Yield all families, in the catalogue's order, those without samples too."""
        yield from self._families.values()

    @staticmethod
    def _values(name: MetricName, labels: Mapping[str, str]) -> list[str]:
        wanted = METRICS[name].labels
        if set(labels) != set(wanted):
            raise ValueError(f"{name} has the labels {wanted}, got {tuple(labels)}")
        return [labels[label] for label in wanted]


class WorkerCollector(Collector):
    """Reads the worker when Prometheus asks."""

    def __init__(self, status: WorkerStatus, measures: Measures, catalog: str) -> None:
        """`catalog` is the name and version of the catalog that runs."""
        self._status = status
        self._measures = measures
        self._build = {
            "version": version("crm-pulse"),
            "python": platform.python_version(),
            "catalog": catalog,
        }

    def collect(self) -> Iterable[Metric]:
        """Return everything at once; for a page in the worker's loop use `render`."""
        at_us = now_us()
        page = self._page(at_us)
        _add_kpis(page, self._measures.export.samples(at_us))
        return page.families()

    def describe(self) -> Iterable[Metric]:
        """Return the families without samples, so that a registry need not scrape to know the names."""
        return Page().families()

    async def render(self, accept: str) -> tuple[bytes, str]:
        """Return the page and its content type.

        The worker is read here, in its own thread; parsing ten thousand KPI records and writing them out
        takes a tenth of a second and is done on another, so that no event waits for a scrape.
        """
        at_us = now_us()
        page = self._page(at_us)
        encode, content_type = choose_encoder(accept)

        def finish() -> bytes:
            _add_kpis(page, self._measures.export.samples(at_us))
            registry = CollectorRegistry(auto_describe=False)
            registry.register(_Ready(page))
            ProcessCollector(registry=registry)
            return encode(registry)

        return await asyncio.to_thread(finish), content_type

    def _page(self, at_us: int) -> Page:
        page = Page()
        page.add("crm_pulse_build_info", 1, **self._build)
        page.add("crm_pulse_ready", not self._status.failures() and not self._status.unready())
        _add_shell(page, self._status)
        _add_measures(page, self._measures, at_us)
        _add_processors(page, self._measures)
        return page


class _Ready(Collector):
    def __init__(self, page: Page) -> None:
        self._page = page

    def collect(self) -> Iterable[Metric]:
        return self._page.families()


def _add_shell(page: Page, status: WorkerStatus) -> None:
    held = Counter(holding.stage.name for holding in status.holdings)
    for stage in {**dict.fromkeys(stage.name for stage in status.holdings.stages.values()), **status.stages}:
        page.add("crm_pulse_partitions", held[stage], stage=stage)
    for stage, totals in status.stages.items():
        page.add("crm_pulse_records_total", totals.records, stage=stage)
        page.add("crm_pulse_repeated_records_total", totals.repeated, stage=stage)
        page.add("crm_pulse_gaps_total", totals.gaps_caught, stage=stage, outcome="caught")
        page.add("crm_pulse_gaps_total", totals.gaps_accepted, stage=stage, outcome="accepted")
        page.add("crm_pulse_state_records_written_total", totals.state_records_written, stage=stage)
        page.add("crm_pulse_restored_records_total", totals.restored_records, stage=stage)
    for partition in status.partitions():
        place = {"stage": partition.stage, "partition": str(partition.partition)}
        if partition.lag is not None:
            page.add("crm_pulse_consumer_lag_records", partition.lag, **place)
            page.add("crm_pulse_consumer_lag_seconds", status.behind_s(partition.holding), **place)
    page.add("crm_pulse_ticks_total", status.ticks)
    page.add("crm_pulse_tick_seconds_total", status.tick_s)
    page.add("crm_pulse_whole_tick_seconds", status.whole_tick_s)
    page.add("crm_pulse_emit_interval_seconds", status.emit_interval_s)


def _add_measures(page: Page, measures: Measures, at_us: int) -> None:
    for stage, seen in measures.chunk_records.items():
        page.add_histogram("crm_pulse_chunk_records", seen, stage=stage)
    for stage, seen in measures.chunk_s.items():
        page.add_histogram("crm_pulse_chunk_duration_seconds", seen, stage=stage)
    for stage, seen in measures.restore_s.items():
        page.add_histogram("crm_pulse_restore_duration_seconds", seen, stage=stage)
    page.add_histogram("crm_pulse_checkpoint_duration_seconds", measures.checkpoint_s)
    for level, series in measures.export.sizes(at_us).items():
        page.add("crm_pulse_kpi_series", series, level=level)
        page.add("crm_pulse_kpi_series_cut_total", measures.export.cut[level], level=level)


def _add_processors(page: Page, measures: Measures) -> None:
    stats = measures.stats()
    counters: Counter[MetricName] = Counter()
    for (stage, stat), name in COUNTERS.items():
        counters[name] += stats[stage][stat]
    for name, count in counters.items():
        page.add(name, count)
    for reason in Reason:
        count = sum(stats[stage][DEAD_LETTERS + reason.value] for stage in BURYING)
        page.add("crm_pulse_dead_letters_total", count, reason=reason.value)
        refused = stats["rollup"][TARGETS_REFUSED + reason.value]
        page.add("crm_pulse_refused_targets_total", refused, reason=reason.value)
    for stat, outcome in JUDGED.items():
        page.add("crm_pulse_judged_records_total", stats["judge"][stat], outcome=outcome)
    for stat, outcome in WAITING_TAKEN.items():
        page.add("crm_pulse_waiting_rows_total", stats["overdue"][stat], outcome=outcome)
    for (rule, severity, state), count in measures.alerts().items():
        page.add("crm_alerts", count, rule=rule, severity=severity, state=state)
    for rep, team in measures.reps():
        page.add("crm_rep_info", 1, rep=rep, team=team)
    for (state, why), count in measures.alert_transitions().items():
        page.add("crm_pulse_alert_transitions_total", count, state=state, reason=why)
    for (what, rule, severity), seen in measures.alert_times().items():
        page.add_histogram(ALERT_TIMES[what], seen, rule=rule, severity=severity)
    entries: Counter[tuple[str, str]] = Counter()
    sums: Counter[MetricName] = Counter(dict.fromkeys(SUMS.values(), 0))
    for (stage, partition), gauges in measures.gauges().items():
        for gauge, value in gauges.items():
            if kind := ENTRIES.get((stage, gauge)):
                entries[stage, kind] += value
            elif (unit_us := WATERMARKS.get((stage, gauge))) and value > 0:
                place = {"stage": stage, "partition": str(partition)}
                page.add("crm_pulse_watermark_timestamp_seconds", value * unit_us / 1e6, **place)
            elif summed := SUMS.get((stage, gauge)):
                sums[summed] += value
    for (stage, kind), value in entries.items():
        page.add("crm_pulse_state_entries", value, stage=stage, kind=kind)
    for name, value in sums.items():
        page.add(name, value)


def _add_kpis(page: Page, samples: Iterable[KpiSample]) -> None:
    for sample in samples:
        if sample.dimension:
            if sample.value is not None:
                page.add(
                    "crm_kpi_dimension_value", sample.value, kpi=sample.kpi, window=sample.window,
                    team=sample.team, dimension=sample.dimension, item=sample.item,
                )  # fmt: skip
            continue
        labels = {"kpi": sample.kpi, "window": sample.window, "team": sample.team, "rep": sample.rep}
        if sample.value is not None:
            page.add("crm_kpi_value", sample.value, **labels)
        page.add("crm_kpi_samples", sample.n, **labels)
        if sample.target is not None:
            page.add("crm_kpi_target", sample.target, **labels)
        if sample.expected is not None:
            page.add("crm_kpi_expected", sample.expected, **labels)
