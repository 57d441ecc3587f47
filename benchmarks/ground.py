"""Where benchmarks run: one Apache Kafka, and on it an installation of its own for each of them."""

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Self

from benchmarks.events import bench_events
from benchmarks.resources import cpu_s
from processors.partition import Send
from streams.clock import now_us
from streams.kafka.producing import producing
from streams.kafka.publishing import Publisher
from streams.kafka.topic_admin import delete_topics, ensure
from streams.settings import Settings
from streams.topics import topics
from tests.services.kafka import ApacheKafka

Event = tuple[bytes, bytes]
"""Key and value of a record on `crm.activity`."""

PRELOAD_SENDS = 20_000
MIB = 1_048_576


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    events: int = 1_000_000
    plain_events: int = 20_000
    """For plain Faust, which takes a minute for a hundred thousand."""
    scaling_events: int = 500_000
    steady_s: float = 20.0
    steady_per_s: tuple[int, ...] = (10_000, 20_000, 25_000, 30_000, 40_000)
    latency_s: float = 20.0
    entities: int = 50_000
    quiet_keys: int = 100_000
    sink_keys: int = 200_000
    rule_reps: int = 10_000
    alerts: int = 10_000


FULL = Size()
QUICK = Size(
    events=50_000, plain_events=3_000, scaling_events=50_000, steady_s=5.0, steady_per_s=(2_000, 5_000), latency_s=5.0,
    entities=10_000, quiet_keys=20_000, sink_keys=20_000, rule_reps=1_000, alerts=500,
)  # fmt: skip


class Ground:
    """An async context manager: the broker runs, and its data exist, as long as the block."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.directory = Path(tempfile.mkdtemp(prefix="crm-pulse-bench-"))
        self.kafka = ApacheKafka(self.directory / "kafka")
        self.now = datetime.fromtimestamp(now_us() / 1e6, UTC)
        """The end of the events' time."""

    async def __aenter__(self) -> Self:
        """Start the broker. Raises KafkaUnavailableError without Java or its jars."""
        await self.kafka.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kafka.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    @cached_property
    def events(self) -> list[Event]:
        """The events of the run: 30 days until now, 5,000 accounts, 200 reps, 3 % of them late."""
        return self.month(self.size.events)

    def month(self, count: int, reps: int = 200) -> list[Event]:
        """Return events of the last 30 days."""
        return list(bench_events(count, start=self.now - timedelta(days=30), reps=reps))

    def broker_cpu_s(self) -> float:
        """Return the processor seconds that the broker has used."""
        assert self.kafka.pid is not None
        return cpu_s(self.kafka.pid)

    @asynccontextmanager
    async def installation(self, **settings: Any) -> AsyncIterator[Settings]:
        """Make the topics of a new installation; delete them after the block, and what is in them."""
        name = f"b{uuid.uuid4().hex[:8]}"
        given = {"kafka_bootstrap": self.kafka.bootstrap, "topic_prefix": f"{name}.", "app_id": name}
        own = Settings.model_validate({**given, "metrics_port": 0, **settings})
        await ensure(own)
        try:
            yield own
        finally:
            await delete_topics(own, [topic.name for topic in topics(own)])


async def preload(settings: Settings, events: Iterable[Event]) -> None:
    """Publish events on the activity topic; return when all are acknowledged."""
    activity = topics(settings).activity.name
    async with publishing(settings) as publisher:
        rest = iter(events)
        while some := [Send(activity, None, key, value) for key, value in islice(rest, PRELOAD_SENDS)]:
            await publisher.publish(some)
            await asyncio.sleep(0)


@asynccontextmanager
async def publishing(settings: Settings) -> AsyncIterator[Publisher]:
    """Yield the project's own publisher on its own producer."""
    async with producing(settings, max_batch_size=MIB // 2, max_request_size=8 * MIB) as producer:
        yield Publisher(lambda: producer)
