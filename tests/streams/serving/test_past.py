"""The history of KPIs, read once from its end backwards as far as is wanted."""

import asyncio
from typing import Any

import pytest

from streams.kafka.readers import ReadError
from streams.kafka.topic_admin import ensure
from streams.serving.past import past
from streams.topics import topics
from tests.streams.processes import own_settings, publish

PATIENCE_S = 30.0


async def test_the_newest_records_are_read(broker: Any) -> None:
    """Each partition's in order, about so many in all; nothing where there is nothing."""
    settings = own_settings(broker.bootstrap, partitions=2)
    await ensure(settings)
    async with asyncio.timeout(PATIENCE_S):
        assert [changes async for changes in past(settings) if changes] == []
        name = topics(settings).kpis_history.name
        for partition in (0, 1):
            records = [(f"p{partition}".encode(), b"%d" % number) for number in range(100)]
            await publish(settings, records, name, partition)
        some = [change async for changes in past(settings, 20) for change in changes]
        everything = [change async for changes in past(settings) for change in changes]

    for partition in (0, 1):
        assert [one.value for one in some if one.partition == partition] == [
            b"%d" % n for n in range(90, 100)
        ]
    assert len(everything) == 200


async def test_without_kafka_it_says_so() -> None:
    """At once."""
    with pytest.raises(ReadError):
        await anext(past(own_settings("127.0.0.1:1")))
