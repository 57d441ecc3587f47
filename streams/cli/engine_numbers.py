"""The engine's own numbers for the live view, read from a worker's /metrics as anybody else would."""

import re
from collections import defaultdict
from typing import Final

from streams.cli.live_model import Engine
from streams.metrics import MetricName

_SAMPLE: Final = re.compile(r"^(crm_pulse_\w+)(?:\{[^\n]*\})? (\S+)$", re.MULTILINE)


class EngineNumbers:
    """Turns successive pages into totals and rates."""

    def __init__(self) -> None:
        self._before: tuple[float, float, float] | None = None  # seconds, events, KPI records

    def take(self, page: str, now_s: float) -> Engine:
        """Return the numbers of a page read at `now_s` (a steady clock); rates are since the page before."""
        sums: defaultdict[str, float] = defaultdict(float)
        # Only the engine's lines: a page has thousands of KPI values, which come from Kafka anyway.
        for name, value in _SAMPLE.findall(page):
            sums[name] += float(value)

        def total(name: MetricName) -> float:
            return sums[name]

        events, records = total("crm_pulse_events_total"), total("crm_pulse_kpi_records_total")
        rates = 0.0, 0.0
        if self._before is not None and now_s > self._before[0]:
            seconds = now_s - self._before[0]
            # A worker that was restarted begins at 0 again.
            rates = (
                max(0.0, events - self._before[1]) / seconds,
                max(0.0, records - self._before[2]) / seconds,
            )
        self._before = now_s, events, records
        return Engine(
            events_total=events,
            events_per_s=rates[0],
            kpi_records_per_s=rates[1],
            lag_records=total("crm_pulse_consumer_lag_records"),
            duplicates=total("crm_pulse_duplicate_events_total"),
            dead_letters=total("crm_pulse_dead_letters_total"),
            ready=total("crm_pulse_ready") > 0,
        )
