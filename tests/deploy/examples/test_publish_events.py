"""The producers in Python and JavaScript: their events are events, where they belong, and the engine counts them."""

import asyncio
from contextlib import aclosing
from pathlib import Path

from aiokafka.partitioner import murmur2

from processors.decode import decode
from schemas.event import record_key
from streams.kafka.readers import Change, follow
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.topics import topics
from tests.deploy.examples.running import LINE_TIMEOUT_S, Command, javascript, python, running
from tests.services.kafka import ApacheKafka
from tests.streams.processes import own_settings, worker

PARTITIONS = 3


async def published(settings: Settings) -> list[Change]:
    """Return what is on the topics that others write to."""
    own = topics(settings)
    found = []
    async with aclosing(
        follow(settings, [own.directory.name, own.targets.name, own.activity.name])
    ) as batches:
        async for batch in batches:
            found += batch.changes
            if batch.caught_up:
                break
    return found


async def publish(command: Command, settings: Settings, rep: str, account: str) -> str:
    """Run an example to its end; return what it printed."""
    arguments = (settings.kafka_bootstrap, rep, "north", account, settings.topic_prefix)
    async with running(command("publish_events"), *arguments) as example:
        return await example.done()


async def test_events_are_where_they_belong(broker: ApacheKafka, command: Command) -> None:
    """Each on its topic under the key that the engine wants, in the partition that other producers find too."""
    settings = own_settings(broker.bootstrap, partitions=PARTITIONS)
    await ensure(settings)
    accounts = ["acme", "Müller, Söhne"]
    printed = await asyncio.gather(*(publish(command, settings, "ann", account) for account in accounts))
    for account, lines in zip(accounts, printed, strict=True):
        assert f"activity {account}: partition" in lines

    found = await published(settings)
    assert len(found) == 3 * len(accounts)
    for change in found:
        assert change.value is not None
        assert record_key(decode(change.value)) == change.key
        if change.topic == topics(settings).activity.name:
            assert change.partition == (murmur2(change.key.encode()) & 0x7FFFFFFF) % PARTITIONS


async def test_the_engine_counts_them(
    apache_kafka: ApacheKafka, node: str, npm_packages: Path, tmp_path: Path
) -> None:
    """Both languages publish, a worker runs, and both tables come to say the same: two calls of the team."""
    settings = own_settings(apache_kafka.bootstrap, partitions=PARTITIONS)
    await ensure(settings)
    commands = (python, javascript(node, npm_packages, tmp_path))
    await asyncio.gather(
        publish(commands[0], settings, "ann", "acme"), publish(commands[1], settings, "bob", "globex")
    )
    wanted = {"": "2", "team=north": "2", "rep=ann": "1", "rep=bob": "1", "channel=phone": "2"}

    async def shown(command: Command) -> None:
        table: dict[str, str] = {}
        arguments = (settings.kafka_bootstrap, "calls", "rolling_24h", settings.topic_prefix)
        async with running(command("kpi_table"), *arguments) as example:
            await example.lines(1)
            while table != wanted:
                (line,) = await example.lines(1)
                key, *values = line.lstrip("+~ ").split()
                table[key.removeprefix("calls|rolling_24h|")] = values[-1]
            await example.ended()

    async with (
        worker(("streams.cli.main", "worker"), settings, tmp_path),
        asyncio.timeout(3 * LINE_TIMEOUT_S),
    ):
        await asyncio.gather(*map(shown, commands))
