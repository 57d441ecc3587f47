"""The sink when Redis is killed, emptied, restarted or slow, and when there are two: nothing is lost."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from streams.kafka.readers import Change
from streams.serving.content import Content, Fold
from streams.serving.feed import News
from streams.serving.keeping import BeginAgainError, keep
from streams.serving.redis_keys import RedisKeys, connect
from streams.serving.redis_store import RedisStore
from streams.serving.store import GoneError, StoreAwayError
from streams.sinks import redis_fence, redis_sink
from streams.sinks.redis_sink import RedisSink
from tests.services.redis import RedisServer
from tests.services.slow_proxy import slowed
from tests.streams.serving.filling import HeldSource, alert, content, gone, kpi, rep

pytestmark = pytest.mark.embedded

RETRY_S = 0.02
PATIENCE_S = 20.0
BUCKET = "calls|rolling_24h"


@pytest.fixture
async def server() -> AsyncIterator[RedisServer]:
    """A Redis of this test's own, which may be harmed."""
    async with RedisServer() as running:
        yield running


class Heard:
    """Notes how it went."""

    def __init__(self) -> None:
        self.outages = self.fills = 0

    def heard(self, news: News, fold: Fold) -> None: ...
    def kafka_away(self) -> None: ...
    def store_away(self) -> None:
        self.outages += 1

    def level(self, filled: bool) -> None:
        self.fills += filled

    async def filled_once(self) -> bool:
        """Whether the store was made equal to the topics."""
        return self.fills == 1

    async def filled_twice(self) -> bool:
        """Whether it was made so a second time."""
        return self.fills == 2


@asynccontextmanager
async def keeping(url: str, source: HeldSource, name: str = "one") -> AsyncIterator[tuple[RedisSink, Heard]]:
    """Keep a Redis equal to a source as long as the block; what ends it early is raised."""
    client = connect(url)
    sink, heard = RedisSink(client, name=name), Heard()
    task = asyncio.create_task(keep(source, sink, heard, RETRY_S))
    try:
        yield sink, heard
        assert not task.done(), task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await client.aclose()


@asynccontextmanager
async def reading(server: RedisServer) -> AsyncIterator[RedisStore]:
    """Yield a reader."""
    client = connect(server.url)
    try:
        yield RedisStore(client)
    finally:
        await client.aclose()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds; while Redis is away it does not."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                if await condition():
                    return
            except StoreAwayError:
                pass
            await asyncio.sleep(0.01)


def holds(store: RedisStore, wanted: Mapping[str, Change]) -> Callable[[], Awaitable[bool]]:
    """Return whether the bucket has just these records, and all is level."""

    async def holds_them() -> bool:
        records = await store.records(BUCKET)
        return records == {key: one.value for key, one in wanted.items()} and (await store.status()).filled

    return holds_them


ANN, BOB, CYD = kpi("calls", 1, rep="ann"), kpi("calls", 2, rep="bob"), kpi("calls", 3, rep="cyd")


@pytest.mark.parametrize("empty", [False, True], ids=["with its data", "empty"])
async def test_redis_is_killed_and_comes_back(server: RedisServer, empty: bool) -> None:
    """What changed meanwhile is there then, what went is gone; readers were told that it is away."""
    source = HeldSource(ANN, BOB, alert("a"), rep("ann", "north"))
    async with keeping(server.url, source) as (_, heard), reading(server) as store:
        await until(heard.filled_once)
        assert await holds(store, {"rep=ann": ANN, "rep=bob": BOB})()
        directory = server.directory
        assert directory is not None
        await server.kill()
        with pytest.raises(StoreAwayError, match="Redis is away"):
            await store.records(BUCKET)
        newer = kpi("calls", 9, rep="bob")
        source.append(newer, gone(ANN), CYD)
        await asyncio.sleep(0.1)
        if empty:
            shutil.rmtree(directory / "appendonlydir")
        await server.start()
        await until(holds(store, {"rep=bob": newer, "rep=cyd": CYD}))
        await until(heard.filled_twice)
        assert list(await store.alerts()) == ["a"]
        assert list(await store.directory()) == ["ann"]
        assert [one.rep for one in await store.leaderboard(BUCKET)] == ["bob", "cyd"]

    assert heard.outages >= 1


