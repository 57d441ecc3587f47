"""Broker contract: consumer groups share partitions, and remember how far they got."""

import asyncio
from collections.abc import Callable

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from tests.contracts.cluster import Cluster, group, take, until


class Rebalances(ConsumerRebalanceListener):
    """Counts assignments."""

    def __init__(self) -> None:
        self.assigned: list[set[TopicPartition]] = []

    async def on_partitions_revoked(self, revoked: list[TopicPartition]) -> None:
        pass

    async def on_partitions_assigned(self, assigned: list[TopicPartition]) -> None:
        self.assigned.append(set(assigned))


def partitions(consumer: AIOKafkaConsumer) -> set[int]:
    """The partitions that the consumer has."""
    return {one.partition for one in consumer.assignment()}


def share(*consumers: AIOKafkaConsumer) -> Callable[[], bool]:
    """Whether four partitions are shared out: each to one, none to nobody."""

    def shared() -> bool:
        have = [partitions(consumer) for consumer in consumers]
        return all(have) and sum(map(len, have)) == 4 and set().union(*have) == set(range(4))

    return shared


async def settled(rebalances: Rebalances, *consumers: AIOKafkaConsumer) -> None:
    """Wait until the partitions are shared out and nobody has been told of anything new for a second."""
    seen: list[tuple[int, list[set[int]]]] = []

    def nothing_new() -> bool:
        now = (len(rebalances.assigned), [partitions(consumer) for consumer in consumers])
        if not share(*consumers)() or (seen and seen[-1] != now):
            seen.clear()
        seen.append(now)
        return len(seen) > 20 and share(*consumers)()

    await until(nothing_new, "the group is at rest")


async def crash(consumer: AIOKafkaConsumer) -> None:
    """Fall silent, as a killed process does: no heartbeat and no good-bye."""
    coordinator = consumer._coordinator
    for task in (coordinator._heartbeat_task, coordinator._coordination_task):
        task.cancel()
    await asyncio.wait([coordinator._heartbeat_task, coordinator._coordination_task])


async def test_members_share_the_partitions(cluster: Cluster) -> None:
    """A second member takes half of the partitions; when it leaves, the first has all again."""
    topic, name = await cluster.topic(partitions=4), group()
    first = await cluster.consumer(topic, group_id=name)
    await until(share(first), "the first has all")
    second = await cluster.consumer(topic, group_id=name)
    await until(share(first, second), "both have some")
    await second.stop()

    await until(share(first), "the first has all again")


async def test_a_silent_member_is_replaced(cluster: Cluster) -> None:
    """The partitions of a member that fell silent go to the others within its session time-out."""
    if not cluster.features.expires_silent_members:
        pytest.skip("this broker waits for ever for a member that fell silent")
    topic, name = await cluster.topic(partitions=4), group()
    first = await cluster.consumer(topic, group_id=name)
    second = await cluster.consumer(topic, group_id=name)
    await until(share(first, second), "both have some")

    await crash(second)

    await until(share(first), "the first has all")


async def test_a_replaced_member_cannot_commit(cluster: Cluster) -> None:
    """A member that lost its partitions while it was silent is refused when it commits for them."""
    if not cluster.features.expires_silent_members:
        pytest.skip("this broker waits for ever for a member that fell silent")
    topic, name = await cluster.topic(partitions=1), group()
    producer = await cluster.producer()
    await producer.send_and_wait(topic, b"x")
    stale = await cluster.consumer(topic, group_id=name)
    await take(stale, 1)
    await crash(stale)
    fresh = await cluster.consumer(topic, group_id=name)
    await until(lambda: partitions(fresh) == {0}, "the fresh member has the partition")

    with pytest.raises(KafkaError):
        await stale.commit({TopicPartition(topic, 0): 1})

    assert await fresh.committed(TopicPartition(topic, 0)) is None


@pytest.mark.parametrize("returns", ["follower", "leader"])
async def test_a_static_member_comes_back_without_a_rebalance(cluster: Cluster, returns: str) -> None:
    """A member with an instance id that returns in time has its partitions again; others notice nothing."""
    if returns == "leader" and not cluster.features.leader_may_return:
        pytest.skip("this broker shares out anew when the leader returns, and does not tell the others")
    topic, name = await cluster.topic(partitions=4), group()

    async def member(instance: str, rebalances: Rebalances) -> AIOKafkaConsumer:
        one = await cluster.consumer(group_id=name, group_instance_id=instance, session_timeout_ms=30_000)
        one.subscribe([topic], listener=rebalances)
        return one

    told = {"leader": Rebalances(), "follower": Rebalances()}
    # Who is alone in the group leads it, and goes on to when the other has come.
    members = {"leader": await member("leader", told["leader"])}
    await until(share(members["leader"]), "the leader has all")
    members["follower"] = await member("follower", told["follower"])
    await settled(told["follower"], *members.values())
    (stays,) = set(members) - {returns}
    before, had = len(told[stays].assigned), partitions(members[returns])
    await members[returns].stop()
    members[returns] = await member(returns, told[returns])

    await settled(told[stays], *members.values())

    assert had == partitions(members[returns])
    assert before == len(told[stays].assigned)


async def test_an_instance_id_moves_to_its_last_member(cluster: Cluster) -> None:
    """A member that comes under a silent one's instance id has its partitions; the elder can't commit."""
    topic, name = await cluster.topic(partitions=1), group()
    slow = {"session_timeout_ms": 30_000, "group_instance_id": "same"}
    elder = await cluster.consumer(topic, group_id=name, **slow)
    await until(lambda: partitions(elder) == {0}, "the elder has the partition")
    await crash(elder)
    younger = await cluster.consumer(topic, group_id=name, **slow)
    await until(lambda: partitions(younger) == {0}, "the younger has the partition")

    with pytest.raises(KafkaError):
        await elder.commit({TopicPartition(topic, 0): 0})

    await younger.commit({TopicPartition(topic, 0): 0})


async def test_a_group_resumes_at_its_commit(cluster: Cluster) -> None:
    """A new member of the group begins at the committed offset, not at what was only read."""
    topic, name = await cluster.topic(), group()
    partition = TopicPartition(topic, 0)
    producer = await cluster.producer()
    for number in range(10):
        await producer.send_and_wait(topic, b"%d" % number)
    first = await cluster.consumer(topic, group_id=name)
    await take(first, 10)
    await first.commit({partition: 4})
    await first.stop()

    second = await cluster.consumer(topic, group_id=name)

    assert (await take(second, 1))[0].offset == 4
    assert await second.committed(partition) == 4


async def test_a_group_without_a_commit_starts_at_the_beginning(cluster: Cluster) -> None:
    """A group that has committed nothing has no committed offset, and reads from the first record."""
    topic = await cluster.topic()
    producer = await cluster.producer()
    await producer.send_and_wait(topic, b"x")
    consumer = await cluster.consumer(topic, group_id=group())

    assert (await take(consumer, 1))[0].offset == 0
    assert await consumer.committed(TopicPartition(topic, 0)) is None
