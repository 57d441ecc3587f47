"""Every metric of `crm-pulse predict`: name, type, labels, meaning. docs/metrics.md has them too."""

from typing import Final, Literal

from streams.measuring.metric import Metric, section

MetricName = Literal[
    "crm_pulse_predict_records_read_total",
    "crm_pulse_predict_orders_total",
    "crm_pulse_predict_unusable_events_total",
    "crm_pulse_predict_fits_total",
    "crm_pulse_predict_fit_seconds",
    "crm_pulse_predict_fit_timestamp_seconds",
    "crm_pulse_predict_accounts",
    "crm_pulse_predict_repeat_accounts",
    "crm_pulse_predict_accounts_cut",
    "crm_pulse_predict_error_ratio",
    "crm_pulse_predict_missing",
    "crm_pulse_predict_kpi_records_total",
    "crm_pulse_predict_kpi_tombstones_total",
]

_METRICS: Final[tuple[Metric[MetricName], ...]] = (
    Metric("crm_pulse_predict_records_read_total", "counter", (), "Records of the activity read."),
    Metric("crm_pulse_predict_orders_total", "counter", ("outcome",),
           "Orders and refunds among them: taken, or copy (known by source and id)."),
    Metric("crm_pulse_predict_unusable_events_total", "counter", (),
           "Records among them that can't be used; tracking keeps them as dead letters."),
    Metric("crm_pulse_predict_fits_total", "counter", ("kpi", "outcome"),
           "Predictions made: predicted (values were published), or no_value (there are none, see "
           "crm_pulse_predict_missing)."),
    Metric("crm_pulse_predict_fit_seconds", "gauge", ("kpi",), "How long the last took, the held-out one included."),
    Metric("crm_pulse_predict_fit_timestamp_seconds", "gauge", ("kpi",),
           "When the last was published, seconds since the epoch; over a day ago is too old."),
    Metric("crm_pulse_predict_accounts", "gauge", ("kpi",), "Accounts with a purchase in the last prediction."),
    Metric("crm_pulse_predict_repeat_accounts", "gauge", ("kpi",), "Of these, those that bought on two days or more."),
    Metric("crm_pulse_predict_accounts_cut", "gauge", ("kpi",),
           "Accounts without a record of their own, since max_values others are worth more."),
    Metric("crm_pulse_predict_error_ratio", "gauge", ("kpi", "of"),
           "Predicted ÷ actual − 1 over the days held back, of purchases or value. Absent where it is not known."),
    Metric("crm_pulse_predict_missing", "gauge", ("kpi", "what", "reason"),
           "1 when the last prediction has no value or no error, with the reason that its records give."),
    Metric("crm_pulse_predict_kpi_records_total", "counter", (), "KPI records published."),
    Metric("crm_pulse_predict_kpi_tombstones_total", "counter", (), "KPI keys that ceased to exist."),
)  # fmt: skip

METRICS: Final[dict[MetricName, Metric[MetricName]]] = {metric.name: metric for metric in _METRICS}


def markdown() -> str:
    """Return the section of docs/metrics.md."""
    about = (
        "Made from `streams/predict/metrics.py`. `crm-pulse predict` serves these instead, at the same address.",
    )
    return section("## Predict", about, METRICS.values())
