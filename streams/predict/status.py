"""What a predict process knows of itself, and its /metrics page made of that."""

from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client.core import Metric

from processors.predicting.prediction import Prediction
from processors.predicting.records import Said
from streams.measuring.metric import Families
from streams.measuring.process_status import ProcessStatus
from streams.predict.metrics import METRICS


class PredictStatus(ProcessStatus):
    """Health, and what was counted since the start. `counts` are those of the orders read."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__()
        self._counts = counts
        self.caught_up = False
        self._last: dict[str, tuple[Prediction, Said, float, int]] = {}
        self._fits: Counter[tuple[str, str]] = Counter()
        self._sent: Counter[str] = Counter()

    def predicted(self, kpi: str, prediction: Prediction, said: Said, seconds: float, now_us: int) -> None:
        """A prediction was published."""
        self._last[kpi] = (prediction, said, seconds, now_us)
        self._fits[kpi, "no_value" if prediction.values is None else "predicted"] += 1
        self._sent["records"] += said.records
        self._sent["tombstones"] += said.tombstones

    def unready(self) -> list[str]:
        """Why there are no predictions yet."""
        if not self.caught_up:
            return ["the activity is being read"]
        return [] if self._last else ["the first model is being fitted"]

    def collect(self) -> Iterator[Metric]:
        """Return all families, those without samples too."""
        families = Families(METRICS)
        add = families.add
        add("crm_pulse_predict_records_read_total", self._counts["read"])
        add("crm_pulse_predict_orders_total", self._counts["orders"], outcome="taken")
        add("crm_pulse_predict_orders_total", self._counts["copies"], outcome="copy")
        add("crm_pulse_predict_unusable_events_total", self._counts["unusable"])
        add("crm_pulse_predict_kpi_records_total", self._sent["records"])
        add("crm_pulse_predict_kpi_tombstones_total", self._sent["tombstones"])
        for (kpi, outcome), count in self._fits.items():
            add("crm_pulse_predict_fits_total", count, kpi=kpi, outcome=outcome)
        for kpi, (prediction, said, seconds, now_us) in self._last.items():
            add("crm_pulse_predict_fit_seconds", seconds, kpi=kpi)
            add("crm_pulse_predict_fit_timestamp_seconds", now_us / 1e6, kpi=kpi)
            add("crm_pulse_predict_accounts", len(prediction.states), kpi=kpi)
            add("crm_pulse_predict_repeat_accounts", prediction.repeat_accounts, kpi=kpi)
            add("crm_pulse_predict_accounts_cut", said.cut, kpi=kpi)
            held = prediction.holdout
            if held is not None:
                add("crm_pulse_predict_error_ratio", held.purchases, kpi=kpi, of="purchases")
                if held.value is not None:
                    add("crm_pulse_predict_error_ratio", held.value, kpi=kpi, of="value")
            for what, reason in (("value", prediction.no_value), ("error", prediction.no_error)):
                if reason is not None:
                    add("crm_pulse_predict_missing", 1, kpi=kpi, what=what, reason=reason)
        yield from families
