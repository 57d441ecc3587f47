"""The one place for topics: names, partitions, configuration. `streams/kafka/topic_admin.py` makes and checks them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from schemas.catalogs.retention import DAYS_D
from schemas.generation import FIRST
from streams.settings import Settings
from streams.tables import changelog_topic

MIB = 1_048_576
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

#: Above the 1 MiB that an event may have, so that a bigger one arrives, is refused by name and kept.
ACTIVITY_BYTES_MAX = 4 * MIB
#: Chunks of facts, batches of state and dead letters around what the activity topic lets in.
BATCH_BYTES_MAX = 8 * MIB

FOR_EVER = -1

#: Readers of a compacted topic read it whole at their start: segments that close soon keep that short.
SHORT_SEGMENTS = {
    "segment.bytes": str(64 * MIB),
    "segment.ms": str(HOUR_MS),
    "min.cleanable.dirty.ratio": "0.3",
}

#: All groups are added up in one place: ranks, shares over reps and team values need them together (ADR 9).
FACTS_PARTITIONS = 1


@dataclass(frozen=True)
class Topic:
    """A topic as we make it."""

    name: str
    partitions: int
    required: Mapping[str, str]
    """Configuration that must be so, also where the topic exists already."""
    preferred: Mapping[str, str]
    """Configuration that we give a topic when we make it; the operator may have another."""

    @property
    def config(self) -> dict[str, str]:
        """All of it."""
        return {**self.required, **self.preferred}

    @property
    def is_compacted(self) -> bool:
        """Whether it keeps the last record of each key."""
        return self.required["cleanup.policy"] == "compact"

    def preferring(self, config: Mapping[str, str]) -> "Topic":
        """Return the same topic with this configuration where nothing is required."""
        return replace(self, preferred={**self.preferred, **config})


@dataclass(frozen=True)
class Topics:
    """All topics of an installation."""

    activity: Topic
    directory: Topic
    targets: Topic
    facts: Topic
    waiting: Topic
    kpis: Topic
    kpis_history: Topic
    alerts: Topic
    alerts_history: Topic
    silences: Topic
    """What people say of alerts, by id."""
    notified: Topic
    """What `crm-pulse notify` remembers, by group of alerts."""
    notify_dead_letters: Topic
    """Messages that could not be delivered."""
    dead_letters: Topic
    generations: Topic
    """Which generation of state is the running one, and under which catalogs it was written."""
    changelogs: Mapping[str, Topic]
    """By stage, where a stage has state; with the partitions of the topic that the stage reads."""

    def __iter__(self) -> Iterator[Topic]:
        yield from (self.activity, self.directory, self.targets, self.facts, self.waiting)
        yield from (self.kpis, self.kpis_history)
        yield from (self.alerts, self.alerts_history, self.silences, self.notified, self.notify_dead_letters)
        yield from (self.dead_letters, self.generations)
        yield from self.changelogs.values()


#: The stages whose state a rebuild makes again from the events; alerts go on through it.
REBUILT = ("track", "rollup")


def topics(settings: Settings, generation: int = FIRST) -> Topics:
    """Return the topics of an installation with these settings, with the changelogs of a generation of state."""
    many = settings.partitions
    large = {"max.message.bytes": str(BATCH_BYTES_MAX)}
    for_ever = {"retention.ms": str(FOR_EVER), "retention.bytes": str(FOR_EVER)}

    def kept(
        name: str,
        partitions: int,
        days: int,
        required: Mapping[str, str] = MappingProxyType({}),
        preferred: Mapping[str, str] = MappingProxyType({}),
    ) -> Topic:
        retention = {
            "retention.ms": str(days * DAY_MS if days != FOR_EVER else FOR_EVER),
            # A cluster's default may be a size: what is kept so long would lose its beginning sooner.
            "retention.bytes": str(FOR_EVER),
        }
        required = {"cleanup.policy": "delete", **required}
        return Topic(settings.topic_prefix + name, partitions, required, {**retention, **preferred})

    def latest(name: str, partitions: int, required: Mapping[str, str] = MappingProxyType({})) -> Topic:
        required = {"cleanup.policy": "compact", **required}
        return Topic(settings.topic_prefix + name, partitions, required, SHORT_SEGMENTS)

    def changelog(stage: str, partitions: int) -> Topic:
        return Topic(
            changelog_topic(settings.app_id, stage, generation if stage in REBUILT else FIRST),
            partitions,
            {"cleanup.policy": "compact", **large},
            {**SHORT_SEGMENTS, "min.compaction.lag.ms": str(HOUR_MS)},
        )

    return Topics(
        # The append time is what "from the future" is measured by, so it must be the broker's.
        activity=kept(
            "activity",
            many,
            DAYS_D,  # older events count for nothing, younger ones a rebuild wants to read
            {"message.timestamp.type": "LogAppendTime"},
            {"max.message.bytes": str(ACTIVITY_BYTES_MAX)},
        ),
        # What the activity let in may belong here.
        directory=kept("directory", 1, FOR_EVER, {**for_ever, **large}),
        targets=latest("targets", 1, large),
        facts=kept("facts", FACTS_PARTITIONS, 7, large),
        # A partition of the activity tells what waits in the one of the same number.
        waiting=kept("waiting", many, 7, large),
        kpis=latest("kpis", many),
        kpis_history=kept("kpis.history", many, 30),
        alerts=latest("alerts", 1),
        alerts_history=kept("alerts.history", 1, 30),
        # One partition: whoever reads it knows all of it, in the order in which it was said.
        silences=latest("silences", 1),
        # One partition here too: a group of many thousand alerts is one record.
        notified=latest("notified", 1, large),
        notify_dead_letters=kept("notify.dead-letters", 1, 30, large),
        dead_letters=kept("dead-letters", 1, 30, large),
        generations=Topic(
            f"{settings.app_id}-generations",
            1,
            {"cleanup.policy": "delete", **for_ever},
            {},
        ),
        # Each has as many partitions as the topic that its stage reads: activity, facts, KPIs, what waits.
        changelogs={
            stage: changelog(stage, partitions)
            for stage, partitions in (
                ("track", many),
                ("rollup", FACTS_PARTITIONS),
                ("judge", many),
                ("overdue", many),
            )
        },
    )
