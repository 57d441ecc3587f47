"""The /metrics page: the worker's status and measures under the catalogue's names, made when asked for."""

import asyncio
import platform
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from streams.clock import now_us
from streams.measuring.kpi_sample import KpiSample
from streams.measuring.measures import Measures
from streams.measuring.metric import Families
from streams.measuring.metric import page as page_of
from streams.measuring.processor_metrics import add_processors
from streams.metrics import METRICS, MetricName
from streams.status import WorkerStatus


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
        return page

    def describe(self) -> Iterable[Metric]:
        """Return the families without samples, so that a registry need not scrape to know the names."""
        return Families(METRICS)

    async def render(self, accept: str) -> tuple[bytes, str]:
        """Return the page and its content type.

        The worker is read here, in its own thread; parsing ten thousand KPI records and writing them out
        takes a tenth of a second and is done on another, so that no event waits for a scrape.
        """
        at_us = now_us()
        page = self._page(at_us)

        def finish() -> tuple[bytes, str]:
            _add_kpis(page, self._measures.export.samples(at_us))
            return page_of(_Ready(page), accept)

        return await asyncio.to_thread(finish)

    def _page(self, at_us: int) -> Families[MetricName]:
        page = Families(METRICS)
        page.add("crm_pulse_build_info", 1, **self._build)
        page.add("crm_pulse_ready", not self._status.failures() and not self._status.unready())
        _add_shell(page, self._status)
        _add_measures(page, self._measures, at_us)
        add_processors(page, self._measures)
        return page


class _Ready(Collector):
    def __init__(self, page: Families[MetricName]) -> None:
        self._page = page

    def collect(self) -> Iterable[Metric]:
        return self._page


def _add_shell(page: Families[MetricName], status: WorkerStatus) -> None:
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
        if (ahead_us := partition.holding.clock.ahead_us) is not None:
            page.add("crm_pulse_clock_ahead_seconds", ahead_us / 1e6, **place)
    page.add("crm_pulse_ticks_total", status.ticks)
    page.add("crm_pulse_tick_seconds_total", status.tick_s)
    page.add("crm_pulse_whole_tick_seconds", status.whole_tick_s)
    page.add("crm_pulse_emit_interval_seconds", status.emit_interval_s)


def _add_measures(page: Families[MetricName], measures: Measures, at_us: int) -> None:
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


def _add_kpis(page: Families[MetricName], samples: Iterable[KpiSample]) -> None:
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
