"""Broker contract: a broker that comes back has what it acknowledged, and its clients go on."""

import pytest
from aiokafka import TopicPartition

from processors.partition import Record
from tests.contracts.cluster import Cluster, group, take


def said(record: Record) -> tuple[object, ...]:
    """Return all that a record says."""
    return record.offset, record.timestamp, record.key, record.value, list(record.headers)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_a_restart_keeps_data_and_offsets(cluster: Cluster, how: str) -> None:
    """After SIGTERM or SIGKILL and a start: records, offsets, configuration and commits are as before."""
    if how == "kill" and not cluster.features.survives_kill:
        pytest.skip("this broker may lose acknowledged records when it is killed")
    topic = await cluster.topic(partitions=1, message_timestamp_type="LogAppendTime")
    name, partition = group(), TopicPartition(topic, 0)
    producer = await cluster.producer(enable_idempotence=True)
    for number in range(500):
        await producer.send(topic, b"%d" % number, key=b"k", headers=[("h", b"v")])
    await producer.flush()
    consumer = await cluster.consumer(topic, group_id=name)
    await take(consumer, 500)
    await consumer.commit({partition: 123})
    await consumer.stop()
    before = [said(record) for record in await cluster.everything(topic)]

    await (cluster.broker.stop() if how == "stop" else cluster.broker.kill())
    await cluster.broker.start()

    assert before == [said(record) for record in await cluster.everything(topic)]
    again = await cluster.consumer(topic, group_id=name)
    assert await again.committed(partition) == 123
    assert (await take(again, 1))[0].offset == 123


@pytest.mark.slow
async def test_clients_outlive_a_restart(cluster: Cluster) -> None:
    """A producer and a group member made before a restart go on after it by themselves; nothing is lost."""
    topic, name = await cluster.topic(), group()
    producer = await cluster.producer(enable_idempotence=True)
    consumer = await cluster.consumer(topic, group_id=name)
    await producer.send_and_wait(topic, b"before")
    await take(consumer, 1)
    await consumer.commit()

    await cluster.broker.restart()
    for number in range(20):
        await producer.send_and_wait(topic, b"%d" % number)

    assert [b"%d" % number for number in range(20)] == [record.value for record in await take(consumer, 20)]
    assert len(await cluster.everything(topic)) == 21
