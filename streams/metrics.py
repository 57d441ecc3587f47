"""Every metric of a worker: name, type, labels, meaning; and docs/metrics.md, which has those of all processes.

Names follow Prometheus's conventions: base units, plural, counters end in `_total`. What the product
says starts with `crm_`, what the engine says of itself with `crm_pulse_`.
"""

from typing import Final, Literal

from processors.subjects.alerts import BOUNDS_S
from streams.measuring.metric import Metric, section
from streams.notify import metrics as notify_metrics
from streams.predict import metrics as predict_metrics
from streams.sinks import metrics as sink_metrics
from streams.web.api import metrics as serve_metrics

MetricName = Literal[
    "crm_kpi_value", "crm_kpi_samples", "crm_kpi_target", "crm_kpi_expected", "crm_kpi_dimension_value",
    "crm_rep_info", "crm_alerts", "crm_pulse_alert_acknowledge_seconds",
    "crm_pulse_alert_resolve_seconds", "crm_pulse_build_info", "crm_pulse_ready",
    "crm_pulse_partitions", "crm_pulse_records_total", "crm_pulse_repeated_records_total",
    "crm_pulse_gaps_total", "crm_pulse_consumer_lag_records", "crm_pulse_consumer_lag_seconds",
    "crm_pulse_clock_ahead_seconds",
    "crm_pulse_chunk_records", "crm_pulse_chunk_duration_seconds", "crm_pulse_directory_updates_total",
    "crm_pulse_events_total", "crm_pulse_duplicate_events_total", "crm_pulse_dead_letters_total",
    "crm_pulse_rekeyed_events_total", "crm_pulse_forwarded_events_total",
    "crm_pulse_late_corrections_total", "crm_pulse_facts_total", "crm_pulse_watermark_timestamp_seconds",
    "crm_pulse_repeated_facts_total", "crm_pulse_kpi_records_total", "crm_pulse_kpi_tombstones_total",
    "crm_pulse_reopened_periods_total", "crm_pulse_targets_total", "crm_pulse_outdated_targets_total",
    "crm_pulse_refused_targets_total", "crm_pulse_values_over_cap_total",
    "crm_pulse_unknown_time_zone_reps", "crm_pulse_waiting_groups", "crm_pulse_windows_ahead_seconds",
    "crm_pulse_ticks_total", "crm_pulse_tick_seconds_total", "crm_pulse_whole_tick_seconds",
    "crm_pulse_emit_interval_seconds",
    "crm_pulse_judged_records_total", "crm_pulse_waiting_told_total", "crm_pulse_waiting_rows_total",
    "crm_pulse_alert_transitions_total", "crm_pulse_alert_records_total", "crm_pulse_state_entries",
    "crm_pulse_state_records_written_total", "crm_pulse_checkpoint_duration_seconds",
    "crm_pulse_restore_duration_seconds", "crm_pulse_restored_records_total", "crm_pulse_kpi_series",
    "crm_pulse_kpi_series_cut_total",
]  # fmt: skip


#: Chunks go from one record, when it is quiet, to what one fetch holds.
CHUNK_BUCKETS: Final = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 10_000.0, 30_000.0)
#: Finer than Prometheus's defaults at the low end: a small chunk takes a few milliseconds.
DURATION_BUCKETS_S: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
RESTORE_BUCKETS_S: Final = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)

