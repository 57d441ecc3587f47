"""What /metrics needs beyond the worker's own counters: spreads, exported KPIs, and stats of past partitions.

A worker tells its `Observer` of every chunk and checkpoint; nothing here costs anything per event.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final, Protocol, runtime_checkable

from processors.partition import PartitionProcessor, Send
from processors.roster import Roster
from processors.subjects.alerts import BOUNDS_S, Ended, Spread
from schemas.fact import MICRO
from streams.measuring.distribution import Distribution
from streams.measuring.kpi_export import KpiExport
from streams.metrics import METRICS, MetricName
from streams.status import Observer, WorkerStatus

#: A processor's stats whose names end so are gauges: they go with the partition.
GAUGE_SUFFIX: Final = "_now"
#: The state of an alert whose record was withdrawn.
WITHDRAWN: Final = "withdrawn"


@runtime_checkable
class CountsAlerts(Protocol):
    """What a judge says beyond its stats. The words are enums whose values are texts."""

    alerts: Mapping[tuple[str, str, str], int]
    """How many alerts there are now, by rule, severity and state."""
    transitions: Mapping[tuple[str | None, str], int]
    """How many steps were taken, by state entered (None: withdrawn) and reason."""


#: Reps whose team is told; who has more of them looks at teams.
REPS_MAX: Final = 5_000


@runtime_checkable
class KnowsReps(Protocol):
    """What a roll-up knows beside its stats."""

    @property
    def roster(self) -> Roster:
        """Who is in which team now."""
        ...


@runtime_checkable
class CountsAlertTimes(Protocol):
    """What tracking says beyond its stats."""

    alert_times: Mapping[Ended, Spread]
    """How long alerts went on, by how that ended, rule and severity."""


def _distributions(name: MetricName) -> Callable[[], Distribution]:
    return lambda: Distribution(METRICS[name].buckets)


class Measures(Observer):
    """Accumulates what it hears; give it to its status: `status.observer = Measures(status, export)`."""

    def __init__(self, status: WorkerStatus, export: KpiExport) -> None:
        self._status = status
        self.export = export
        self.chunk_records = defaultdict[str, Distribution](_distributions("crm_pulse_chunk_records"))
        self.chunk_s = defaultdict[str, Distribution](_distributions("crm_pulse_chunk_duration_seconds"))
        self.restore_s = defaultdict[str, Distribution](_distributions("crm_pulse_restore_duration_seconds"))
        self.checkpoint_s = _distributions("crm_pulse_checkpoint_duration_seconds")()
        self._processors: dict[tuple[str, int], PartitionProcessor] = {}
        self._past = defaultdict[str, Counter[str]](Counter)
        self._past_transitions: Counter[tuple[str, str]] = Counter()
        self._past_times: dict[Ended, Spread] = {}

    def chunk(self, stage: str, partition: int, records: int, seconds: float) -> None:
        """Observe its size and time."""
        self.chunk_records[stage].observe(records)
        self.chunk_s[stage].observe(seconds)

    def published(self, stage: str, partition: int, sends: Sequence[Send]) -> None:
        """Take the KPI records among them for the export."""
        if stage == "rollup":
            self.export.take(partition, sends)

    def restored(self, stage: str, partition: int, records: int, seconds: float) -> None:
        """Observe the time, and remember whose stats are to be kept when the partition goes."""
        self.restore_s[stage].observe(seconds)
        self._look()

    def dropped(self, stage: str, partition: int) -> None:
        """Keep the partition's counters, since a counter must not fall; forget its KPI values."""
        self._look()
        if stage == "rollup":
            self.export.drop(partition)

    def checkpoint(self, records: int, seconds: float) -> None:
        """Observe its time."""
        self.checkpoint_s.observe(seconds)

    def stats(self) -> defaultdict[str, Counter[str]]:
        """Return the processors' counters by stage, over all partitions that this worker ever had."""
        self._look()
        totals = defaultdict[str, Counter[str]](Counter)
        for stage, past in self._past.items():
            totals[stage].update(past)
        for (stage, _), processor in self._processors.items():
            totals[stage].update(_counters(processor.stats))
        return totals

    def gauges(self) -> dict[tuple[str, int], dict[str, int]]:
        """Return the processors' gauges by (stage, partition), names without their suffix."""
        self._look()
        return {
            place: {
                name.removesuffix(GAUGE_SUFFIX): value
                for name, value in processor.stats.items()
                if name.endswith(GAUGE_SUFFIX)
            }
            for place, processor in self._processors.items()
        }

    def alerts(self) -> Counter[tuple[str, str, str]]:
        """Return how many alerts there are now, by rule, severity and state."""
        self._look()
        total: Counter[tuple[str, str, str]] = Counter()
        for judge in self._judges():
            for (rule, severity, state), count in judge.alerts.items():
                total[rule, severity, str(state)] += count
        return total

    def alert_transitions(self) -> Counter[tuple[str, str]]:
        """Return how many alerts entered a state, by state and reason, since the start."""
        self._look()
        total = Counter(self._past_transitions)
        for judge in self._judges():
            total.update(_transitions(judge))
        return total

    def reps(self) -> Iterator[tuple[str, str]]:
        """Yield active reps, at most so many, each with the team that they are in now."""
        self._look()
        knowing = (processor for processor in self._processors.values() if isinstance(processor, KnowsReps))
        return islice(chain.from_iterable(processor.roster.active() for processor in knowing), REPS_MAX)

    def alert_times(self) -> dict[Ended, Distribution]:
        """Return how long alerts went on, by how that ended, rule and severity, since the start."""
        self._look()
        found: dict[Ended, Distribution] = {}
        for times in (self._past_times, *(tracker.alert_times for tracker in self._trackers())):
            for ended, spread in times.items():
                total = found.setdefault(ended, Distribution(BOUNDS_S))
                total.add(spread.counts, spread.total_us / MICRO)
        return found

    def _trackers(self) -> list[CountsAlertTimes]:
        return [one for one in self._processors.values() if isinstance(one, CountsAlertTimes)]

    def _judges(self) -> list[CountsAlerts]:
        return [processor for processor in self._processors.values() if isinstance(processor, CountsAlerts)]

    def _look(self) -> None:
        """Note who is there now, and keep the counters of who is there no more."""
        now = {
            (held.stage.name, held.partition): held.processor for held in self._status.holdings if held.live
        }
        for place, processor in self._processors.items():
            if now.get(place) is not processor:
                self._past[place[0]].update(_counters(processor.stats))
                if isinstance(processor, CountsAlerts):
                    self._past_transitions.update(_transitions(processor))
                if isinstance(processor, CountsAlertTimes):
                    for ended, spread in processor.alert_times.items():
                        self._past_times.setdefault(ended, Spread()).add(spread)
        self._processors = now


def _counters(stats: Mapping[str, int]) -> dict[str, int]:
    return {name: value for name, value in stats.items() if not name.endswith(GAUGE_SUFFIX)}


def _transitions(judge: CountsAlerts) -> dict[tuple[str, str], int]:
    return {
        (WITHDRAWN if state is None else str(state), str(reason)): count
        for (state, reason), count in judge.transitions.items()
    }
