"""The client reads a compacted topic whole and follows it, on each broker."""

import asyncio
from itertools import count
from pathlib import Path

import orjson
import pytest
from aiokafka.errors import KafkaConnectionError
from crm_pulse import KpiKey, LatestKpis
from crm_pulse.kafka import NoTopicError, following, read_whole

from schemas.kpi import kpi_key
from streams.brokers.embedded import EmbeddedKafka
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.topics import topics
from tests.deploy.publishing import publish_kpis
from tests.services.kafka import ApacheKafka
from tests.streams.processes import own_settings

Broker = EmbeddedKafka | ApacheKafka
EXAMPLE = orjson.loads((Path(__file__).parents[2] / "examples/records/kpi.json").read_bytes())
_revision = count(1)


def calls(rep: str, value: int | None) -> tuple[str, bytes | None]:
    """Return key and record of a rep's calls; None is a tombstone."""
    fields = {"kpi": "calls", "window": "rolling_24h", "period": None, "dims": {"rep": rep}}
    key = kpi_key("calls", "rolling_24h", None, {"rep": rep})
    if value is None:
        return key, None
    return key, orjson.dumps(EXAMPLE | fields | {"value": value, "revision": next(_revision)})


@pytest.fixture
async def settings(broker: Broker) -> Settings:
    """An installation of this test's own."""
    mine = own_settings(broker.bootstrap, partitions=3)
    await ensure(mine)
    return mine


async def test_whole_then_what_follows(settings: Settings) -> None:
    """All partitions from their start, marked when all is read; then changes as they come; what is no record is
    counted and stops nobody."""
    topic = topics(settings).kpis.name
    many = [calls(f"rep {number}, %", number) for number in range(50)]
    await publish_kpis(settings, *many, calls("rep 7, %", None), ("nonsense", b"{}"))
    table = LatestKpis()
    told: list[tuple[KpiKey, int | float | None]] = []
    unreadable = 0
    async with (
        asyncio.timeout(30),
        following(topic, table, bootstrap_servers=settings.kafka_bootstrap) as batches,
    ):
        async for batch in batches:
            unreadable += batch.unreadable
            if not batch.caught_up:
                continue
            if len(table) == 49:
                await publish_kpis(settings, calls("rep 3, %", 33), calls("rep 8, %", None))
            told += [(one.key, one.after and one.after.value) for one in batch.changes]
            if len(table) == 48 and table[KpiKey.parse(calls("rep 3, %", None)[0])].value == 33:
                break

    assert unreadable == 1
    assert {"rep 3, %": 33, "rep 8, %": None} == {key.dims["rep"]: value for key, value in told[-2:]}


async def test_read_whole(settings: Settings) -> None:
    """What is there now, also where that is nothing."""
    topic = topics(settings).kpis.name
    for expected in (0, 2):
        table = LatestKpis()
        async with asyncio.timeout(20):
            assert 0 == await read_whole(topic, table, bootstrap_servers=settings.kafka_bootstrap)
        assert len(table) == expected
        await publish_kpis(settings, calls("ann", 1), calls("bob", 2))


async def test_no_such_topic(broker: Broker) -> None:
    """A wrong prefix is said, not waited for."""
    with pytest.raises(NoTopicError, match="no topic nobody"):
        async with asyncio.timeout(30):
            await read_whole("nobody.kpis", LatestKpis(), bootstrap_servers=broker.bootstrap)


async def test_nobody_there_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that tries again until Kafka is there must not gather readers that never began."""
    stopped: list[int] = []

    class Unreachable:
        def __init__(self, *_topics: str, **_options: object) -> None:
            pass

        async def start(self) -> None:
            raise KafkaConnectionError

        async def stop(self) -> None:
            stopped.append(1)

    monkeypatch.setattr("crm_pulse.kafka.AIOKafkaConsumer", Unreachable)
    with pytest.raises(KafkaConnectionError):
        await read_whole("crm.kpis", LatestKpis(), bootstrap_servers="nobody:1")
    assert [1] == stopped
