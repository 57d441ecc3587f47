"""The storm: a steady stream of events, some twice, while workers and the broker are hurt at random."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from aiokafka import AIOKafkaProducer

from streams.clock import monotonic_s
from streams.kafka.kafka_clients import client_options
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.topics import topics
from tests.chaos.subject import Subject
from tests.chaos.workers import Workers
from tests.streams.processes import environ_of

REPEATED_SHARE = 0.05
#: How many events later at most one is repeated: inside the horizon of de-duplication, which is event time.
REPEATED_WITHIN = 1_000
#: So long without coming nearer to the truth, and the storm has ended in something else. A busy machine works
#: off the rest of a stream slowly, but it gets on.
STUCK_S = 60.0
#: How many differences a report shows.
SHOWN = 20

Hurt = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Plan:
    """How hard the storm is. Everything but the moments of processes follows from the seed."""

    seed: int
    events: int
    rate: int
    """Events a second."""
    kills: int
    terminations: int
    pauses: int = 0
    broker_restarts: int = 0
    scales: tuple[int, ...] = (1, 3, 2, 3)
    """How many workers there are, changed at even distances through the stream."""
    static: bool = False
    """Whether workers have instance ids, so that one that returns in time moves no partition."""
    calm_s: tuple[float, float] = (0.5, 3.0)
    """Shortest and longest time between two hurts."""


@dataclass
class Report:
    """How it went."""

    differences: list[str]
    """What is published differs from the truth: empty when exact."""
    faults: list[str]
    """What should not have happened to processes."""
    ends: dict[str, int]
    published: int
    gaps: dict[str, int] = field(default_factory=dict)
    """Chunks that did not follow the state, by what became of them: what the contiguity check caught."""
    seconds: float = 0.0


async def storm(
    subject: Subject,
    settings: Settings,
    plan: Plan,
    logs: Path,
    restart_broker: Callable[[], Awaitable[None]] | None = None,
) -> Report:
    """Publish the subject's events while hurting its workers; compare with the truth when all is quiet."""
    random = Random(plan.seed)
    began_s = monotonic_s()
    await ensure(settings)
    await subject.prepare(settings, plan.events)
    environ = {**environ_of(settings), **subject.environ}
    if plan.static:
        environ["CRM_PULSE_INSTANCE_ID"] = "worker-{n}"
    workers = Workers(subject.command, environ, logs)
    try:
        await workers.scale(plan.scales[0])
        publishing = asyncio.create_task(_publish(subject, settings, plan, Random(plan.seed + 1)))
        await _hurt(workers, plan, random, publishing, restart_broker)
        published = await publishing
        differences = await _settle(subject, settings, workers)
        await workers.end()
    finally:
        workers.abandon()
    return Report(
        differences=differences,
        faults=workers.faults,
        ends=dict(workers.ends),
        published=published,
        gaps=_gaps(logs.glob("worker-*.log")),
        seconds=monotonic_s() - began_s,
    )


async def _publish(subject: Subject, settings: Settings, plan: Plan, random: Random) -> int:
    """Publish at the plan's rate; return how many records, repeats included."""
    producer = AIOKafkaProducer(**client_options(settings), enable_idempotence=True, linger_ms=5)
    topic = topics(settings).activity.name
    earlier: deque[tuple[bytes, bytes]] = deque(maxlen=round(REPEATED_SHARE * REPEATED_WITHIN))
    sent = []
    began_s = monotonic_s()
    await producer.start()
    try:
        for number, (key, value) in enumerate(subject.events(plan.events)):
            sent.append(await producer.send(topic, key=key, value=value))
            if random.random() < REPEATED_SHARE:
                earlier.append((key, value))
            if earlier and random.random() < REPEATED_SHARE:
                key, value = random.choice(earlier)
                sent.append(await producer.send(topic, key=key, value=value))
            if number % 100 == 0:
                await asyncio.sleep(max(0.0, began_s + number / plan.rate - monotonic_s()))
        await asyncio.gather(*sent)  # an event that is not in the log is not in the truth
    finally:
        await producer.stop()
    return len(sent)


async def _hurt(
    workers: Workers,
    plan: Plan,
    random: Random,
    publishing: asyncio.Task[int],
    restart_broker: Callable[[], Awaitable[None]] | None,
) -> None:
    """Do all that is planned, in random order, then keep killing until the stream is through."""

    def someone() -> int:
        return random.randrange(len(workers))

    def back_s() -> float:
        return random.uniform(0.0, 1.5)

    kill: Hurt = lambda: workers.kill(someone(), back_s())  # noqa: E731
    terminate: Hurt = lambda: workers.terminate(someone(), back_s())  # noqa: E731
    pause: Hurt = lambda: workers.pause(someone(), 8.0)  # noqa: E731
    hurts = [kill] * plan.kills + [terminate] * plan.terminations + [pause] * plan.pauses
    if restart_broker is not None:
        hurts += [restart_broker] * plan.broker_restarts
    random.shuffle(hurts)
    every = max(1, len(hurts) // len(plan.scales))
    for number, hurt in enumerate(hurts):
        if number % every == 0 and number // every < len(plan.scales):
            await workers.scale(plan.scales[number // every])
        await asyncio.sleep(random.uniform(*plan.calm_s))
        workers.revive()
        await hurt()
    while not publishing.done():
        await asyncio.sleep(random.uniform(*plan.calm_s))
        workers.revive()
        await kill()


async def _settle(subject: Subject, settings: Settings, workers: Workers) -> list[str]:
    """Wait until what is published equals the truth; return how it differs when it stops coming nearer."""
    fewest, fewest_s = None, monotonic_s()
    while True:
        await asyncio.sleep(1.0)
        workers.revive()
        differences = await subject.differences(settings)
        if fewest is None or len(differences) < fewest:
            fewest, fewest_s = len(differences), monotonic_s()
        if not differences or monotonic_s() > fewest_s + STUCK_S:
            return differences[:SHOWN]


def _gaps(logs: Iterable[Path]) -> dict[str, int]:
    text = "".join(log.read_text(errors="replace") for log in logs)
    return {event: text.count(event) for event in ("gap_caught", "gap_accepted", "worker_failed")}
