"""How long after an event is published its KPI record can be read.

Probes are calls of reps that nobody else is: the k-th is readable when a record of the rep's calls in
`rolling_24h` says k or more. There is a busy rep for each partition of the activity, who calls several times a
second; and reps of one call each, who had not been heard of before.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple
from zlib import crc32

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.partitioner import murmur2

from benchmarks.ground import Event, Ground, publishing
from benchmarks.measure.steady import drained
from benchmarks.pacing import at_rate, live_events
from benchmarks.percentiles import percentiles_ms
from benchmarks.result import Result
from benchmarks.workers import Worker
from processors.partition import Send
from schemas.kpi import kpi_key
from streams.clock import monotonic_s, now_us
from streams.kafka.consuming import consuming
from streams.kafka.kafka_clients import client_options
from streams.kafka.offsets import place
from streams.kafka.publishing import Publisher
from streams.settings import Settings
from streams.topics import topics

PROBES_PER_S = 20.0
FIRST_CALLS_PER_S = 5.0
GOALS_S = {50: 0.25, 5_000: 1.0}
"""By events a second: the 99th percentile."""
WAIT_S = 60.0


@dataclass
class Probe:
    """A rep whose calls are watched."""

    rep: str
    account: str
    key: bytes
    sent_s: list[float] = field(default_factory=list)
    read_s: list[float] = field(default_factory=list)

    def event(self) -> tuple[bytes, bytes]:
        """Return key and value of the next call."""
        document = {
            "specversion": "1.0", "id": f"{self.rep}-{len(self.sent_s)}", "source": "bench/probe",
            "type": "crm.call.logged", "time": datetime.fromtimestamp(now_us() / 1e6, UTC).isoformat(),
            "data": {"account": self.account, "rep": self.rep, "team": "team-0", "channel": "phone"},
        }  # fmt: skip
        return self.account.encode(), orjson.dumps(document)

    def says(self, calls: int, at_s: float) -> None:
        """Note that a record was read that says so many calls."""
        self.read_s += [at_s] * (calls - len(self.read_s))


async def latency(ground: Ground, settings: Settings, worker: Worker) -> AsyncIterator[Result]:
    """Measure at each rate, from the producer's send to the consumer's hand; p50, p90 and p99."""
    for per_s, goal_s in GOALS_S.items():
        await drained(settings, worker)
        both = await delays(settings, str(per_s), per_s, ground.size.latency_s)
        for who, delays_s in (("", both.busy), (", first call of a rep", both.first)):
            found_ms = percentiles_ms(delays_s)
            yield Result(
                name=f"event published to KPI record readable, {per_s:,} events/s{who}",
                value=found_ms.p99,
                unit="ms p99",
                goal=goal_s * 1e3,
                better="less",
                note=f"{found_ms} ({found_ms.delays} probes)",
            )


class Delays(NamedTuple):
    """How long probes took."""

    busy: list[float]
    first: list[float]
    """Of reps who had not been heard of."""


async def delays(
    settings: Settings, name: str, per_s: float, seconds: float, burst: Sequence[Event] = ()
) -> Delays:
    """Return how long each probe took while so many other events come, and at first a burst of others."""
    busy = probes_of(settings, name)
    first = probes_of(settings, f"{name}-first", round(FIRST_CALLS_PER_S * seconds))
    probes, events, activity = [*busy, *first], live_events(per_s, seconds), topics(settings).activity
    async with publishing(settings) as publisher, kpis_from_now(settings) as consumer:
        reading = asyncio.create_task(read_probes(consumer, probes))
        background = asyncio.create_task(at_rate(publisher, activity.name, events, per_s))
        try:
            await publisher.publish([Send(activity.name, None, key, value) for key, value in burst])
            await asyncio.gather(
                _send(publisher, settings, busy, seconds), _send_each(publisher, settings, first)
            )
            await background
            await asyncio.wait_for(_all_read(probes), WAIT_S)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    return Delays(delays_of(busy), delays_of(first))


def delays_of(probes: Sequence[Probe]) -> list[float]:
    """Return how long each call took from its sending to its reading."""
    return [b - a for probe in probes for a, b in zip(probe.sent_s, probe.read_s, strict=True)]


def probes_of(settings: Settings, name: str, number: int | None = None) -> list[Probe]:
    """Return a probe for each partition of the activity, or so many; their KPIs are all in the first partition.

    So that the reader need not read, on the same two cores, four times what it is after.
    """
    probes: list[Probe] = []
    for candidate in count():
        rep = f"probe-{name}-{candidate}"
        key = kpi_key("calls", "rolling_24h", None, {"rep": rep}).encode()
        if crc32(key) % settings.partitions == 0:
            partition = len(probes) % settings.partitions
            probes.append(Probe(rep, _account(rep, partition, settings.partitions), key))
        if len(probes) == (number or settings.partitions):
            break
    return probes


def _account(rep: str, partition: int, partitions: int) -> str:
    """Return the name of an account whose events are in this partition of the activity."""
    names = (f"account-{number}-of-{rep}" for number in count())
    return next(name for name in names if (murmur2(name.encode()) & 0x7FFFFFFF) % partitions == partition)


async def _send(publisher: Publisher, settings: Settings, probes: Sequence[Probe], seconds: float) -> None:
    """Publish probes at random moments, so that they fall anywhere between two publications."""
    rng, end_s = random.Random(1), monotonic_s() + seconds
    while monotonic_s() < end_s:
        await asyncio.sleep(rng.expovariate(PROBES_PER_S))
        await _call(publisher, settings, rng.choice(probes))


async def _send_each(publisher: Publisher, settings: Settings, probes: Sequence[Probe]) -> None:
    """Publish a call of each, likewise."""
    rng = random.Random(2)
    for probe in probes:
        await asyncio.sleep(rng.expovariate(FIRST_CALLS_PER_S))
        await _call(publisher, settings, probe)


async def _call(publisher: Publisher, settings: Settings, probe: Probe) -> None:
    key, value = probe.event()
    probe.sent_s.append(monotonic_s())
    await publisher.publish([Send(topics(settings).activity.name, None, key, value)])


@asynccontextmanager
async def kpis_from_now(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """Yield a consumer that reads what is published on the first partition of the KPIs from now on."""
    async with consuming(client_options(settings)) as consumer:
        place(consumer, await consumer.end_offsets([TopicPartition(topics(settings).kpis.name, 0)]))
        yield consumer


async def read_probes(consumer: AIOKafkaConsumer, probes: Sequence[Probe]) -> None:
    """Note for ever when records of probes are read."""
    by_key = {probe.key: probe for probe in probes}
    while True:
        for records in (await consumer.getmany(timeout_ms=500)).values():
            at_s = monotonic_s()
            for record in records:
                probe = by_key.get(record.key)
                if probe is not None and record.value is not None:
                    probe.says(orjson.loads(record.value)["value"], at_s)


async def _all_read(probes: Sequence[Probe]) -> None:
    while any(len(probe.read_s) < len(probe.sent_s) for probe in probes):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
