"""The project's topics, made and checked on each broker."""

import asyncio
import uuid

import pytest
from aiokafka.admin import NewTopic

from streams.kafka.topic_admin import TopicsError, ensure
from streams.settings import Settings
from streams.topics import topics
from tests.contracts.cluster import Cluster


def an_installation(cluster: Cluster, **more: object) -> Settings:
    """Settings with names that nobody else has."""
    unique = uuid.uuid4().hex[:8]
    return Settings(
        kafka_bootstrap=cluster.broker.bootstrap, topic_prefix=f"{unique}.", app_id=f"app-{unique}", **more
    )


async def test_missing_topics_are_made_as_declared(cluster: Cluster) -> None:
    """On an empty cluster all topics are made, and a second run finds nothing to do or to say."""
    settings = an_installation(cluster, partitions=3)

    await ensure(settings)
    await ensure(settings)

    admin = await cluster.admin()
    made = {one["topic"]: len(one["partitions"]) for one in await admin.describe_topics()}
    wanted = {topic.name: topic.partitions for topic in topics(settings)}
    assert wanted == {name: made.get(name) for name in wanted}


async def test_several_workers_may_start_at_once(cluster: Cluster) -> None:
    """Workers that make the topics at the same moment all succeed."""
    settings = an_installation(cluster)

    await asyncio.gather(*(ensure(settings) for _ in range(4)))


async def test_every_unusable_topic_is_named(cluster: Cluster) -> None:
    """Wrong partition counts and configuration are listed together, each with what is and what should be."""
    settings = an_installation(cluster)
    own = topics(settings)
    admin = await cluster.admin()
    small = {"cleanup.policy": "compact", "max.message.bytes": "1000000"}
    new = [
        NewTopic(own.activity.name, 4, 1),
        NewTopic(own.facts.name, 2, 1, topic_configs={"max.message.bytes": "99999999"}),
        NewTopic(own.kpis.name, 4, 1, topic_configs={"cleanup.policy": "delete"}),
        NewTopic(own.changelogs["track"].name, 4, 1, topic_configs=small),
    ]
    await admin.create_topics(new)

    with pytest.raises(TopicsError) as caught:
        await ensure(settings)

    assert {
        f"{own.activity.name}: message.timestamp.type is CreateTime, expected LogAppendTime",
        f"{own.facts.name}: has 2 partitions, expected 1",
        f"{own.kpis.name}: cleanup.policy is delete, expected compact",
        f"{own.changelogs['track'].name}: max.message.bytes is 1000000, expected at least 8388608",
    } == set(caught.value.faults)


async def test_a_refused_topic_is_named(cluster: Cluster) -> None:
    """What the cluster does not let us make is said with the cluster's own reason."""
    settings = an_installation(cluster, replication_factor=3)

    with pytest.raises(TopicsError) as caught:
        await ensure(settings)

    assert len(list(topics(settings))) == len(caught.value.faults)
    assert all("can't be created: " in fault for fault in caught.value.faults)
