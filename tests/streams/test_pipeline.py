"""The shell from end to end, on each broker: a worker process, its restarts, and real gaps in the log."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete

from processors.partition import StateItem
from streams.brokers.embedded import EmbeddedKafka
from streams.clock import monotonic_s
from streams.kafka.kafka_clients import client_options
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.tables import read_changelog
from streams.topics import topics
from tests.chaos.toy_subject import ToySubject
from tests.services.kafka import ApacheKafka
from tests.streams.processes import WAIT_S, own_settings, publish, worker

Broker = EmbeddedKafka | ApacheKafka

TOY = ("tests.streams.toy_worker",)


async def becomes_exact(subject: ToySubject, settings: Settings) -> None:
    """Wait until what is published equals the truth."""
    deadline_s = monotonic_s() + WAIT_S
    while differences := await subject.differences(settings):
        assert monotonic_s() < deadline_s, differences[:5]
        await asyncio.sleep(0.2)


async def test_values_are_those_of_the_distinct_events(broker: Broker, tmp_path: Path) -> None:
    """Through both stages, with duplicates, over a clean restart that goes on where it stopped."""
    settings, subject = own_settings(broker.bootstrap), ToySubject(1)
    await ensure(settings)
    events = list(subject.events(20_000))
    await publish(settings, events[:12_000] + events[:50])

    async with worker(TOY, settings, tmp_path) as process:
        await process.logged("worker_started")
        await publish(settings, events[12_000:15_000])
        await asyncio.sleep(1.5)  # a checkpoint or two on the way
        process.terminate()
        assert 0 == (await process.ended())[0]
    await publish(settings, events[15_000:] + events[11_950:12_050])
    async with worker(TOY, settings, tmp_path) as process:
        await becomes_exact(subject, settings)

        restored = process.lines("restored")
        assert 0 < sum(line["records"] for line in restored[-9:])
        assert [] == process.lines("gap_accepted")


async def test_stages_may_be_split_over_workers(apache_kafka: ApacheKafka, tmp_path: Path) -> None:
    """Each process gets partitions of the topics that its own stages read, in one group.

    The embedded Kafka forgets a member when another one joins a moment later, so it has no groups of two.
    """
    settings, subject = own_settings(apache_kafka.bootstrap), ToySubject(2)
    await ensure(settings)
    await publish(settings, subject.events(5_000))
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()

    track = settings.model_copy(update={"stages": ("track",)})
    rollup = settings.model_copy(update={"stages": ("rollup",)})
    async with worker(TOY, track, first) as tracking, worker(TOY, rollup, second) as adding:
        await becomes_exact(subject, settings)

        assert {"track"} == {line["stage"] for line in tracking.lines("restored")}
        assert {"rollup"} == {line["stage"] for line in adding.lines("restored")}


async def test_a_spare_worker_says_so_and_takes_over(apache_kafka: ApacheKafka, tmp_path: Path) -> None:
    """The roll-up is one partition: the second worker of two waits until the first has gone."""
    settings = own_settings(apache_kafka.bootstrap, stages=("rollup",))
    await ensure(settings)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    async with worker(TOY, settings, first) as owner:
        await owner.logged("restored")
        async with worker(TOY, settings, second) as spare:
            # The group may as well give the partition to the newcomer.
            saying = {asyncio.create_task(one.logged("no_partitions")): one for one in (owner, spare)}
            (said,), (silent,) = await asyncio.wait(saying, return_when=asyncio.FIRST_COMPLETED)
            silent.cancel()
            await said
            waiting, busy = saying[said], saying[silent]
            before = len(waiting.lines("restored"))
            busy.terminate()
            assert 0 == (await busy.ended())[0]
            await waiting.logged("restored", before + 1)


async def test_stage_without_state_goes_on_where_it_committed(broker: Broker, tmp_path: Path) -> None:
    """There is no cut in a changelog: the group's offset is it, and nothing is copied again."""
    settings = own_settings(broker.bootstrap)
    own = topics(settings)
    await ensure(settings)

    async def copied() -> int:
        found: list[bytes] = []

        def take(items: Iterable[StateItem]) -> None:
            found.extend(key for key, _ in items)

        for partition in range(own.kpis_history.partitions):
            await read_changelog(client_options(settings), own.kpis_history.name, partition, take)
        return len(found)

    async def becomes_copied(count: int) -> None:
        deadline_s = monotonic_s() + WAIT_S
        while (now := await copied()) < count:
            assert monotonic_s() < deadline_s, now
            await asyncio.sleep(0.1)

    for total in (10, 20):
        await publish(settings, [(b"rep", b"update")] * 10, own.directory.name)
        async with worker(TOY, settings, tmp_path) as process:
            await becomes_copied(total)
            await asyncio.sleep(0.3)
            process.terminate()
            assert 0 == (await process.ended())[0]

    assert 20 == await copied()


