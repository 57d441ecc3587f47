"""What a sink process knows of itself, and its /metrics page made of that."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from prometheus_client.core import Metric

from streams.clock import monotonic_s, now_us
from streams.measuring.metric import Families
from streams.measuring.process_status import ProcessStatus
from streams.serving.content import Fold
from streams.serving.feed import News
from streams.sinks.metrics import METRICS
from streams.sinks.redis_sink import RedisSink

SERVICES: Final = ("redis", "kafka")
KINDS: Final = ("kpi", "alert", "rep")
UNREADABLE_KINDS: Final = ("kpi", "alert")


class SinkStatus(ProcessStatus):
    """Health, and what was counted since the start (`streams.serving.keeping.Watch`)."""

    def __init__(self, sink: RedisSink) -> None:
        super().__init__()
        self._sink = sink
        self.filled = False
        """Whether Redis was made equal to the topics since the turn began, or the last outage."""
        self.up = {"redis": False, "kafka": False}
        self._ever_up = {"redis": False, "kafka": False}
        self._outages = Counter(dict.fromkeys(SERVICES, 0))
        self._unreadable: Counter[str] = Counter()
        self._unreadable_before: Counter[str] = Counter()
        self._fold: Fold | None = None
        self._refills = 0
        self._refill_s = 0.0
        self._filling_since_s: float | None = None
        self._lag = 0
        self._heard_ms: int | None = None
        self._level_ms: int | None = None

    # How it goes.

    def heard(self, news: News, fold: Fold) -> None:
        """Something came from Kafka."""
        self._up("redis", True)
        self._up("kafka", news.answering)
        if fold is not self._fold:
            self._begins(fold)
        self._lag, self._heard_ms = news.lag, news.level_ms

    def kafka_away(self) -> None:
        """Kafka can't be read."""
        self._up("kafka", False)
        self.filled = False

    def store_away(self) -> None:
        """Redis can't be written."""
        self._up("redis", False)
        self.filled = False

    def level(self, filled: bool) -> None:
        """Redis has what was heard."""
        self._level_ms = self._heard_ms
        self.filled = True
        if filled and self._filling_since_s is not None:
            self._refills += 1
            self._refill_s = monotonic_s() - self._filling_since_s
            self._filling_since_s = None

    def _begins(self, fold: Fold) -> None:
        if self._fold is not None:
            self._unreadable_before += self._fold.unreadable
        self._fold = fold
        self.filled = False
        self._filling_since_s = monotonic_s()

    def _up(self, service: str, up: bool) -> None:
        if not up and (self.up[service] or (not self._outages[service] and not self._ever_up[service])):
            self._outages[service] += 1
        self.up[service] = up
        self._ever_up[service] |= up

    # What is said of it.

    def unready(self) -> list[str]:
        """Why Redis is not up to date; one that stands by is ready, whatever was away before."""
        if self._sink.standing_by:
            return []
        away = [
            f"{service} is away" for service in SERVICES if not self.up[service] and self._outages[service]
        ]
        return away or ([] if self.filled else ["the topics are being read"])

    def collect(self) -> Iterator[Metric]:
        """Return all families, those without samples too."""
        families = Families(METRICS)
        add = families.add
        active = self._sink.active
        add("crm_pulse_sink_active", active)
        for kind in KINDS:
            add("crm_pulse_sink_records_total", self._sink.written[kind], kind=kind)
        add("crm_pulse_sink_write_seconds_total", self._sink.write_s)
        add("crm_pulse_sink_lag_records", self._lag if active else 0)
        level_ms = self._level_ms
        # Who can't reach Redis has lost the turn, and nobody else has it: that is no standing by.
        lag_s = (
            0.0 if level_ms is None or self._sink.standing_by else max(0.0, now_us() / 1e6 - level_ms / 1e3)
        )
        add("crm_pulse_sink_lag_seconds", lag_s)
        for service in SERVICES:
            up = self.up[service] or (service == "redis" and self._sink.standing_by)
            add("crm_pulse_sink_up", up, service=service)
            add("crm_pulse_sink_outages_total", self._outages[service], service=service)
        add("crm_pulse_sink_refills_total", self._refills)
        add("crm_pulse_sink_refill_seconds", self._refill_s)
        now = self._fold.unreadable if self._fold else Counter[str]()
        for kind in UNREADABLE_KINDS:
            count = self._unreadable_before[kind] + now[kind]
            add("crm_pulse_sink_unreadable_records_total", count, kind=kind)
        yield from families