async def test_dead_connections_are_no_further_outage(server: RedisServer) -> None:
    """However many were open when Redis went: the first try after it came back goes through."""
    client = connect(server.url)
    sink = RedisSink(client)
    await sink.begin()
    await asyncio.gather(*(client.ping() for _ in range(5)))
    await server.kill()
    with pytest.raises(StoreAwayError):
        await sink.begin()
    await server.start()

    await sink.begin()
    assert sink.active
    await client.aclose()


async def test_an_emptied_redis_is_noticed_and_filled(server: RedisServer) -> None:
    """Though nothing happens on the topics; who followed the changes is told to read anew."""
    source = HeldSource(ANN, alert("a"))
    async with keeping(server.url, source), reading(server) as store:
        await until(holds(store, {"rep=ann": ANN}))
        async with aclosing(store.changes()) as changes:
            first = await anext(changes)
            client = connect(server.url)
            await client.flushall()
            await client.aclose()
            with pytest.raises(GoneError):
                await anext(changes)
        await until(holds(store, {"rep=ann": ANN}))
        assert list(await store.alerts()) == ["a"]
        with pytest.raises(GoneError):
            await anext(store.changes(first.id))


async def test_a_restart_between_two_writes_is_noticed(server: RedisServer) -> None:
    """The client connects again without a word, and the last second may be lost: everything is compared."""
    source = HeldSource(ANN)
    async with keeping(server.url, source) as (_, heard), reading(server) as store:
        await until(heard.filled_once)
        client = connect(server.url)
        await client.hdel(f"crm:kpis:{BUCKET}", "rep=ann")
        await client.aclose()
        await server.restart()
        await until(holds(store, {"rep=ann": ANN}))
        await until(heard.filled_twice)


async def test_a_clean_restart_of_the_sink_goes_on(server: RedisServer) -> None:
    """Followers of changes see what happened meanwhile as changes, not as a new beginning."""
    source = HeldSource(ANN, BOB)
    async with reading(server) as store:
        async with keeping(server.url, source) as (sink, _):
            await until(holds(store, {"rep=ann": ANN, "rep=bob": BOB}))
        # As the process does at its end, with a client of its own.
        client = connect(server.url)
        await client.delete("crm:sink")
        await client.aclose()
        async with asyncio.timeout(PATIENCE_S), aclosing(store.changes()) as changes:
            await anext(changes)
            source.append(gone(ANN), CYD)
            async with keeping(server.url, source, "two"):
                told = await anext(changes)

    assert dict(told.kpis) == {f"{BUCKET}|rep=ann": None, f"{BUCKET}|rep=cyd": CYD.value}
    assert sink.written["kpi"] == 2


async def test_readers_never_see_less_while_a_new_sink_fills(server: RedisServer) -> None:
    """From the first to the last moment every key is there that is there before and after."""
    wanted = {f"rep=r{number}": kpi("calls", number, rep=f"r{number}") for number in range(3_000)}
    source = HeldSource(*wanted.values())
    async with reading(server) as store:
        async with keeping(server.url, source):
            await until(holds(store, wanted))
        client = connect(server.url)
        await client.delete("crm:sink")
        await client.aclose()
        changed = [kpi("calls", number + 1, rep=f"r{number}") for number in range(3_000)]
        source.append(*changed)
        wanted = dict(zip(wanted, changed, strict=True))
        seen = set()
        async with keeping(server.url, source, "two"):

            async def done() -> bool:
                seen.add(len(await store.records(BUCKET)))
                return await holds(store, wanted)()

            await until(done)

    assert seen == {3_000}


async def test_a_slow_redis_gets_fewer_writes_and_the_same_values(server: RedisServer) -> None:
    """With 20 ms on the wire each way: what changes often is written as often as there is time for."""
    source = HeldSource(ANN)
    async with (
        slowed(server.port, 0.02) as port,
        reading(server) as store,
        keeping(f"redis://127.0.0.1:{port}/0", source) as (sink, heard),
    ):
        await until(heard.filled_once)
        last: dict[str, Change] = {"rep=ann": ANN}
        for number in range(200):
            changes = [kpi("calls", number * 100 + one, rep=f"r{one}") for one in range(50)]
            last |= {f"rep=r{one}": change for one, change in enumerate(changes)}
            source.append(*changes)
            await asyncio.sleep(0.001)
        await until(holds(store, last))

    assert 50 <= sink.written["kpi"] < 5_000
    assert (heard.outages, heard.fills) == (0, 1)