@pytest.mark.kafka
async def test_records_that_retention_removed_are_a_gap_that_is_accepted(
    apache_kafka: ApacheKafka, tmp_path: Path
) -> None:
    """The state wants offset 0, the log begins later: refused once, then believed and counted."""
    settings = own_settings(apache_kafka.bootstrap, partitions=1)
    activity = topics(settings).activity.name
    await ensure(settings)
    await publish(settings, ToySubject(7).events(500))
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    await admin.delete_records({TopicPartition(activity, 0): RecordsToDelete(before_offset=500)})
    await admin.close()
    subject = ToySubject(3)
    await publish(settings, subject.events(500))

    async with worker(TOY, settings, tmp_path) as process:
        await becomes_exact(subject, settings)

        (caught,), (accepted,) = process.lines("gap_caught"), process.lines("gap_accepted")
        assert (0, 500) == (caught["expected"], caught["got"])
        assert (0, 500) == (accepted["expected"], accepted["got"])


@pytest.mark.kafka
async def test_what_a_transaction_took_back_counts_nowhere(apache_kafka: ApacheKafka, tmp_path: Path) -> None:
    """Nor do its offsets, or those of markers, look like records that are missing or that wait."""
    settings = own_settings(apache_kafka.bootstrap, partitions=1)
    activity = topics(settings).activity.name
    await ensure(settings)
    subject, taken_back = ToySubject(5), ToySubject(6)
    producer = AIOKafkaProducer(**client_options(settings), transactional_id=f"{activity}-source")
    await producer.start()

    async def transaction(events: Iterable[tuple[bytes, bytes]]) -> None:
        await producer.begin_transaction()
        await asyncio.gather(*[await producer.send(activity, value, key=key) for key, value in events])

    async with worker(TOY, settings, tmp_path) as process:
        await process.logged("worker_started")
        for first in range(0, 400, 100):
            await transaction(taken_back.events(50, first=first))
            await producer.abort_transaction()
            await transaction(subject.events(100, first=first))
            await producer.commit_transaction()
            await becomes_exact(subject, settings)
        await producer.stop()

        assert [] == process.lines("gap_accepted")
        assert [] == process.lines("worker_failed")


async def test_lost_changelog_is_rebuilt_from_the_source(broker: Broker, tmp_path: Path) -> None:
    """The group's offset says "go on", the empty state says "from the start": the state is right."""
    settings, subject = own_settings(broker.bootstrap), ToySubject(4)
    own = topics(settings)
    await ensure(settings)
    await publish(settings, subject.events(3_000))
    async with worker(TOY, settings, tmp_path) as process:
        await becomes_exact(subject, settings)
        process.terminate()
        assert 0 == (await process.ended())[0]
    changelogs = [own.changelogs["track"], own.changelogs["rollup"]]
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    await admin.delete_topics([changelog.name for changelog in changelogs])
    await asyncio.sleep(1.0)
    await admin.create_topics([NewTopic(one.name, one.partitions, 1) for one in changelogs])
    await admin.close()
    await publish(settings, subject.events(1_000, first=3_000))

    async with worker(TOY, settings, tmp_path) as process:
        await becomes_exact(subject, settings)

        assert {"track", "rollup"} == {line["stage"] for line in process.lines("gap_caught")}
        assert [] == process.lines("gap_accepted")
