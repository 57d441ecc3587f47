"""What a worker knows of itself: counters for metrics, reasons for health checks, hooks for exporters."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from processors.partition import Send
from processors.rollup import Rollup
from processors.track import Tracker
from streams.clock import monotonic_s, now_us
from streams.owning.holdings import Holding, Holdings
from streams.owning.membership import UNHEARD

#: What was processed longer ago says nothing of a backlog upstream.
UPSTREAM_QUIET_S = 2.0


class Observer:
    """Hears of everything as it happens, in the worker's event loop; must not block. Override at will."""

    def chunk(self, stage: str, partition: int, records: int, seconds: float) -> None:
        """A fetched chunk was processed, and what it published was acknowledged."""

    def published(self, stage: str, partition: int, sends: Sequence[Send]) -> None:
        """A processor's records were published and acknowledged."""

    def restored(self, stage: str, partition: int, records: int, seconds: float) -> None:
        """A partition's state was read from its changelog."""

    def dropped(self, stage: str, partition: int) -> None:
        """A partition is this worker's no more."""

    def checkpoint(self, records: int, seconds: float) -> None:
        """All partitions' changed state was written and acknowledged."""


@dataclass
class StageTotals:
    """Counters of one stage since the start, over all partitions it ever had here. Seconds: wall time."""

    records: int = 0
    sends: int = 0
    repeated: int = 0
    """Records at or below the state's cut, skipped after a restart."""
    gaps_caught: int = 0
    gaps_accepted: int = 0
    restored_records: int = 0
    state_records_written: int = 0


class Backlog(NamedTuple):
    """How far behind the values of a worker are."""

    here_s: float
    """How long this process takes to work off what waits for it."""
    upstream_s: float = 0.0
    """How long after their activity its facts come from other processes."""

    @property
    def longest_s(self) -> float:
        return max(self)


@dataclass(frozen=True)
class PartitionStatus:
    """One partition as it is now."""

    stage: str
    partition: int
    restored: bool
    lag: int | None
    """Records in the log beyond the state's cut; None while unknown."""
    cut: int
    durable: int
    holding: Holding


