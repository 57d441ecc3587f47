"""KPI records put on their topic as a worker puts them there."""

from aiokafka import AIOKafkaProducer

from processors.partition import Send
from schemas.kpi import partition_of
from streams.kafka.kafka_clients import client_options
from streams.kafka.publishing import Publisher
from streams.settings import Settings
from streams.topics import topics


async def publish_kpis(settings: Settings, *records: tuple[str, bytes | None]) -> None:
    """Publish keys with their records, or tombstones; return when they are acknowledged."""
    topic = topics(settings).kpis
    sends = [
        Send(topic.name, partition_of(key.encode(), topic.partitions), key.encode(), value)
        for key, value in records
    ]
    producer = AIOKafkaProducer(**client_options(settings), acks="all", enable_idempotence=True)
    await producer.start()
    try:
        await Publisher(lambda: producer).publish(sends)
    finally:
        await producer.stop()
