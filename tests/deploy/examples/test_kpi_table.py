"""The consumers in Python and JavaScript show the table as it is, then what changes."""

import re
from pathlib import Path

import pytest

from streams.brokers.embedded import EmbeddedKafka
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from tests.deploy.client.test_kafka import calls
from tests.deploy.examples.running import Command, running
from tests.deploy.publishing import publish_kpis
from tests.services.kafka import ApacheKafka
from tests.streams.processes import own_settings

Broker = EmbeddedKafka | ApacheKafka
ROOT = Path(__file__).parents[3]


async def installation(broker: Broker) -> Settings:
    """Return settings of a test's own, with the topics made."""
    settings = own_settings(broker.bootstrap, partitions=3)
    await ensure(settings)
    return settings


async def test_the_table_and_its_changes(broker: Broker, command: Command) -> None:
    """Updates, repetitions, records that are late, new keys, tombstones, other KPIs; the same in both languages."""
    settings = await installation(broker)
    old, ann = calls("ann", 40), calls("ann", 42)
    other = (ann[0].replace("calls", "emails_sent"), ann[1])
    await publish_kpis(
        settings,
        old,
        ann,
        old,
        calls("bob", 7),
        calls("cy, d|e", 1),
        calls("eve", 3),
        calls("eve", None),
        other,
    )
    arguments = (settings.kafka_bootstrap, "calls", "rolling_24h", settings.topic_prefix)
    async with running(command("kpi_table"), *arguments) as example:
        assert await example.lines(4) == [
            "calls, rolling_24h: 3 keys",
            "  calls|rolling_24h|rep=ann 42",
            "  calls|rolling_24h|rep=bob 7",
            "  calls|rolling_24h|rep=cy%2C d%7Ce 1",
        ]
        for records, line in (
            ([calls("ann", 43)], "~ calls|rolling_24h|rep=ann 42 → 43"),
            ([ann, old, other, calls("bob", None)], "- calls|rolling_24h|rep=bob"),
            ([(ann[0], b"no JSON"), calls("bob", 0)], "+ calls|rolling_24h|rep=bob 0"),
        ):
            await publish_kpis(settings, *records)
            assert await example.lines(1) == [line]
        assert await example.ended() == ""


async def test_an_empty_topic(embedded_kafka: EmbeddedKafka, command: Command) -> None:
    """Before the first event the table is shown empty, and filled when something comes."""
    settings = await installation(embedded_kafka)
    arguments = (settings.kafka_bootstrap, "calls", "rolling_24h", settings.topic_prefix)
    async with running(command("kpi_table"), *arguments) as example:
        assert await example.lines(1) == ["calls, rolling_24h: 0 keys"]
        await publish_kpis(settings, calls("ann", 1))
        assert await example.lines(1) == ["+ calls|rolling_24h|rep=ann 1"]
        await example.ended()


@pytest.mark.parametrize("name", ["kpi_table", "publish_events"])
async def test_without_arguments_it_says_which(command: Command, name: str) -> None:
    """Who copied a program and starts it is told what to write, and gets no traceback."""
    async with running(command(name), "localhost:9092") as example:
        said = await example.refused()
    assert f"{name}." in said
    assert "BOOTSTRAP" in said
    assert "Traceback" not in said
    assert "    at " not in said


def test_kafkajs_is_the_version_that_is_tested() -> None:
    """The examples ask for what the tests run."""
    pattern = re.compile(r'"kafkajs": "([^"]+)"')
    asked = pattern.findall((ROOT / "deploy/examples/javascript/package.json").read_text("utf-8"))
    assert asked == pattern.findall((ROOT / "tests/services/node/package.json").read_text("utf-8"))
