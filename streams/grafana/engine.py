"""The dashboard of the engine itself: is it well, is it level with the events, what does it cost."""

from typing import Final, NamedTuple

from streams.grafana.page import Page
from streams.grafana.panels import Look, Query, lines, stat, table
from streams.grafana.thresholds import GOOD, NEUTRAL, Steps


class Chart(NamedTuple):
    """A course over time."""

    title: str
    says: str
    expr: str
    legend: str
    unit: str = "short"
    steps: Steps = NEUTRAL


_RATE: Final = "[$__rate_interval]"
_PER_S: Final = "cps"
_WELL: Final = (("dark-red", None), (GOOD, 1.0))


def _p99(metric: str, by: str) -> str:
    return f"histogram_quantile(0.99, sum by ({by}) (rate({metric}_bucket{_RATE})))"


NUMBERS: Final = (
    ("Workers ready", "Workers whose partitions are all restored and read.", "sum(crm_pulse_ready)", "short", _WELL),
    ("Workers up", "Workers that Prometheus can scrape.", "sum(crm_pulse_build_info)", "short", _WELL),
    ("Behind", "Age of the oldest record that waits to be processed.",
     "max(crm_pulse_consumer_lag_seconds)", "s", ((GOOD, None), ("orange", 60.0), ("dark-red", 600.0))),
    ("Events", "CRM events that count, per second.", f"sum(rate(crm_pulse_events_total{_RATE}))", _PER_S, NEUTRAL),
    ("Dead letters", "Records that could not be used, in the time shown above.",
     "sum(increase(crm_pulse_dead_letters_total[$__range]))", "short", ((GOOD, None), ("orange", 1.0))),
    ("Time since the last event", "By the times that events carry.",
     'time() - max(crm_pulse_watermark_timestamp_seconds{stage="track"})', "s", NEUTRAL),
)  # fmt: skip

