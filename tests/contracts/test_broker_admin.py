"""Broker contract: topics are made, described and refused by name."""

import pytest
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import InvalidConfigurationError, InvalidTopicError, TopicAlreadyExistsError, for_code

from tests.contracts.cluster import Cluster


async def test_a_topic_is_described_as_it_was_made(cluster: Cluster) -> None:
    """Partition count and configuration come back as given, the rest as defaults."""
    topic = await cluster.topic(partitions=3, cleanup_policy="compact", min_compaction_lag_ms="3600000")
    admin = await cluster.admin()

    described = await cluster.described(topic)
    (response,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    config = {entry[0]: entry[1] for entry in response.resources[0][4]}

    assert len(described["partitions"]) == 3
    expected = {
        "cleanup.policy": "compact",
        "min.compaction.lag.ms": "3600000",
        "max.message.bytes": "1048588",
        "message.timestamp.type": "CreateTime",
    }
    assert expected == {key: config[key] for key in expected}


async def test_what_can_not_be_made_is_refused(cluster: Cluster) -> None:
    """An existing name, an illegal name and an unknown configuration are refused, each with its own error."""
    topic = await cluster.topic()
    admin = await cluster.admin()
    new = [
        NewTopic(topic, 1, 1),
        NewTopic("not a name", 1, 1),
        NewTopic(f"{topic}-2", 1, 1, topic_configs={"no.such.thing": "1"}),
    ]

    done = await admin.create_topics(new)

    errors = {name: for_code(code) for name, code, _ in done.topic_errors}
    assert {
        topic: TopicAlreadyExistsError,
        "not a name": InvalidTopicError,
        f"{topic}-2": InvalidConfigurationError,
    } == errors


async def test_the_default_replication_factor_is_the_clusters(cluster: Cluster) -> None:
    """A topic can be made with as many copies as the cluster makes by default."""
    admin = await cluster.admin()
    name = f"{await cluster.topic()}-copies"

    done = await admin.create_topics([NewTopic(name, 2, -1, replica_assignments={})])

    assert [code for _, code, _ in done.topic_errors] == [0], done
    described = await cluster.described(name)
    assert [len(one["replicas"]) for one in described["partitions"]] == [1, 1]


async def test_asking_for_a_topic_does_not_make_it(cluster: Cluster) -> None:
    """A topic that was asked for by name but never made does not exist."""
    if not cluster.features.creates_only_explicitly:
        pytest.skip("this broker makes every topic that is asked for by name")
    admin = await cluster.admin()
    name = f"{await cluster.topic()}-never"

    await admin.describe_topics([name])

    assert name not in await admin.list_topics()
