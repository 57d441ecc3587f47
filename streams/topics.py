"""The one place for topics: names, partitions, configuration; made and checked before a worker starts."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from schemas.generation import FIRST
from streams.clock import monotonic_s
from streams.kafka_clients import client_options
from streams.settings import Settings
from streams.tables import changelog_topic

log = structlog.get_logger(__name__)

MIB = 1_048_576
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

#: As long as day panes are kept: older events count for nothing, younger ones a rebuild wants to read.
ACTIVITY_RETENTION_D = 800
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

#: Where more than required is right as well.
SIZES = frozenset({"max.message.bytes"})

#: All groups are added up in one place: ranks, shares over reps and team values need them together (ADR 9).
FACTS_PARTITIONS = 1

APPEAR_TIMEOUT_S = 30.0
POLL_S = 0.1


class TopicsError(RuntimeError):
    """The topics can't be used or made; `faults` has a sentence for everything that is wrong with them."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{count} in the cluster's topics:\n" + "\n".join(f"  {fault}" for fault in faults))


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

    def kept(
        name: str,
        partitions: int,
        days: int,
        required: Mapping[str, str] = MappingProxyType({}),
        preferred: Mapping[str, str] = MappingProxyType({}),
    ) -> Topic:
        retention = {"retention.ms": str(days * DAY_MS if days != FOR_EVER else FOR_EVER)}
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
            ACTIVITY_RETENTION_D,
            {"message.timestamp.type": "LogAppendTime"},
            {"max.message.bytes": str(ACTIVITY_BYTES_MAX)},
        ),
        directory=kept("directory", 1, FOR_EVER, {"retention.ms": "-1"}),
        targets=latest("targets", 1),
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
            {"cleanup.policy": "delete", "retention.ms": str(FOR_EVER)},
            {"retention.bytes": str(FOR_EVER)},
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


async def ensure(
    settings: Settings,
    generation: int | None = FIRST,
    compacted: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Create the topics that are missing and check those that exist; None leaves out what has generations.

    `compacted` is configuration that compacted topics get when they are made, instead of what is preferred.

    Several workers may do this at the same time. Nothing that exists is changed.

    Raises:
        TopicsError: with everything that is wrong: existing topics that can't be used, refused creations.
        aiokafka.errors.KafkaError: the cluster can't be reached.
    """
    own = topics(settings, generation or FIRST)
    left_out = [] if generation else [own.changelogs[stage].name for stage in REBUILT]
    wanted = [topic for topic in own if topic.name not in left_out]
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        existing = await _partitions(admin)
        missing = [topic for topic in wanted if topic.name not in existing]
        making = [topic.preferring(compacted) if topic.is_compacted else topic for topic in missing]
        refused = await _create(admin, making, settings.replication_factor) if making else {}
        made = [topic for topic in wanted if topic.name not in refused]
        existing = await _appeared(admin, made)
        faults = [*refused.values(), *_partition_faults(made, existing), *await _config_faults(admin, made)]
    finally:
        await admin.close()
    if faults:
        raise TopicsError(faults)
    log.info("topics are ready", created=[topic.name for topic in missing], topics=len(wanted))


async def existing_topics(settings: Settings) -> dict[str, int]:
    """Return the partition count of every topic of the cluster. Raises KafkaError where it can't be reached."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        return await _partitions(admin)
    finally:
        await admin.close()


async def delete_topics(settings: Settings, names: Sequence[str]) -> None:
    """Delete topics. Raises KafkaError where the cluster can't be reached or does not let us."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        response = await admin.delete_topics(list(names))
        for _name, code in response.topic_error_codes:
            if code and for_code(code) is not UnknownTopicOrPartitionError:
                raise for_code(code)
    finally:
        await admin.close()


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Return the partition count of every topic of the cluster.

    All of them, never by name: asking for a name creates the topic where brokers are set to do so.
    """
    described = await admin.describe_topics()
    return {one["topic"]: len(one["partitions"]) for one in described if not one["error_code"]}


async def _create(
    admin: AIOKafkaAdminClient, missing: Sequence[Topic], replication_factor: int | None
) -> dict[str, str]:
    """Create topics and return, by name, why some could not be."""
    # -1 is the cluster's default; aiokafka lets it pass only beside an (empty) explicit assignment.
    copies: dict[str, Any] = {"replication_factor": replication_factor or -1}
    if replication_factor is None:
        copies["replica_assignments"] = {}
    new = [NewTopic(one.name, one.partitions, topic_configs=one.config, **copies) for one in missing]
    response = await admin.create_topics(new)
    return {
        name: f"{name}: can't be created: {message or for_code(code).__name__}"
        for name, code, message in response.topic_errors
        if code and for_code(code) is not TopicAlreadyExistsError  # another worker was faster
    }


async def _appeared(admin: AIOKafkaAdminClient, wanted: Sequence[Topic]) -> dict[str, int]:
    """Wait until every topic is known to the broker that we ask, then return what `_partitions` does."""
    deadline_s = monotonic_s() + APPEAR_TIMEOUT_S
    while True:
        existing = await _partitions(admin)
        absent = [topic.name for topic in wanted if not existing.get(topic.name)]
        if not absent:
            return existing
        if monotonic_s() > deadline_s:
            raise TopicsError(
                [f"{name}: created, but not there {APPEAR_TIMEOUT_S:g} s later" for name in absent]
            )
        await asyncio.sleep(POLL_S)


def _partition_faults(wanted: Iterable[Topic], existing: Mapping[str, int]) -> list[str]:
    return [
        f"{topic.name}: has {existing[topic.name]} partitions, expected {topic.partitions}"
        for topic in wanted
        if existing[topic.name] != topic.partitions
    ]


async def _config_faults(admin: AIOKafkaAdminClient, wanted: Sequence[Topic]) -> list[str]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in wanted]
    faults = []
    by_name = {topic.name: topic for topic in wanted}
    for response in await admin.describe_configs(asked):
        for code, message, _kind, name, entries in response.resources:
            if code:
                faults.append(
                    f"{name}: its configuration can't be read: {message or for_code(code).__name__}"
                )
            else:
                faults += _unlike(by_name[name], {entry[0]: entry[1] for entry in entries})
    return faults


def _unlike(topic: Topic, actual: Mapping[str, str]) -> Iterator[str]:
    for key, value in topic.required.items():
        has = actual.get(key)
        enough = key in SIZES and has is not None and int(has) >= int(value)
        if has != value and not enough:
            least = "at least " if key in SIZES else ""
            yield f"{topic.name}: {key} is {has}, expected {least}{value}"