ROWS: Final[dict[str, tuple[Chart, ...]]] = {
    "Reading": (
        Chart("Lag in records", "Records in the log beyond what was processed.",
              "sum by (stage) (crm_pulse_consumer_lag_records)", "{{stage}}"),
        Chart("Lag in time", "Age of the last record processed, while more wait behind it.",
              "max by (stage) (crm_pulse_consumer_lag_seconds)", "{{stage}}", "s",
              ((GOOD, None), ("orange", 60.0), ("dark-red", 600.0))),
        Chart("Records processed", "Per second, by stage.",
              f"sum by (stage) (rate(crm_pulse_records_total{_RATE}))", "{{stage}}", _PER_S),
        Chart("Time for a chunk, p99", "Until what it published was acknowledged.",
              _p99("crm_pulse_chunk_duration_seconds", "le, stage"), "{{stage}}", "s"),
        Chart("Records in a chunk, p99", "What one fetch of a partition hands over.",
              _p99("crm_pulse_chunk_records", "le, stage"), "{{stage}}"),
        Chart("Gaps", "Chunks that did not follow what was processed; accepted: the log has nothing there.",
              f"sum by (stage, outcome) (increase(crm_pulse_gaps_total{_RATE}))", "{{stage}}, {{outcome}}"),
        Chart("Partitions", "Source partitions assigned, by stage.",
              "sum by (stage) (crm_pulse_partitions)", "{{stage}}"),
        Chart("Repeated records", "Skipped because the restored state had them already.",
              f"sum by (stage) (increase(crm_pulse_repeated_records_total{_RATE}))", "{{stage}}"),
    ),
    "Events": (
        Chart("Events", "CRM events that count, per second.",
              f"sum(rate(crm_pulse_events_total{_RATE}))", "events", _PER_S),
        Chart("Duplicates", "Events dropped because one with the same source and id came before, per second.",
              f"sum(rate(crm_pulse_duplicate_events_total{_RATE}))", "duplicates", _PER_S),
        Chart("Dead letters", "Records that could not be used, per second, by reason.",
              f"sum by (reason) (rate(crm_pulse_dead_letters_total{_RATE}))", "{{reason}}", _PER_S),
        Chart("Late corrections", "Events that came late and showed facts given before to be wrong, per second.",
              f"sum(rate(crm_pulse_late_corrections_total{_RATE}))", "corrections", _PER_S),
        Chart("Facts", "Published by tracking, per second.",
              f"sum(rate(crm_pulse_facts_total{_RATE}))", "facts", _PER_S),
        Chart("Sent on", "Events that came under a wrong key or on the wrong topic, per second.",
              f"sum(rate(crm_pulse_rekeyed_events_total{_RATE})) + sum(rate(crm_pulse_forwarded_events_total{_RATE}))",
              "sent on", _PER_S),
    ),
    "KPIs": (
        Chart("KPI records", "Published, per second.",
              f"sum(rate(crm_pulse_kpi_records_total{_RATE}))", "records", _PER_S),
        Chart("Between two publications of a key", "It stretches when they are dear or the worker is behind.",
              "max(crm_pulse_emit_interval_seconds)", "interval", "s"),
        Chart("Time for publishing", "Share of a worker's time that publications take.",
              f"sum by (instance) (rate(crm_pulse_tick_seconds_total{_RATE}))", "{{instance}}", "percentunit"),
        Chart("Waiting groups", "Whose changed KPIs wait for the next publication.",
              "sum(crm_pulse_waiting_groups)", "groups"),
        Chart("Series for Prometheus", "Exported, by level; cut are counted below.",
              "sum by (level) (crm_pulse_kpi_series)", "{{level}}"),
        Chart("Series cut", "Updates that are not exported because a cap was reached.",
              f"sum by (level) (increase(crm_pulse_kpi_series_cut_total{_RATE}))", "{{level}}"),
        Chart("Values over their cap", "New values of a dimension that count under `other`.",
              f"sum(increase(crm_pulse_values_over_cap_total{_RATE}))", "values"),
        Chart("Periods corrected", "Closed periods that a late event corrected.",
              f"sum(increase(crm_pulse_reopened_periods_total{_RATE}))", "periods"),
    ),
    "Alerts": (
        Chart("Records judged", "KPI records that a rule is about, per second.",
              f"sum by (outcome) (rate(crm_pulse_judged_records_total{_RATE}))", "{{outcome}}", _PER_S),
        Chart("Alert records", "Published, per second.",
              f"sum(rate(crm_pulse_alert_records_total{_RATE}))", "records", _PER_S),
    ),
    "State": (
        Chart("Checkpoint, p99", "Time to write what changed and have it acknowledged.",
              _p99("crm_pulse_checkpoint_duration_seconds", "le"), "p99", "s"),
        Chart("State records written", "Per second, by stage.",
              f"sum by (stage) (rate(crm_pulse_state_records_written_total{_RATE}))", "{{stage}}", _PER_S),
        Chart("Held in memory", "Entries, by kind.",
              "sum by (kind) (crm_pulse_state_entries)", "{{kind}}"),
        Chart("Restored records", "Read from changelogs, by stage.",
              f"sum by (stage) (increase(crm_pulse_restored_records_total{_RATE}))", "{{stage}}"),
        Chart("Memory", "Resident, by process.",
              'process_resident_memory_bytes{job=~"crm-pulse.*"}', "{{job}} {{instance}}", "bytes"),
        Chart("Processor", "Cores used, by process.",
              f'rate(process_cpu_seconds_total{{job=~"crm-pulse.*"}}{_RATE})', "{{job}} {{instance}}"),
    ),
    "Notify": (
        Chart("Messages", "Decided, per second, by occasion.",
              f"sum by (occasion) (rate(crm_pulse_notify_messages_total{_RATE}))", "{{occasion}}", _PER_S),
        Chart("Attempts", "To deliver, per second.",
              f"sum by (receiver, outcome) (rate(crm_pulse_notify_attempts_total{_RATE}))",
              "{{receiver}}: {{outcome}}", _PER_S),
        Chart("Oldest undelivered message", "Its age, by receiver.",
              "max by (receiver) (crm_pulse_notify_oldest_queued_seconds)", "{{receiver}}", "s"),
        Chart("Undelivered messages", "By receiver.",
              "sum by (receiver) (crm_pulse_notify_queued_messages)", "{{receiver}}"),
        Chart("Breakers open", "1 while a receiver failed too often to be sent more than a try now and then.",
              "max by (receiver) (crm_pulse_notify_breaker_open)", "{{receiver}}"),
        Chart("Never delivered", "Messages sent to the dead-letter topic.",
              f"sum by (receiver, reason) (increase(crm_pulse_notify_dead_letters_total{_RATE}))",
              "{{receiver}}: {{reason}}"),
    ),
    "Sink": (
        Chart("Redis behind the topics", "About a second while all is well.",
              "max(crm_pulse_sink_lag_seconds)", "behind", "s", ((GOOD, None), ("orange", 30.0))),
        Chart("Can be reached", "1 when the last call succeeded.",
              "max by (service) (crm_pulse_sink_up)", "{{service}}"),
        Chart("Records written", "To Redis, per second, by kind.",
              f"sum by (kind) (rate(crm_pulse_sink_records_total{_RATE}))", "{{kind}}", _PER_S),
        Chart("Outages", "How often Redis or Kafka went away, in the interval.",
              f"sum by (service) (increase(crm_pulse_sink_outages_total{_RATE}))", "{{service}}"),
    ),
    "Serve": (
        Chart("Requests", "Per second, by status.",
              f"sum by (status) (rate(crm_pulse_serve_requests_total{_RATE}))", "{{status}}", _PER_S),
        Chart("Live readers", "Clients of /events/stream.",
              "sum(crm_pulse_serve_stream_clients)", "clients"),
        Chart("Readers dropped", "Clients that were told good-bye, by reason.",
              f"sum by (reason) (increase(crm_pulse_serve_stream_dropped_total{_RATE}))", "{{reason}}"),
        Chart("State of the values", "1 for what they are now, by process.",
              "max by (instance, state) (crm_pulse_serve_store_state)", "{{instance}}: {{state}}"),
    ),
}  # fmt: skip
OF_SOME: Final[dict[str, tuple[Chart, ...]]] = {
    "Predictions": (
        Chart("Age of the prediction", "Made once a day.",
              "time() - max by (kpi) (crm_pulse_predict_fit_timestamp_seconds)", "{{kpi}}", "s",
              ((GOOD, None), ("orange", 97_200.0))),
        Chart("Off by", "Predicted ÷ actual − 1 over the days held back; nothing where there are too few.",
              "max by (kpi, of) (crm_pulse_predict_error_ratio)", "{{kpi}}: {{of}}", "percentunit"),
        Chart("Accounts", "With a purchase, in the last prediction.",
              "max by (kpi) (crm_pulse_predict_accounts)", "{{kpi}}"),
        Chart("Time to fit", "Of the last prediction, the held-out one included.",
              "max by (kpi) (crm_pulse_predict_fit_seconds)", "{{kpi}}", "s"),
        Chart("Without a value", "1 where the last prediction has no value or no error, and why.",
              "max by (kpi, what, reason) (crm_pulse_predict_missing)", "{{kpi}}, {{what}}: {{reason}}"),
    ),
}  # fmt: skip
"""Rows of processes that not everybody runs; closed until somebody opens them."""


def engine() -> Page:
    """Return the dashboard."""
    page = Page("engine", "Engine health", "Is the engine well, and level with the events?", past="now-3h")
    page.row("Is it well?")
    for title, says, expr, unit, steps in NUMBERS:
        page.add(stat(title, says, [Query(expr)], Look(unit, None, steps)), 4, 5)
    expr = 'count by (alertname, severity) (ALERTS{alertstate="firing",alertname=~"CrmPulse.*"})'
    says = "Prometheus's alerts about the engine that fire; docs/runbook.md says what to do."
    page.add(table("What is wrong", says, [Query(expr)], Look()), 12, 6)
    expr = "max by (version, python, catalog) (crm_pulse_build_info)"
    page.add(table("What runs", "Versions, and the catalog.", [Query(expr)], Look()), 12, 6)
    for title, charts in {**ROWS, **OF_SOME}.items():
        page.row(title, collapsed=title in OF_SOME)
        for chart in charts:
            look = Look(chart.unit, None, chart.steps)
            page.add(lines(chart.title, chart.says, [Query(chart.expr, chart.legend)], look), 12, 7)
    return page
