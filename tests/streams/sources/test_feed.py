"""Events that come when they come."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from streams.sources import feed
from streams.sources.feed import Feed
from streams.sources.raw import RawEvent, SourceFailed


def event(number: int) -> RawEvent:
    return RawEvent(b"%d" % number, "f", number)


async def test_what_has_come_is_handed_over_while_more_is_awaited() -> None:
    """A pipe that pauses must not hold back what it gave before."""
    more = threading.Event()

    def pipe() -> Iterator[RawEvent]:
        yield event(1)
        more.wait(10)
        yield event(2)

    blocks = Feed(pipe()).blocks()
    assert await anext(blocks) == [event(1)]
    more.set()
    assert await anext(blocks) == [event(2)]
    with pytest.raises(StopAsyncIteration):
        await anext(blocks)


async def test_everything_comes_in_order() -> None:
    """However the blocks are cut."""
    events = [event(number) for number in range(50_000)]
    found = [one async for block in Feed(iter(events)).blocks() for one in block]

    assert found == events


async def test_the_reader_waits_for_whoever_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded: a fast file behind a slow broker is read no faster than it is published."""
    monkeypatch.setattr(feed, "HELD_MAX", 10)
    read = 0

    def endless() -> Iterator[RawEvent]:
        nonlocal read
        while True:
            read += 1
            yield event(read)

    blocks = Feed(endless()).blocks()
    for _ in range(5):
        assert len(await anext(blocks)) <= 10
    assert read <= 5 * 10 + 11
    await blocks.aclose()  # type: ignore[attr-defined]


async def test_a_reader_that_fails_gives_what_it_had() -> None:
    """Then the error, in the caller's hands."""

    def broken() -> Iterator[RawEvent]:
        yield event(1)
        raise SourceFailed("f:2: broken")

    found = []
    with pytest.raises(SourceFailed, match="f:2: broken"):
        async for block in Feed(broken()).blocks():
            found += block
    assert found == [event(1)]


async def test_a_reader_ends_when_nobody_takes_any_more() -> None:
    """No thread goes on filling memory after the command was interrupted."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless() -> Iterator[RawEvent]:
        try:
            while True:
                yield event(1)
        finally:
            loop.call_soon_threadsafe(ended.set)

    blocks = Feed(endless()).blocks()
    await anext(blocks)
    await blocks.aclose()  # type: ignore[attr-defined]
    await asyncio.wait_for(ended.wait(), 10)
