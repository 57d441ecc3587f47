"""What the processors count, under the catalogue's names: which stat of which stage is which metric."""

from collections import Counter
from typing import Final

from schemas.alert import Reason as AlertReason
from schemas.dead_letter import Reason
from schemas.fact import PANE_US
from schemas.waiting import KINDS
from streams.measuring.measures import WITHDRAWN, Measures
from streams.measuring.metric import Families
from streams.metrics import MetricName

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
#: State and reason of every step that an alert can take.
TRANSITIONS: Final = tuple(
    (WITHDRAWN if state is None else state.value, why.value) for why in AlertReason for state in why.states
)
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
    ("rollup", "ahead_s"): "crm_pulse_windows_ahead_seconds",
    ("rollup", "unknown_time_zones"): "crm_pulse_unknown_time_zone_reps",
}


def add_processors(page: Families[MetricName], measures: Measures) -> None:
    """Add what the processors of this worker's partitions have counted, and what is in their memory."""
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
    # From the start, at 0: of a series that begins with 1 Prometheus sees no increase.
    for (state, why), count in {**dict.fromkeys(TRANSITIONS, 0), **measures.alert_transitions()}.items():
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
