"""Topics on the cluster: made and checked before a worker starts, and deleted when nobody asks for them any more."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

from schemas.generation import FIRST
from streams.clock import monotonic_s
from streams.kafka.administering import administering
from streams.kafka.kafka_clients import client_options
from streams.kafka.refused import REFUSED
from streams.settings import Settings
from streams.topics import REBUILT, Topic, topics

log = structlog.get_logger(__name__)

#: Where more than required is right as well.
SIZES = frozenset({"max.message.bytes"})

APPEAR_TIMEOUT_S = 30.0
POLL_S = 0.1


class TopicsError(RuntimeError):
    """The topics can't be used or made; `faults` has a sentence for everything that is wrong with them."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{count} in the cluster's topics:\n" + "\n".join(f"  {fault}" for fault in faults))


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
    async with administering(client_options(settings)) as admin:
        existing = await _partitions(admin)
        missing = [topic for topic in wanted if topic.name not in existing]
        making = [topic.preferring(compacted) if topic.is_compacted else topic for topic in missing]
        refused = await _create(admin, making, settings.replication_factor) if making else {}
        made = [topic for topic in wanted if topic.name not in refused]
        existing = await _appeared(admin, made)
        faults = [*refused.values(), *_partition_faults(made, existing), *await _config_faults(admin, made)]
    if faults:
        raise TopicsError(faults)
    log.info("topics_ready", created=[topic.name for topic in missing], topics=len(wanted))


async def existing_topics(settings: Settings) -> dict[str, int]:
    """Return the partition count of every topic of the cluster. Raises KafkaError where it can't be reached."""
    async with administering(client_options(settings)) as admin:
        return await _partitions(admin)


async def delete_topics(settings: Settings, names: Sequence[str]) -> None:
    """Delete topics. Raises KafkaError where the cluster can't be reached or does not let us."""
    async with administering(client_options(settings)) as admin:
        response = await admin.delete_topics(list(names))
        for name, code in response.topic_error_codes:
            if code and for_code(code) is not UnknownTopicOrPartitionError:
                raise for_code(code)(name)


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
        name: f"{name}: can't be created: {_why(code, message, 'create it, or, if it is there, to describe it')}"
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
                [
                    f"{name}: created, but not there {APPEAR_TIMEOUT_S:g} s later; has this user the right to "
                    "describe it?"
                    for name in absent
                ]
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
                    f"{name}: its configuration can't be read: {_why(code, message, 'describe that')}"
                )
            else:
                faults += _unlike(by_name[name], {entry[0]: entry[1] for entry in entries})
    return faults


def _why(code: int, message: str | None, right: str) -> str:
    if issubclass(for_code(code), REFUSED):
        return f"this user has no right to {right}"
    return message or for_code(code).__name__


def _unlike(topic: Topic, actual: Mapping[str, str]) -> Iterator[str]:
    for key, value in topic.required.items():
        has = actual.get(key)
        enough = key in SIZES and has is not None and int(has) >= int(value)
        if has != value and not enough:
            least = "at least " if key in SIZES else ""
            yield f"{topic.name}: {key} is {has}, expected {least}{value}"
