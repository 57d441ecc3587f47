"""Reading a changelog: all of it, from the beginning to the end as of then, whatever gaps it has."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from processors.partition import StateItem
from streams.brokers.embedded import EmbeddedKafka
from streams.kafka.kafka_clients import client_options
from streams.kafka.publishing import Publisher
from streams.settings import Settings
from streams.tables import (
    RECORDS_MAX,
    RestoreError,
    changelog_topic,
    last_offset,
    read_changelog,
    read_last,
    read_tail,
)
from tests.services.kafka import ApacheKafka

Broker = EmbeddedKafka | ApacheKafka


class Changelog:
    """A changelog of three partitions, written to as the checkpoint does."""

    def __init__(self, bootstrap: str, **config: str) -> None:
        self.options = client_options(Settings(kafka_bootstrap=bootstrap))
        self.topic = changelog_topic(f"t{uuid.uuid4().hex[:8]}", "toy")
        self._config = config

    async def create(self) -> None:
        admin = AIOKafkaAdminClient(**self.options)
        await admin.start()
        try:
            config = {"cleanup.policy": "compact", **self._config}
            await admin.create_topics([NewTopic(self.topic, 3, 1, topic_configs=config)])
        finally:
            await admin.close()

    async def write(self, items: Iterable[StateItem], partition: int = 1) -> None:
        producer = AIOKafkaProducer(**self.options, max_batch_size=1 << 19, enable_idempotence=True)
        await producer.start()
        try:
            await Publisher(lambda: producer).write(self.topic, partition, items)
        finally:
            await producer.stop()

    async def read(self, partition: int = 1) -> tuple[int, list[StateItem]]:
        found: list[StateItem] = []
        count = await read_changelog(self.options, self.topic, partition, found.extend)
        return count, found


@pytest.fixture
async def changelog(broker: Broker) -> AsyncIterator[Changelog]:
    one = Changelog(broker.bootstrap)
    await one.create()
    yield one


def items(*numbers: int) -> list[StateItem]:
    return [(b"key-%d" % number, b"value-%d" % number) for number in numbers]


async def test_all_of_a_partition_and_nothing_else_is_read_in_order(changelog: Changelog) -> None:
    """From the very first record: a reader that starts with the consumer's own reset can read nothing."""
    await changelog.write(items(1, 2, 3), partition=1)
    await changelog.write(items(4), partition=2)

    for _ in range(5):  # the race would show in some
        assert (3, items(1, 2, 3)) == await changelog.read(1)


async def test_tombstones_are_handed_over(changelog: Changelog) -> None:
    """What was deleted must not come back."""
    await changelog.write([*items(1), (b"key-1", None)])

    assert (2, [*items(1), (b"key-1", None)]) == await changelog.read()


async def test_empty_changelog_is_read_at_once(changelog: Changelog) -> None:
    """A new installation has no state, and must not wait for any."""
    assert (0, []) == await asyncio.wait_for(changelog.read(), 10.0)


async def test_large_changelog_comes_in_batches(changelog: Changelog) -> None:
    """Batches leave room for heartbeats between them; nothing is lost at their edges."""
    total = 2 * RECORDS_MAX + 500
    await changelog.write(items(*range(total)))
    sizes: list[int] = []
    found: list[bytes] = []

    def take(batch: Iterable[StateItem]) -> None:
        keys = [key for key, _ in batch]
        sizes.append(len(keys))
        found.extend(keys)

    assert total == await read_changelog(changelog.options, changelog.topic, 1, take)
    assert max(sizes) <= RECORDS_MAX
    assert [key for key, _ in items(*range(total))] == found


async def test_what_is_written_later_is_not_waited_for(changelog: Changelog) -> None:
    """The end is the end as of then; a zombie that writes on can't keep a restore from ending."""
    await changelog.write(items(1))

    async def keep_writing() -> None:
        while True:
            await changelog.write(items(2))

    writing = asyncio.create_task(keep_writing())
    try:
        count, _ = await asyncio.wait_for(changelog.read(), 20.0)
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)

    assert count >= 1


