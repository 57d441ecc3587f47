"""The pipeline on one screen: every stage, in the order of the data. Read this first.

crm.directory ─► directory ─► crm.activity ─► track ─► crm.facts ─► rollup ─► crm.kpis ─► judge ─► crm.alerts
                                  crm.dead-letters ◄─┤              └─► crm.kpis.history            ▲
                                                     └─► crm.waiting ─► overdue ────────────────────┘
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from processors.compile import Plan
from processors.copy_directory import DirectoryCopier
from processors.judge import Judge
from processors.judging.terms import terms_of
from processors.overdue import Overdue
from processors.partition import PartitionProcessor
from processors.publishing.outflow import KpiTopics
from processors.rollup import Rollup
from processors.targets import Targets
from processors.track import Tracker, TrackTopics
from schemas.duration import DAY_US
from schemas.generation import FIRST
from schemas.rule import Rule
from schemas.rules.absence import AbsenceRule
from streams.owning.takeover import take_over_alerts, take_over_rollup, take_over_tracking
from streams.settings import Settings
from streams.topics import Topic, topics


@dataclass(frozen=True)
class Stage:
    """One step: reads a topic, keeps state by partition of it, publishes to other topics."""

    name: str
    source: Topic
    make: Callable[[int], PartitionProcessor]
    """Returns the empty processor of a partition."""
    state_topic: str | None
    """The compacted changelog, with as many partitions as the source; None for a stage without state."""
    take_over: Callable[[PartitionProcessor, int], Awaitable[bool]] | None = None
    """Tells a processor whose state was restored what else it must know of its partition before it goes on; returns
    whether the group may have committed offsets beyond its state."""
    makes_values: bool = True
    """Whether what waits for it makes published values old; not so of what is made of these values."""


def stages(
    settings: Settings,
    plan: Plan,
    rules: Mapping[str, Rule],
    targets: Targets | None = None,
    chain: Sequence[int] = (FIRST,),
    absences: Mapping[str, AbsenceRule] = MappingProxyType({}),
) -> list[Stage]:
    """Return the stages that this worker is set to run, in the order of the data.

    `targets` are those that whoever starts the worker reads from their topic; `chain` are the generations of state
    that ever ran, the running one last.
    """
    generation = chain[-1]
    own = topics(settings, generation)
    activity, directory, facts, kpis = own.activity, own.directory, own.facts, own.kpis
    letters, horizon_us = own.dead_letters.name, round(settings.dedup_horizon_d * DAY_US)
    tracked = TrackTopics(
        activity.name, directory.name, own.targets.name, facts.name, letters, own.waiting.name
    )
    waits = frozenset(rule.kind for rule in absences.values())
    rolled = KpiTopics(kpis.name, own.kpis_history.name, kpis.partitions, own.targets.name)
    judged = (own.alerts.name, own.alerts_history.name)

    def stage(
        name: str,
        source: Topic,
        make: Callable[[int], PartitionProcessor],
        take_over: Callable[[PartitionProcessor, int], Awaitable[bool]] | None = None,
        makes_values: bool = True,
    ) -> Stage:
        changelog = own.changelogs.get(name)
        return Stage(
            name, source, make, None if changelog is None else changelog.name, take_over, makes_values
        )

    every = [
        stage(
            "directory",
            directory,
            lambda p: DirectoryCopier(p, directory.name, activity.name, activity.partitions, letters),
        ),
        stage(
            "track",
            activity,
            lambda p: Tracker(plan, p, tracked, horizon_us, generation, waits),
            partial(take_over_tracking, settings, chain),
        ),
        stage(
            "rollup",
            facts,
            lambda _: Rollup(plan, rolled, targets, generation),
            partial(take_over_rollup, settings, chain),
        ),
        stage(
            "judge",
            kpis,
            lambda _: Judge(rules, *judged, working=plan.business_time, terms=terms_of(plan.catalog)),
            partial(take_over_alerts, settings, kpis.name),
            makes_values=False,
        ),
        stage(
            "overdue",
            own.waiting,
            lambda _: Overdue(absences, plan.business_time, *judged),
            partial(take_over_alerts, settings, own.waiting.name),
            makes_values=False,
        ),
    ]
    return [one for one in every if one.name in settings.stages]