@dataclass
class WorkerStatus:
    """Kept by the shell, read by everyone else."""

    observer: Observer = field(default_factory=Observer)
    stages: dict[str, StageTotals] = field(default_factory=dict)
    holdings: Holdings = field(default_factory=lambda: Holdings(()))
    end_offset: Callable[[str, int], int | None] = field(default=lambda _topic, _partition: None)
    """The next offset of a source partition, as far as fetching has seen it."""
    holds_nothing_after: Callable[[str, int, int], bool] = field(default=lambda *_: False)
    """Whether a source partition was read to its end, with no record beyond an offset."""
    fail: Callable[[str, BaseException], None] = field(default=lambda _where, _error: None)
    """Ends the worker; for what runs beside it and is in doubt."""
    joined: bool = False
    """True once the group has given this worker its partitions, even if none."""
    is_unheard: Callable[[], bool] = field(default=lambda: False)
    """Whether the group, which knew this worker, has not answered for a session's time-out."""
    stopping: bool = False
    failure: BaseException | None = None
    failed_in: str = ""
    checkpoints: int = 0
    checkpoint_s: float = 0.0
    ticks: int = 0
    """Whole ones."""
    tick_s: float = 0.0
    """Of all ticks, live ones included, without their rests."""
    whole_tick_s: float = 0.0
    """How long the latest whole tick took, its rests included: so old may records of long windows be."""
    emit_interval_s: float = 0.0
    """How far apart live ticks tell of a key at least; while behind, the pause between whole ones."""

    def partitions(self) -> list[PartitionStatus]:
        """Return every live partition of every stage."""
        return [
            PartitionStatus(
                stage=holding.stage.name,
                partition=holding.partition,
                restored=holding.restored,
                lag=self.lag(holding),
                cut=holding.processor.cut,
                durable=holding.durable,
                holding=holding,
            )
            for holding in self.holdings
        ]

    def lag(self, holding: Holding) -> int | None:
        """Return how many records of the log lie beyond a partition's cut; None while unknown."""
        end, cut = self.end_offset(holding.topic, holding.partition), holding.processor.cut
        if end is None or not holding.restored:
            return None
        beyond = max(0, end - 1 - cut)
        # Markers of transactions have offsets too: no record waits where only they lie beyond the cut.
        return 0 if beyond and self.holds_nothing_after(holding.topic, holding.partition, cut) else beyond

    def backlog(self) -> Backlog:
        """Return how much waits to be worked off, at the pace of the last chunks.

        This process has one core for all partitions, so their times add up. By records, not by their times: the
        broker's clock need not be ours. Where another process tracks what this one adds up, its backlog is known by
        the two times that its clock gave the activity and the facts made of it. What waits to be judged makes no
        value old, so it does not count.
        """
        makers = [holding for holding in self.holdings if holding.stage.makes_values]
        waiting_s = sum((self.lag(holding) or 0) * holding.record_s for holding in makers)
        tracked_here = {one.partition for one in makers if isinstance(one.processor, Tracker)}
        return Backlog(waiting_s, max((_upstream_s(one, tracked_here) for one in makers), default=0.0))

    def behind_s(self, holding: Holding) -> float:
        """Return the age of the last processed record where more wait behind it, else 0."""
        if holding.appended_ms is None or not self.lag(holding):
            return 0.0
        return max(0.0, now_us() / 1e6 - holding.appended_ms / 1e3)

    # What health checks ask (streams/web/health.py).

    def failures(self) -> list[str]:
        """Why this process should be replaced; empty while it is well."""
        return [] if self.failure is None else [f"{self.failed_in}: {type(self.failure).__name__}"]

    def unready(self) -> list[str]:
        """Why its numbers are not up to date yet; empty when it is ready."""
        if self.stopping:
            return ["stopping"]
        if not self.joined:
            return ["not yet a member of the consumer group"]
        if self.is_unheard():
            return [UNHEARD]
        return [f"{h.stage.name}[{h.partition}] is being restored" for h in self.holdings if not h.restored]

    # What the shell reports.

    def totals(self, holding: Holding) -> StageTotals:
        return self.stages.setdefault(holding.stage.name, StageTotals())

    def processed(self, holding: Holding, records: int, seconds: float) -> None:
        self.totals(holding).records += records
        self.observer.chunk(holding.stage.name, holding.partition, records, seconds)

    def published(self, holding: Holding, sends: Sequence[Send]) -> None:
        self.totals(holding).sends += len(sends)
        self.observer.published(holding.stage.name, holding.partition, sends)

    def repeated(self, holding: Holding, records: int) -> None:
        self.totals(holding).repeated += records

    def gap(self, holding: Holding, accepted: bool) -> None:
        totals = self.totals(holding)
        if accepted:
            totals.gaps_accepted += 1
        else:
            totals.gaps_caught += 1

    def restored(self, holding: Holding, records: int, seconds: float) -> None:
        totals = self.totals(holding)
        totals.restored_records += records
        self.observer.restored(holding.stage.name, holding.partition, records, seconds)

    def dropped(self, holding: Holding) -> None:
        self.observer.dropped(holding.stage.name, holding.partition)

    def saved(self, holding: Holding, records: int) -> None:
        self.totals(holding).state_records_written += records

    def checkpointed(self, records: int, seconds: float) -> None:
        self.checkpoints += 1
        self.checkpoint_s += seconds
        self.observer.checkpoint(records, seconds)


def _upstream_s(holding: Holding, tracked_here: Collection[int]) -> float:
    """Return how much later than their activity the last facts came, where others made them a moment ago."""
    processor = holding.processor
    # Not of its stats: this is asked between slices, and some of them take as long as there are accounts.
    if not isinstance(processor, Rollup) or monotonic_s() - holding.processed_s > UPSTREAM_QUIET_S:
        return 0.0
    return processor.panes.sources.longest_delay_ms(but=tracked_here) / 1e3