@pytest.mark.kafka
async def test_control_records_at_the_end_do_not_hold_it_up(apache_kafka: ApacheKafka) -> None:
    """The last offsets may hold no record: the end is reached by position, not by a record's offset."""
    changelog = Changelog(apache_kafka.bootstrap)
    await changelog.create()
    await changelog.write(items(1))
    producer = AIOKafkaProducer(**changelog.options, transactional_id=changelog.topic)
    await producer.start()
    async with producer.transaction():
        await producer.send(changelog.topic, key=b"key-2", value=b"value-2", partition=1)
    await producer.stop()

    assert (2, items(1, 2)) == await asyncio.wait_for(changelog.read(), 10.0)


@pytest.mark.kafka
@pytest.mark.slow
async def test_compacted_changelog_is_read_with_its_holes(apache_kafka: ApacheKafka) -> None:
    """Compaction leaves the latest record of each key, at its old offset."""
    changelog = Changelog(
        apache_kafka.bootstrap,
        **{"segment.ms": "200", "min.cleanable.dirty.ratio": "0.01", "max.compaction.lag.ms": "1000"},
    )
    await changelog.create()
    for _ in range(4):
        await changelog.write(items(*range(100)))
        await asyncio.sleep(0.3)
    await changelog.write(items(100))

    count = 401
    for _ in range(60):
        count, found = await changelog.read()
        if count < 401:
            break
        await asyncio.sleep(0.5)

    assert count < 401
    assert dict(items(*range(101))) == dict(found)


async def test_missing_changelog_is_named(broker: Broker) -> None:
    """An operator sees which topic to look at."""
    options = client_options(Settings(kafka_bootstrap=broker.bootstrap)) | {"request_timeout_ms": 500}

    with pytest.raises(RestoreError, match=r"no-such-topic\[1\]"):
        await read_changelog(options, "no-such-topic", 1, lambda _: None)


# The end of a changelog


@pytest.mark.parametrize("behind", [0, 5, 5_000])
async def test_the_last_values_of_a_key_are_found_from_the_end(changelog: Changelog, behind: int) -> None:
    """However many records of other keys follow it."""
    for value in (b"old", b"new"):
        await changelog.write([(b"meta", value)])
    await changelog.write(items(*range(behind)))

    found = await read_last(changelog.options, changelog.topic, 1, b"meta")
    assert b"new" == found[-1]


async def test_no_value_of_a_key_is_found_where_there_is_none(changelog: Changelog) -> None:
    """In an empty partition, in one of other keys, and where only tombstones are left."""
    assert [] == await read_last(changelog.options, changelog.topic, 1, b"meta")
    await changelog.write([*items(*range(300)), (b"meta", None)])

    assert [] == await read_last(changelog.options, changelog.topic, 1, b"meta")


async def test_the_tail(changelog: Changelog) -> None:
    """The last records of a partition in order, all where there are fewer."""
    await changelog.write(items(*range(10)))

    for most, wanted in ((3, items(7, 8, 9)), (20, items(*range(10)))):
        found: list[StateItem] = []
        assert len(wanted) == await read_tail(changelog.options, changelog.topic, 1, most, found.extend)
        assert wanted == found


async def test_the_last_offset(changelog: Changelog) -> None:
    """-1 in an empty partition, then that of the last record."""
    assert -1 == await last_offset(changelog.options, changelog.topic, 1)
    await changelog.write(items(*range(3)))

    assert 2 == await last_offset(changelog.options, changelog.topic, 1)


def test_a_rebuild_has_changelogs_of_its_own() -> None:
    """Under its number; the first generation is without."""
    assert ["a-track-changelog", "a.g2-track-changelog"] == [changelog_topic("a", "track", n) for n in (1, 2)]
