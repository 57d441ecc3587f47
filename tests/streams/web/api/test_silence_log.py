"""What people say, on the embedded Kafka."""

import asyncio
from itertools import count
from typing import Any

import pytest

from streams.clock import monotonic_s
from streams.kafka import silence_topic
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.web.api import silence_log as module
from streams.web.api.silence_log import KafkaSilences, SilencesAwayError
from tests.processors.alerts_told import silence

_number = count()
YEAR_3000 = "3000-01-01T00:00:00Z"


async def until_read(silences: KafkaSilences) -> None:
    """Wait until everything was read once."""
    deadline_s = monotonic_s() + 20
    while monotonic_s() < deadline_s:
        try:
            silences.said()
        except SilencesAwayError:
            await asyncio.sleep(0.02)
        else:
            return
    raise AssertionError("not read")


async def test_what_one_process_says_another_hears(
    embedded_kafka: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who says it knows it at once; before the topic was read nothing is known."""
    monkeypatch.setattr(module, "RETRY_S", 0.05)
    prefix = f"silence-log-{next(_number)}."
    settings = Settings(
        kafka_bootstrap=embedded_kafka.bootstrap, topic_prefix=prefix, app_id=prefix.strip("."), partitions=1
    )
    one, other = KafkaSilences(settings), KafkaSilences(settings)
    with pytest.raises(SilencesAwayError, match="being read"):
        one.said()
    tasks = [asyncio.create_task(log.run()) for log in (one, other)]
    try:
        await ensure(settings)
        await asyncio.gather(until_read(one), until_read(other))
        await one.say(silence("s1", ends_at=YEAR_3000))
        assert [said.id for said in one.said()] == ["s1"]
        deadline_s = monotonic_s() + 20
        while not len(other.said()):
            assert monotonic_s() < deadline_s
            await asyncio.sleep(0.02)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_without_kafka(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known and nothing said; the reason is told, and it is tried again."""
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    silences = KafkaSilences(Settings(kafka_bootstrap="127.0.0.1:1"))
    task = asyncio.create_task(silences.run())
    try:
        deadline_s = monotonic_s() + 20
        while "can't reach Kafka" not in silences._why:
            assert monotonic_s() < deadline_s
            await asyncio.sleep(0.02)
        with pytest.raises(SilencesAwayError, match="can't reach Kafka"):
            await silences.say(silence())
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_kafka_that_goes_away_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read stands; what can't be said is an error, and is not known as said."""
    silences = KafkaSilences(Settings(kafka_bootstrap="127.0.0.1:1"))
    silences._read = True
    monkeypatch.setattr(silence_topic, "SAY_S", 5.0)
    with pytest.raises(SilencesAwayError):
        await silences.say(silence())
    assert len(silences.said()) == 0
