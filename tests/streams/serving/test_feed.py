"""The feed of stores, on every kind of broker: everything, what comes, and how far behind one is."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest
from aiokafka.errors import KafkaError

from streams.clock import now_us
from streams.kafka.readers import ReadError
from streams.kafka.topic_admin import ensure
from streams.serving import feed as feeding
from streams.serving.feed import Ends, News, feed
from streams.topics import topics
from tests.streams.processes import own_settings, publish

PATIENCE_S = 30.0


async def test_everything_comes_and_then_what_is_new(broker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all three topics; it says when it is level, again and again, though nothing happens."""
    monkeypatch.setattr(feeding, "ASK_INTERVAL_S", 0.1)
    settings = own_settings(broker.bootstrap, partitions=2)
    await ensure(settings)
    own = topics(settings)
    names = [own.kpis.name, own.alerts.name, own.directory.name]
    for name in names:
        await publish(settings, [(f"k{number}".encode(), b"{}") for number in range(100)], name)
    began_ms = now_us() // 1000
    seen: list[tuple[str, str]] = []
    async with asyncio.timeout(PATIENCE_S), aclosing(feed(settings)) as news:

        async def until_level(after_ms: int) -> News:
            async for one in news:
                seen.extend((change.topic, change.key) for change in one.changes)
                if one.level_ms is not None and one.level_ms >= after_ms:
                    return one
            raise AssertionError

        first = await until_level(began_ms)
        assert sorted(seen) == sorted((name, f"k{number}") for name in names for number in range(100))
        again = await until_level((first.level_ms or 0) + 1)
        assert (again.changes, again.lag, again.answering) == ([], 0, True)
        await publish(settings, [(b"new", b"{}")], own.alerts.name)
        await until_level(now_us() // 1000)

    assert seen[300:] == [(own.alerts.name, "new")]


async def test_without_kafka_it_says_so_at_once() -> None:
    """There is nothing to begin with."""
    with pytest.raises(ReadError, match="can't reach Kafka"):
        await anext(feed(own_settings("127.0.0.1:1")))


class Consumer:
    """Knows where topics end, or does not answer."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    async def end_offsets(self, _: Any) -> Any:
        """Return the next answer."""
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


async def asked(ends: Ends, positions: Any) -> tuple[int | None, int]:
    """Ask once more, and look at the answer."""
    ends.ask_again(positions)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return ends.look(positions)


async def test_one_is_level_with_what_was_there_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is behind counts; an answer that fails changes nothing, but for so long only."""
    monkeypatch.setattr(feeding, "ASK_INTERVAL_S", 0.0)
    one: Any = "partition"
    ends = Ends(Consumer({one: 5}, KafkaError(), {one: 9}), [one])
    await ends.ask()

    assert ends.look({one: 3}) == (None, 2)
    level_ms, lag = ends.look({one: 5})
    assert (level_ms is not None, lag) == (True, 0)
    assert await asked(ends, {one: 5}) == (level_ms, 0)
    assert ends.answering
    monkeypatch.setattr(feeding, "ANSWER_S_MAX", 0.0)
    assert not ends.answering
    assert await asked(ends, {one: 6}) == (level_ms, 3)


async def test_topics_that_were_made_anew_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """They end before what was read of them: everything is to be read again."""
    monkeypatch.setattr(feeding, "ASK_INTERVAL_S", 0.0)
    one: Any = "partition"
    ends = Ends(Consumer({one: 5}, {one: 2}), [one])
    await ends.ask()
    ends.look({one: 5})

    with pytest.raises(ReadError, match="made anew"):
        await asked(ends, {one: 5})
