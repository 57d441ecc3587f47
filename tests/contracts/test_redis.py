"""Redis contract: what the sinks lean on, on the embedded server and on the distribution's."""

import uuid
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError

from streams.brokers.embedded import EmbeddedRedis
from tests.contracts.cluster import until
from tests.services.redis import RedisServer

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="session", params=["embedded", "distribution"])
def server(request: pytest.FixtureRequest) -> EmbeddedRedis:
    """Each Redis in turn."""
    fixture = {"embedded": "embedded_redis", "distribution": "redis_server"}[request.param]
    server = request.getfixturevalue(fixture)
    assert isinstance(server, EmbeddedRedis)
    assert isinstance(server, RedisServer) == (request.param == "distribution")
    return server


@pytest.fixture
async def client(server: EmbeddedRedis) -> AsyncIterator[Redis]:
    """A client with text in and out."""
    async with Redis.from_url(server.url, decode_responses=True) as client:
        yield client


def a_key() -> str:
    """A name that nobody has."""
    return f"k:{uuid.uuid4().hex}"


async def test_latest_values_and_leaderboards(client: Redis) -> None:
    """Hashes keep fields, sorted sets keep order, a pipeline does both or neither."""
    latest, board = a_key(), a_key()
    async with client.pipeline(transaction=True) as both:
        both.hset(latest, mapping={"value": "42", "n": "42"})
        both.zadd(board, {"ann": 3, "bob": 5, "cy": 4})
        await both.execute()

    assert await client.hgetall(latest) == {"value": "42", "n": "42"}
    assert await client.zrevrange(board, 0, 1, withscores=True) == [("bob", 5.0), ("cy", 4.0)]


async def test_first_come_keys_expire(client: Redis) -> None:
    """`SET NX PX` tells the first request from its repetitions, until the time is over."""
    key = a_key()

    assert await client.set(key, "1", nx=True, px=150)
    assert not await client.set(key, "2", nx=True, px=150)

    async def is_over() -> bool:
        return bool(await client.set(key, "3", nx=True))

    await until(is_over, "the key expired")


async def test_what_is_published_arrives(client: Redis) -> None:
    """A subscriber gets what is published to its channel, in order."""
    channel = a_key()
    async with client.pubsub() as listener:
        await listener.subscribe(channel)
        await listener.get_message(timeout=5)
        for number in range(3):
            await client.publish(channel, number)
        heard = [await listener.get_message(timeout=5) for _ in range(3)]

    assert [message and message["data"] for message in heard] == ["0", "1", "2"]


async def test_a_restart_keeps_what_was_set(server: EmbeddedRedis, client: Redis) -> None:
    """Values are there after SIGTERM and a start, and a client made before goes on."""
    key = a_key()
    await client.set(key, "1")

    await server.restart()

    async def is_there() -> bool:
        try:
            return bool(await client.get(key) == "1")
        except ConnectionError:  # the connection of before the restart
            return False

    await until(is_there, "the client reads the value again")
