"""The pipeline on one screen: every stage, in the order of the data. Read this first."""

from collections.abc import Callable
from dataclasses import dataclass

from processors.compile import Plan
from processors.partition import PartitionProcessor
from streams.settings import Settings
from streams.topics import Topics, topics

DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Stage:
    """One step: reads a topic, keeps state by partition of it, publishes to other topics."""

    name: str
    source_topic: str
    make: Callable[[int], PartitionProcessor]
    """Returns the empty processor of a partition."""
    state_topic: str | None
    """The compacted changelog, with as many partitions as the source; None for a stage without state."""


def stages(settings: Settings, plan: Plan) -> list[Stage]:
    """Return the stages that this worker is set to run, in the order of the data."""
    own = topics(settings)
    every = [_directory(own), _track(own, plan, int(settings.dedup_horizon_d * DAY_US)), _rollup(own, plan)]
    return [stage for stage in every if stage.name in settings.stages]


def _directory(own: Topics) -> Stage:
    from processors.copy_directory import DirectoryCopier

    activity, dead_letters = own.activity, own.dead_letters.name

    def make(partition: int) -> PartitionProcessor:
        return DirectoryCopier(
            partition, own.directory.name, activity.name, activity.partitions, dead_letters
        )

    return Stage("directory", own.directory.name, make, None)


def _track(own: Topics, plan: Plan, dedup_horizon_us: int) -> Stage:
    from processors.track import Tracker, TrackTopics

    names = TrackTopics(
        own.activity.name, own.directory.name, own.targets.name, own.facts.name, own.dead_letters.name,
        own.facts.partitions,
    )  # fmt: skip

    def make(partition: int) -> PartitionProcessor:
        return Tracker(plan, partition, names, dedup_horizon_us)

    return Stage("track", own.activity.name, make, own.changelogs["track"].name)


def _rollup(own: Topics, plan: Plan) -> Stage:
    from processors.rollup import Rollup

    facts, kpis, history = own.facts, own.kpis, own.kpis_history.name

    def make(partition: int) -> PartitionProcessor:
        return Rollup(plan, partition, facts.partitions, kpis.name, history, kpis.partitions)

    return Stage("rollup", facts.name, make, own.changelogs["rollup"].name)