_METRICS: Final[tuple[Metric[MetricName], ...]] = (
    # What the product says.
    Metric("crm_kpi_value", "gauge", ("kpi", "window", "team", "rep"),
           "Latest value of a KPI: shares 0–1, durations in seconds, money in the catalog's currency; "
           "team and rep are empty on the company's, team on a rep's. Absent where there is no value."),
    Metric("crm_kpi_samples", "gauge", ("kpi", "window", "team", "rep"), "Sample size (n) of that value."),
    Metric("crm_kpi_target", "gauge", ("kpi", "window", "team", "rep"),
           "What is to be reached of a KPI in the running period, where there is a target."),
    Metric("crm_kpi_expected", "gauge", ("kpi", "window", "team", "rep"),
           "What of the target should be reached by now, by working time."),
    Metric("crm_kpi_dimension_value", "gauge", ("kpi", "window", "team", "dimension", "item"),
           "Latest value of a KPI for one value (`item`) of a dimension such as `channel` or `stage`, or of two that "
           "stand together: `from_stage,to_stage`, `discovery → proposal`; team is empty on the company's."),
    Metric("crm_rep_info", "gauge", ("rep", "team"), "Always 1: the team that an active rep is in now."),
    Metric("crm_alerts", "gauge", ("rule", "severity", "state"), "Alerts that are in a state now."),
    Metric("crm_pulse_alert_acknowledge_seconds", "histogram", ("rule", "severity"),
           "From an alert's firing until somebody took care of it, of the acknowledgements that were tracked.",
           BOUNDS_S),
    Metric("crm_pulse_alert_resolve_seconds", "histogram", ("rule", "severity"),
           "From an alert's firing until it recovered, of the resolved alerts that were tracked.", BOUNDS_S),
    # The worker.
    Metric("crm_pulse_build_info", "gauge", ("version", "python", "catalog"),
           "Always 1; its labels say what is running."),
    Metric("crm_pulse_ready", "gauge", (),
           "1 when every assigned partition is restored and read and the group answers, as /readyz says; else 0."),
    Metric("crm_pulse_partitions", "gauge", ("stage",), "Source partitions assigned to this worker."),
    # Reading, all stages.
    Metric("crm_pulse_records_total", "counter", ("stage",), "Records of a stage's source topic processed."),
    Metric("crm_pulse_repeated_records_total", "counter", ("stage",),
           "Records skipped because the restored state had them already."),
    Metric("crm_pulse_gaps_total", "counter", ("stage", "outcome"),
           "Chunks that did not follow what was processed: caught (refused and fetched again), or accepted "
           "(the log begins behind it: records are missing)."),
    Metric("crm_pulse_consumer_lag_records", "gauge", ("stage", "partition"),
           "Records in the source partition beyond what was processed."),
    Metric("crm_pulse_consumer_lag_seconds", "gauge", ("stage", "partition"),
           "Age of the last record processed, while more wait behind it; else 0."),
    Metric("crm_pulse_clock_ahead_seconds", "gauge", ("stage", "partition"),
           "How far this worker's clock is ahead of that by which the records were appended, less than 0 where it is "
           "behind: the broker's for track, another worker's for others. Some hundredths of a second are the way."),
    Metric("crm_pulse_chunk_records", "histogram", ("stage",),
           "Records handed over at once by one fetch of a partition.", CHUNK_BUCKETS),
    Metric("crm_pulse_chunk_duration_seconds", "histogram", ("stage",),
           "Time to process a chunk, until what it published was acknowledged.", DURATION_BUCKETS_S),
    # The directory, and tracking.
    Metric("crm_pulse_directory_updates_total", "counter", (),
           "Rep updates copied into every partition of the activity."),
    Metric("crm_pulse_events_total", "counter", (), "CRM events that count: usable, and no duplicates."),
    Metric("crm_pulse_duplicate_events_total", "counter", (),
           "Events dropped because one with the same source and id came before."),
    Metric("crm_pulse_dead_letters_total", "counter", ("reason",),
           "Records that could not be used, sent to the dead-letter topic."),
    Metric("crm_pulse_rekeyed_events_total", "counter", (),
           "Events that came under a wrong key or none, sent on under the right one."),
    Metric("crm_pulse_forwarded_events_total", "counter", (),
           "Rep updates and targets found among the activity, sent on to the topics of their own."),
    Metric("crm_pulse_late_corrections_total", "counter", (),
           "Events that came late and showed facts given before to be wrong."),
    Metric("crm_pulse_facts_total", "counter", (), "Facts published by tracking."),
    Metric("crm_pulse_watermark_timestamp_seconds", "gauge", ("stage", "partition"),
           "Highest event time seen in a partition, seconds since the epoch."),
    # Rolling up.
    Metric("crm_pulse_repeated_facts_total", "counter", (),
           "Facts dropped because a replay after a crash or rebalance published them again."),
    Metric("crm_pulse_kpi_records_total", "counter", (), "KPI records published."),
    Metric("crm_pulse_kpi_tombstones_total", "counter", (), "KPI keys that ceased to exist."),
    Metric("crm_pulse_reopened_periods_total", "counter", (),
           "Closed periods of a team, rep or dimension that a late event corrected."),
    Metric("crm_pulse_targets_total", "counter", (),
           "Targets read from their topic, copies and outdated ones included; each start reads all of them."),
    Metric("crm_pulse_outdated_targets_total", "counter", (),
           "Of these, the ones that stand behind a later one of the same key, which is then published again."),
    Metric("crm_pulse_refused_targets_total", "counter", ("reason",),
           "Records of the targets' topic that are no target; the log says which and why."),
    Metric("crm_pulse_values_over_cap_total", "counter", (),
           "Kinds of fact whose value of a dimension was over the cap of its KPIs, and counts under `other`: "
           "once for each such value, rep and team."),
    Metric("crm_pulse_unknown_time_zone_reps", "gauge", (),
           "Reps whose time zone in the directory is none that there is: `today` is the business's day for them."),
    Metric("crm_pulse_waiting_groups", "gauge", (),
           "Companies, teams, reps and dimension values whose changed KPIs wait for the next publication."),
    Metric("crm_pulse_windows_ahead_seconds", "gauge", (),
           "How far the end of all windows is ahead of the worker's clock, which was set back, or another's was ahead; "
           "else 0. Windows stand still until the clock is there."),
    Metric("crm_pulse_ticks_total", "counter", (),
           "Publications of all that changed and that the clock moved, or of what is settled of a history while it is "
           "read; of windows up to a day there are more."),
    Metric("crm_pulse_tick_seconds_total", "counter", (),
           "Time publications took, those of windows up to a day included."),
    Metric("crm_pulse_whole_tick_seconds", "gauge", (),
           "How long the latest publication of all took, its rests included: so old records of long windows may be."),
    Metric("crm_pulse_emit_interval_seconds", "gauge", (),
           "How far apart a key of a window up to a day is published that changes all the time, or all while behind."),
    # Judging.
    Metric("crm_pulse_judged_records_total", "counter", ("outcome",),
           "KPI records that a rule is about: judged, outdated (a newer one was judged) or unreadable."),
    Metric("crm_pulse_waiting_told_total", "counter", (),
           "Inquiries, quotes, leads and deals whose waiting tracking told of, each time that it changed."),
    Metric("crm_pulse_waiting_rows_total", "counter", ("outcome",),
           "What absence rules were told of: taken, repeated (known already) or unreadable messages."),
    Metric("crm_pulse_alert_transitions_total", "counter", ("state", "reason"),
           "Alerts that entered a state (or were withdrawn), by the reason that the alert's record gives."),
    Metric("crm_pulse_alert_records_total", "counter", (), "Alert records published, withdrawals included."),
    # State.
    Metric("crm_pulse_state_entries", "gauge", ("stage", "kind"), "What is held in memory, by kind."),
    Metric("crm_pulse_state_records_written_total", "counter", ("stage",),
           "State records written to the stage's changelog."),
    Metric("crm_pulse_checkpoint_duration_seconds", "histogram", (),
           "Time to write the changed state of all partitions and have it acknowledged, before a commit.",
           DURATION_BUCKETS_S),
    Metric("crm_pulse_restore_duration_seconds", "histogram", ("stage",),
           "Time to read a partition's state from its changelog after it was assigned.", RESTORE_BUCKETS_S),
    Metric("crm_pulse_restored_records_total", "counter", ("stage",),
           "Changelog records read to restore state."),
    # The export itself.
    Metric("crm_pulse_kpi_series", "gauge", ("level",),
           "Series exported as crm_kpi_value, and for the level dimension as crm_kpi_dimension_value."),
    Metric("crm_pulse_kpi_series_cut_total", "counter", ("level",),
           "Updates of KPI series, those between two scrapes counted once, that are not exported because the cap "
           "on their number was reached; reps' series give way to teams' and the company's, and those by dimension "
           "have a cap of their own."),
)  # fmt: skip

METRICS: Final[dict[MetricName, Metric[MetricName]]] = {metric.name: metric for metric in _METRICS}


def markdown() -> str:
    """Return docs/metrics.md."""
    about = (
        "Made from `streams/metrics.py` by `python -m streams.metrics`; don't edit. Every worker serves them",
        "at `/metrics` (`CRM_PULSE_METRICS_HOST`, `CRM_PULSE_METRICS_PORT`), beside the standard `process_*`",
        "metrics. A worker exports the KPIs and alerts of the partitions it owns; over several workers, add",
        "up counters and `crm_alerts`, and take `max without (instance, job)` of `crm_kpi_*` and `crm_rep_info`.",
    )
    parts = (notify_metrics, sink_metrics, predict_metrics, serve_metrics)
    own = section("# Metrics", about, METRICS.values())
    return "\n".join([own, *(part.markdown() for part in parts)])


if __name__ == "__main__":
    import sys

    sys.stdout.write(markdown())
