"""A worker's status filled by hand, for tests of what reads it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from processors.partition import OneTick, Record, Send, StateItem
from processors.roster import Roster
from processors.subjects.alerts import Spread
from schemas.alert import AlertState, Reason
from schemas.catalog import load_catalog
from schemas.catalogs.exported import exported
from streams.measuring.kpi_export import KpiExport
from streams.measuring.measures import Measures
from streams.owning.holdings import Holding, Holdings
from streams.status import WorkerStatus
from streams.topics import Topic
from streams.topology import Stage

KPIS = "crm.kpis"


class StillProcessor(OneTick):
    """A processor that does nothing and has the stats that a test gives it."""

    def __init__(self, stats: Mapping[str, int]) -> None:
        self.cut = -1
        self.stats = dict(stats)

    def restore(self, items: Iterable[StateItem]) -> None: ...
    def restored(self) -> None: ...
    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        return []

    def skip_to(self, offset: int) -> None: ...
    def snapshot(self) -> list[list[StateItem]]:
        return []

    def tick(self, now_us: int) -> list[Send]:
        return []


class StillRollup(StillProcessor):
    """One of the rollup stage, with a roster."""

    def __init__(self, stats: Mapping[str, int]) -> None:
        super().__init__(stats)
        self.roster = Roster()
        self.roster.see("ann", "north", 0)


class StillJudge(StillProcessor):
    """One of the judge stage."""

    def __init__(self, stats: Mapping[str, int]) -> None:
        super().__init__(stats)
        self.alerts = Counter({("slow-response", "critical", AlertState.FIRING): 2})
        self.transitions = Counter(
            {(AlertState.FIRING, Reason.ABOVE_THRESHOLD): 3, (None, Reason.BREACH_ENDED): 1}
        )


class StillTracker(StillProcessor):
    """One of the track stage."""

    def __init__(self, stats: Mapping[str, int]) -> None:
        super().__init__(stats)
        spread = Spread()
        spread.observe(90_000_000)
        self.alert_times = {
            (ended, "slow-response", "critical"): spread for ended in ("acknowledged", "resolved")
        }


class HandmadeWorker:
    """Status and measures of a worker with the stages track, rollup and judge."""

    def __init__(self, series_max: int = 10_000) -> None:
        self.stats: dict[str, dict[str, int]] = {"track": {}, "rollup": {}, "judge": {}}
        kinds = {"track": StillTracker, "rollup": StillRollup, "judge": StillJudge}
        sources = {"track": "crm.activity", "rollup": "crm.facts", "judge": KPIS}
        self.status = WorkerStatus()
        self.status.holdings = Holdings(
            [
                Stage(
                    name,
                    Topic(topic, 4, {}, {}),
                    lambda _, name=name: kinds[name](self.stats[name]),
                    "changelog",
                )  # type: ignore[misc]
                for name, topic in sources.items()
            ]
        )
        self.status.joined = True
        self.measures = Measures(self.status, KpiExport(exported(load_catalog()), KPIS, series_max))
        self.status.observer = self.measures

    def take(self, stage: str, partition: int, **stats: int) -> Holding:
        """Assign a partition whose processor has these stats, restored at once."""
        self.stats[stage] = stats
        holding = self.status.holdings.take(self._topic(stage), partition)
        holding.restored = True
        self.status.restored(holding, 100, 0.5)
        return holding

    def give_up(self, stage: str, partition: int) -> None:
        """Revoke a partition, as the shell does."""
        holding = self.status.holdings.get(self._topic(stage), partition)
        assert holding is not None
        self.status.holdings.drop(holding.topic, partition)
        self.status.dropped(holding)

    def _topic(self, stage: str) -> str:
        return next(topic for topic, each in self.status.holdings.stages.items() if each.name == stage)