async def test_a_redis_that_stands_still_for_a_moment_is_waited_for(server: RedisServer) -> None:
    """A second is no outage: the write that waits arrives."""
    source = HeldSource(ANN)
    async with keeping(server.url, source) as (_, heard), reading(server) as store:
        await until(heard.filled_once)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGSTOP)
        source.append(BOB)
        await asyncio.sleep(1.0)
        os.kill(server.pid, signal.SIGCONT)
        await until(holds(store, {"rep=ann": ANN, "rep=bob": BOB}))

    assert (heard.outages, heard.fills) == (0, 1)


async def test_of_two_sinks_one_writes_and_the_other_takes_over(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each change is told once; when the active one falls silent the other goes on with what it missed."""
    monkeypatch.setattr(redis_fence, "LEASE_MS", 500)
    monkeypatch.setattr(redis_sink, "BEAT_S", 0.1)
    monkeypatch.setattr(redis_sink, "STANDBY_S", 0.05)
    source = HeldSource(ANN)
    async with reading(server) as store, keeping(server.url, source, "two") as (two, _):
        await until(holds(store, {"rep=ann": ANN}))
        async with keeping(server.url, source, "three") as (three, _):

            async def stands_by() -> bool:
                return three.standing_by

            await until(stands_by)
            async with asyncio.timeout(PATIENCE_S), aclosing(store.changes()) as changes:
                await anext(changes)
                source.append(BOB)
                await anext(changes)
                source.append(CYD)
                told = await anext(changes)
                assert dict(told.kpis) == {f"{BUCKET}|rep=cyd": CYD.value}
                assert (two.active, three.active) == (True, False)
                # It falls silent in the middle of things: its writes wait for ever.
                await two._fence._lock.acquire()
                source.append(gone(ANN))
                told = await anext(changes)
                assert dict(told.kpis) == {f"{BUCKET}|rep=ann": None}
            assert three.active
            # It wakes up, and what it was about to write does not count.
            two._fence._lock.release()
            with pytest.raises(BeginAgainError):
                await two._fence.write(lambda pipe: pipe.hset(f"crm:kpis:{BUCKET}", "rep=ann", "old"))
            await until(holds(store, {"rep=bob": BOB, "rep=cyd": CYD}))


async def test_a_long_look_at_a_redis_that_has_it_all_keeps_the_turn(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two sinks that fill a large Redis each would take the turn from the other, and neither come to its end."""
    monkeypatch.setattr(redis_sink, "BEAT_S", 0.0)
    keys, left_ms = RedisKeys(), list[int]()

    async def differences(client: Any, *_: object) -> AsyncIterator[Content]:
        for _ in range(3):
            await client.pexpire(keys.sink, redis_fence.LEASE_MS // 10)
            yield Content()  # nothing is different
            left_ms.append(await client.pttl(keys.sink))

    monkeypatch.setattr(redis_sink, "differences", differences)
    client = connect(server.url)
    try:
        sink = RedisSink(client, keys, "one")
        await sink.begin()
        await sink.fill(Content())
    finally:
        await client.aclose()

    assert [one > redis_fence.LEASE_MS // 2 for one in left_ms] == [True] * 3


async def test_a_write_that_was_overtaken_is_not_made(server: RedisServer) -> None:
    """Between its look at whose turn it is and its end another one took over: nothing of it is there."""
    client, other = connect(server.url), connect(server.url)
    one, two = RedisSink(client, name="one"), RedisSink(other, name="two")
    await one.begin()
    await one.fill(content(ANN, whole=True))
    await other.delete("crm:sink")
    await two.begin()
    try:
        with pytest.raises(BeginAgainError):
            await one.write(content(BOB))
        with pytest.raises(BeginAgainError):
            await one._fence.beat({})
        assert await other.hkeys(f"crm:kpis:{BUCKET}") == [b"rep=ann"]
    finally:
        await client.aclose()
        await other.aclose()


async def test_a_cancelled_sink_ends_at_once(server: RedisServer) -> None:
    """Also when the client swallows the cancellation, as redis-py does now and then; at many moments."""
    for turns in range(0, 400, 4):
        source = HeldSource(*(kpi("calls", number, rep=f"r{number}") for number in range(20)))
        client = connect(server.url)
        running = asyncio.create_task(keep(source, RedisSink(client), Heard()))
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait([running])
        await client.aclose()

        assert running.cancelled()
