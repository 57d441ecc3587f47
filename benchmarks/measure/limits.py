"""What the language and the client allow: reading and parsing alone, and counting on plain dicts."""

from collections.abc import AsyncIterator, Callable, Sequence
from time import process_time
from typing import Any

import orjson
from aiokafka import TopicPartition

from benchmarks.ground import Ground, preload
from benchmarks.plain_counts import PlainCounts
from benchmarks.resources import peak_mib
from benchmarks.result import Result
from streams.clock import monotonic_s
from streams.kafka.consuming import consuming
from streams.kafka.kafka_clients import client_options
from streams.kafka.offsets import place
from streams.settings import Settings
from streams.topics import topics

RECORDS_MAX = 20_000
FETCH_BYTES_MAX = 8 * 1_048_576

RAW = "raw limit (aiokafka, orjson)"
DICTS = "plain dict loop"

Take = Callable[[Sequence[dict[str, Any]]], None]


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Read the run's events twice, in this process."""
    count = ground.size.events
    async with ground.installation() as settings:
        await preload(settings, ground.events)
        plain = PlainCounts()

        def take(events: Sequence[dict[str, Any]]) -> None:
            for event in events:
                plain.take(event)

        for name, each in ((RAW, lambda _: None), (DICTS, take)):
            began_s, cpu_s, broker_s = monotonic_s(), process_time(), ground.broker_cpu_s()
            await _read(settings, count, each)
            wall_s = monotonic_s() - began_s
            yield Result(
                name=name,
                value=count / wall_s,
                unit="events/s",
                wall_s=wall_s,
                cpu_s_per_million=(process_time() - cpu_s) * 1e6 / count,
                broker_cpu_s_per_million=(ground.broker_cpu_s() - broker_s) * 1e6 / count,
                peak_mib=peak_mib(),
                note="memory includes the benchmark's own events",
            )


async def _read(settings: Settings, count: int, take: Take) -> None:
    """Read `count` events and hand them over parsed."""
    partitions = [TopicPartition(topics(settings).activity.name, n) for n in range(settings.partitions)]
    async with consuming(client_options(settings), max_partition_fetch_bytes=FETCH_BYTES_MAX) as consumer:
        place(consumer, dict.fromkeys(partitions, 0))
        left = count
        while left > 0:
            for records in (await consumer.getmany(timeout_ms=500, max_records=RECORDS_MAX)).values():
                take(orjson.loads(b"[" + b",".join([record.value for record in records]) + b"]"))
                left -= len(records)
