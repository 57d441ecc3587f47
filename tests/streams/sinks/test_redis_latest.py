"""The sink against a real (embedded) Redis: what it writes, and that its absence harms nobody."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import orjson
import pytest
from redis.asyncio import Redis

from streams.brokers.embedded import EmbeddedRedis
from streams.readers import Batch, Change
from streams.sinks.redis_latest import RedisLatest, connect
from tests.streams.cli.records import kpi_record


@pytest.fixture
async def server() -> AsyncIterator[EmbeddedRedis]:
    """A Redis of this test's own."""
    async with EmbeddedRedis() as running:
        yield running


@pytest.fixture
async def redis(server: EmbeddedRedis) -> AsyncIterator["Redis"]:
    """A client of it."""
    client = connect(server.url)
    yield client
    await client.aclose()


def batch(*records: tuple[str, dict[str, Any] | None]) -> Batch:
    """Return records as a reader of the KPI topic gives them."""
    return Batch(
        [
            Change("crm.kpis", 0, key, None if record is None else orjson.dumps(record))
            for key, record in records
        ],
        caught_up=True,
    )


async def source(*batches: Batch) -> AsyncGenerator[Batch, None]:
    """Give the batches, then nothing more for ever, as a quiet topic does."""
    for each in batches:
        yield each
    await asyncio.Event().wait()


async def test_a_key_has_its_latest_record(redis: "Redis") -> None:
    """The hash holds value, sample size and the record as published, the last of the batch."""
    key, record = kpi_record("calls", 5, rep="ann")
    await RedisLatest(redis).write(batch((key, record), (key, record | {"value": 6, "revision": 2})))

    stored = await redis.hgetall(f"crm:kpi:{key}")

    assert (stored[b"value"], stored[b"n"], stored[b"revision"]) == (b"6", b"10", b"2")
    assert orjson.loads(stored[b"record"])["dims"] == {"rep": "ann"}


async def test_reps_are_ranked_and_leave_with_their_value(redis: "Redis") -> None:
    """The leaderboard has every rep with a value, highest first; null and tombstone remove one."""
    sink = RedisLatest(redis)
    await sink.write(batch(
        kpi_record("won_revenue", 10, rep="ann"), kpi_record("won_revenue", 30, rep="bob=b"),
        kpi_record("won_revenue", 20, rep="cyd"), kpi_record("won_revenue", 99, team="north"),
        kpi_record("won_revenue", 7, "month", "2026-11", rep="ann"),
    ))  # fmt: skip
    assert await sink.leaderboard("won_revenue", "rolling_24h") == [("bob=b", 30), ("cyd", 20), ("ann", 10)]
    assert await sink.leaderboard("won_revenue", "month:2026-11") == [("ann", 7)]

    key, _ = kpi_record("won_revenue", 0, rep="cyd")
    await sink.write(batch(kpi_record("won_revenue", None, rep="bob=b"), (key, None)))

    assert await sink.leaderboard("won_revenue", "rolling_24h") == [("ann", 10)]
    assert await redis.exists(f"crm:kpi:{key}") == 0


async def test_the_channel_names_the_keys_that_changed(redis: "Redis") -> None:
    """One message a batch lists its keys, so that a live page reads just those."""
    async with redis.pubsub() as channel:
        await channel.subscribe("crm:changes")
        await channel.get_message(timeout=5)
        await RedisLatest(redis).write(batch(kpi_record("calls", 1), kpi_record("calls", 2, team="a")))
        message = await channel.get_message(ignore_subscribe_messages=True, timeout=5)

    assert message is not None
    assert orjson.loads(message["data"]) == ["calls|rolling_24h|", "calls|rolling_24h|team=a"]


async def test_after_an_outage_everything_is_written_again(server: EmbeddedRedis, redis: "Redis") -> None:
    """Redis goes away with its data and comes back empty: the sink reads its source from the start."""
    sink = RedisLatest(redis)
    later = asyncio.Queue[Batch]()
    starts = 0

    async def topic() -> AsyncGenerator[Batch, None]:
        nonlocal starts
        starts += 1
        yield batch(kpi_record("calls", 1))
        while True:
            yield await later.get()

    running = asyncio.create_task(sink.keep(topic, retry_s=0.02))
    try:
        await until(lambda: sink.up)
        await redis.flushall()
        await server.stop()
        await later.put(batch(kpi_record("calls", 2, team="a")))
        await until(lambda: not sink.up)
        await server.start()
        await until(lambda: sink.up)
    finally:
        running.cancel()

    assert (starts, sink.outages) == (2, 1)
    assert await redis.exists("crm:kpi:calls|rolling_24h|") == 1


async def test_a_cancelled_sink_ends_at_once(redis: "Redis") -> None:
    """Also when the client swallows the cancellation, as redis-py does now and then; at many moments."""

    async def busy() -> AsyncGenerator[Batch, None]:
        while True:
            yield batch(kpi_record("calls", 1))

    for turns in range(100):
        running = asyncio.create_task(RedisLatest(redis).keep(busy))
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait([running])

        assert running.cancelled()


async def test_without_redis_the_sink_waits_and_says_so(
    server: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address where nobody listens raises nothing; the sink counts it once and tries on."""
    await server.stop()
    client = connect(server.url)
    sink = RedisLatest(client)
    tries = 0
    ping = client.ping

    async def counted() -> Any:
        nonlocal tries
        tries += 1
        return await ping()

    monkeypatch.setattr(client, "ping", counted)
    running = asyncio.create_task(sink.keep(lambda: source(batch(kpi_record("calls", 1))), retry_s=0.02))
    try:
        await until(lambda: tries == 4)
    finally:
        running.cancel()
        await client.aclose()

    assert (sink.up, sink.outages, sink.written) == (False, 1, 0)


async def until(condition: Any, timeout_s: float = 10.0) -> None:
    """Wait until `condition()` holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.01)
