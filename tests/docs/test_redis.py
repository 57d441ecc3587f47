"""docs/redis.md: its commands are run against what the sink wrote, and its keys are the keys there are."""

import re
import shlex
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from streams.brokers.embedded import EmbeddedRedis
from streams.sinks.redis_sink import RedisSink
from tests.docs.pages import blocks_of, prose_of
from tests.docs.test_console import pattern
from tests.streams.serving.filling import NOW_MS, alert, content, gone, kpi, rep

PAGE = Path("docs/redis.md")
MONTH = ("month", "2026-11")


@pytest.fixture
async def redis() -> AsyncIterator["Redis"]:
    """A Redis with what the page speaks of."""
    async with EmbeddedRedis() as server, Redis.from_url(server.url, protocol=2) as client:
        sink = RedisSink(client)
        await sink.begin()
        await sink.fill(content(
            kpi("won_revenue", 1_200, *MONTH), kpi("won_revenue", 500, *MONTH, rep="bob"),
            kpi("won_revenue", 90, *MONTH, rep="cyd"), alert("a"), rep("ann", "north"), whole=True,
        ))  # fmt: skip
        left = gone(kpi("won_revenue", 90, *MONTH, rep="cyd"))
        await sink.write(content(kpi("won_revenue", 700, *MONTH, rep="ann"), left))
        await sink.beat(NOW_MS + 1_000)
        yield client


def commands() -> Iterator[tuple[str, str]]:
    """Yield the commands of the page, each with what stands below it."""
    for block in blocks_of(PAGE, "redis"):
        for part in re.split(r"^> ", block.text, flags=re.MULTILINE)[1:]:
            command, shown = part.split("\n", 1)
            yield command, shown


def lines(reply: Any) -> Iterator[str]:
    """Yield a reply as lines, one for each value in it."""
    if isinstance(reply, list | tuple):
        for one in reply:
            yield from lines(one)
    else:
        yield reply.decode() if isinstance(reply, bytes) else str(reply)


async def raw(redis: "Redis", command: str) -> Any:
    """Run a command without the client's ideas of its reply."""
    connection: Any = await redis.connection_pool.get_connection()
    try:
        await connection.send_command(*shlex.split(command))
        return await connection.read_response()
    finally:
        await redis.connection_pool.release(connection)


@pytest.mark.embedded
async def test_commands_reply_what_the_page_says(redis: "Redis") -> None:
    """One after the other, value by value; sets in any order."""
    seen = 0
    for command, shown in commands():
        found = list(lines(await raw(redis, command)))
        if command.split()[0] in ("HKEYS", "SMEMBERS"):
            found.sort()
        text = "".join(f"{line}\n" for line in found)
        assert re.fullmatch(pattern(shown), text), f"> {command}\nexpected:\n{shown}\ngot:\n{text}"
        seen += 1
    assert seen >= 9


@pytest.mark.embedded
async def test_every_key_is_on_the_page(redis: "Redis") -> None:
    """The table says what there is, with its type, and nothing that there is not."""
    table = re.findall(r"^\| `(crm:[a-z]+)[^`]*` \| ([a-z ]+) \|", prose_of(PAGE), re.MULTILINE)
    kinds = {"sorted set": "zset"}
    on_page = {name: kinds.get(kind, kind) for name, kind in table if kind != "channel"}
    found = {
        ":".join(name.decode().split(":")[:2]): (await redis.type(name)).decode()
        for name in await redis.keys("*")
    }

    assert found == on_page
